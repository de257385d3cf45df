import { Anchor, Container, Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

export function NotFound() {
  const words = useMessages(common);
  return (
    <Container size="sm" py="xl" component="main">
      <Stack>
        <Title order={1}>{words.notFound}</Title>
        <Anchor component={Link} to="/streams">
          {words.toStreams}
        </Anchor>
      </Stack>
    </Container>
  );
}
