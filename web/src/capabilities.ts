import { useMemo } from 'react';
import { useLanguage } from './language.tsx';
import { CAPABILITIES, GROUPS, type Group } from './messages/capabilities.ts';

export interface CapabilityText {
  id: string;
  title: string;
  /** Completes “You may not …” and “Lets you …”. */
  sentence: string;
}

const ORDER: readonly string[] = Object.keys(CAPABILITIES);
const known = (id: string) => (Object.hasOwn(CAPABILITIES, id) ? CAPABILITIES[id as keyof typeof CAPABILITIES] : null);

/** A capability in words. One that these pages do not know yet keeps the API's sentence, or its id. */
export function useCapabilityText(): (id: string, told?: string) => CapabilityText {
  const { language } = useLanguage();
  return useMemo(
    () => (id, told) => {
      const words = known(id);
      const sentence = language === 'en' ? (told ?? words?.sentence.en) : words?.sentence[language];
      return { id, title: words?.title[language] ?? id, sentence: sentence ?? told ?? id };
    },
    [language],
  );
}

export interface CapabilityGroup {
  group: Group;
  title: string;
  rows: CapabilityText[];
}

/** Capabilities in the matrix's groups and order; a group that has none is not there. */
export function useCapabilityGroups(ids: Iterable<string>): CapabilityGroup[] {
  const { language } = useLanguage();
  const text = useCapabilityText();
  const rank = (id: string) => (known(id) ? ORDER.indexOf(id) : ORDER.length);
  const sorted = [...new Set(ids)].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const byGroup = Map.groupBy(sorted, (id): Group => known(id)?.group ?? 'other');
  return (Object.keys(GROUPS) as Group[])
    .filter((group) => byGroup.has(group))
    .map((group) => ({
      group,
      title: GROUPS[group][language],
      rows: byGroup.get(group)!.map((id) => text(id)),
    }));
}
