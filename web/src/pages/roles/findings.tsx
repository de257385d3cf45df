import { Alert, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { sayWhy } from '../../changes.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import type { FindingsQuery } from './draft.ts';
import { editor } from './editor-messages.ts';
import { sayFinding } from './finding-words.ts';

/** The linter's words on a draft, warnings first. */
export function Findings({ query: { data, error } }: { query: FindingsQuery }) {
  const words = useMessages(editor);
  const { unreachable } = useMessages(common);
  const { language } = useLanguage();
  if (error) return <Alert color="red">{sayWhy(error, unreachable)}</Alert>;
  const found = data?.findings ?? [];
  return (
    <Stack gap="xs" aria-live="polite">
      {!data && <Text c="dimmed">{words.checking}</Text>}
      {data && found.length === 0 && <Text>{words.noFindings}</Text>}
      <Told title={words.warning} sentences={found.filter(({ level }) => level === 'warning')} language={language} />
      <Told title={words.note} sentences={found.filter(({ level }) => level === 'note')} language={language} />
    </Stack>
  );
}

interface ToldProps {
  title: string;
  sentences: readonly { level: 'warning' | 'note'; words: string }[];
  language: 'en' | 'de';
}

function Told({ title, sentences, language }: ToldProps) {
  if (sentences.length === 0) return null;
  const warns = sentences[0]!.level === 'warning';
  const Icon = warns ? IconAlertTriangle : IconInfoCircle;
  return (
    <Alert color={warns ? 'orange' : 'blue'} title={title} icon={<Icon aria-hidden />} role="group" aria-label={title}>
      <List size="sm" spacing={4} pe="xs">
        {sentences.map(({ words }) => {
          const { text, lang } = sayFinding(words, language);
          return (
            <List.Item key={words} lang={lang} className="breakable">
              {text}.
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
}
