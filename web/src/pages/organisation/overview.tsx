import { SimpleGrid, Stack } from '@mantine/core';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Facts } from './facts.tsx';
import { KeyUsage } from './key-usage.tsx';
import { Keys } from './keys.tsx';
import { organisation } from './messages.ts';
import { useOrganisation } from './reading.ts';
import { Settings } from './settings.tsx';
import { Tags } from './tags.tsx';
import { Webhook } from './webhook.tsx';

export function Organisation() {
  const words = useMessages(organisation);
  const { organisation: title } = useMessages(common);
  const { data, error } = useOrganisation();
  return (
    <>
      <PageTitle title={title} lead={words.lead} />
      {!data && error && <PageFailed error={error} />}
      {!data && !error && <Loading rows={8} />}
      {data && (
        <Stack>
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
            <Facts organisation={data} />
            <Keys />
            <Settings settings={data.settings} />
            <Tags />
          </SimpleGrid>
          <Webhook organisation={data} />
          <KeyUsage />
        </Stack>
      )}
    </>
  );
}
