import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { PageTitle } from '../../ui/page-title.tsx';

export function Roles() {
  const words = useMessages(common);
  return <PageTitle title={words.roles} />;
}
