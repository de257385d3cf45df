import { useCapabilityText } from '../../capabilities.ts';
import { type Language, useLanguage, useMessages } from '../../language.tsx';
import { ACTIONS, ACTORS, TARGETS } from '../../messages/actions.ts';
import { ALERTS } from '../../messages/alerts.ts';
import { sayReason } from '../../messages/refusals.ts';
import { auditWords } from './messages.ts';
import type { AuditRow } from './rows.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const named = (of: typeof ACTIONS, name: string, language: Language): string =>
  Object.hasOwn(of, name) ? of[name]![language] : name;

export const actionTitle = (action: string, language: Language): string => named(ACTIONS, action, language);

/** What an alert is called; undefined of one that these pages do not know. */
const alertName = (code: unknown, language: Language): string | undefined =>
  typeof code === 'number' && Object.hasOwn(ALERTS, code) ? ALERTS[code]?.name[language] : undefined;

/** Longer ids are told apart by their end: what was made at about the same time begins alike. */
const shortId = (id: string): string => (id.length > 20 ? `…${id.slice(-8)}` : id);

/** An entry in words: who, what, about what, how it went and why. */
export function useEntryWords(): (row: AuditRow) => {
  who: string;
  what: string;
  about: string;
  summary: string;
  why: string | null;
} {
  const { language } = useLanguage();
  const words = useMessages(auditWords);
  const capability = useCapabilityText();

  const why = ({ outcome, detail }: AuditRow): string | null => {
    if (outcome !== 'refused') return null;
    const id = text(detail['capability']);
    const { reason, message, grantedTo } = detail as { reason?: unknown; message?: unknown; grantedTo?: unknown };
    const said = text(message) ?? text(reason);
    if (said === 'wrong password') return words.wrongPassword;
    // A stream's own encoder has the right; what it met was the stream's state.
    if (id && !text(message)) {
      const holders = Array.isArray(grantedTo) && grantedTo.length > 0 ? ` ${words.holders(grantedTo.join(', '))}` : '';
      return words.lacked(capability(id).sentence, id) + holders;
    }
    return said ? sayReason(said, language) : null;
  };

  const summary = ({ action, detail, target }: AuditRow): string => {
    const { from, to, tags } = detail;
    const list = (value: unknown) => (Array.isArray(value) ? value.join(', ') || '–' : text(value));
    const [before, after] = [list(from), list(to)];
    if (before !== undefined && after !== undefined) return words.changed(before, after);
    if (target.type === 'alert') return alertName(detail['code'], language) ?? text(detail['name']) ?? '';
    const parts = [text(detail['permission']), target.type === 'user' ? undefined : text(detail['email'])];
    if (action !== 'createTag') parts.unshift(text(detail['name']));
    return [...parts, list(tags), text(detail['host']), text(detail['value']), text(detail['note'])]
      .filter(Boolean)
      .join(' · ');
  };

  return (row) => {
    const { actor, target, detail } = row;
    const type = named(TARGETS, target.type, language);
    const name = (target.type === 'user' || target.type === 'tag') && (text(detail['email']) ?? text(detail['name']));
    const whole = target.type === 'route' ? text(detail['path']) : undefined;
    return {
      who: actor.email ?? named(ACTORS, actor.type, language),
      what: actionTitle(row.action, language),
      about: [type, whole ?? (name || (target.id && shortId(target.id)))].filter(Boolean).join(' '),
      summary: summary(row),
      why: why(row),
    };
  };
}
