import { stringify } from 'csv-stringify/sync';
import type { AccessReport, AccessToken } from './report.ts';

const COLUMNS = [
  'type',
  'id',
  'name',
  'permission',
  'capabilities',
  'createdAt',
  'lastUsedAt',
  'tokens',
  'unused',
  'smallestRole',
  'reviewedBy',
  'reviewedAt',
] as const;

type Line = Partial<Record<(typeof COLUMNS)[number], string | null>>;

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const token = ({ name, kind, permission, expiresAt }: AccessToken): string =>
  `${name} (${kind}${permission === null ? '' : `, ${permission}`}, until ${time(expiresAt)})`;

/**
 * One line per person and key. Names and addresses come from people: a cell that a spreadsheet would take for a formula
 * is given an apostrophe in front.
 */
export function accessCsv({ users, keys }: AccessReport): string {
  const lines: Line[] = [
    ...users.map((user) => ({
      type: 'user',
      id: user.id,
      name: user.email,
      permission: user.permission,
      capabilities: user.capabilities.join(' '),
      createdAt: time(user.createdAt),
      lastUsedAt: time(user.lastUsedAt),
      tokens: user.tokens.map(token).join(' | '),
      unused: user.unused.join(' '),
      smallestRole: user.smallestRole,
      reviewedBy: user.reviewedBy,
      reviewedAt: time(user.reviewedAt),
    })),
    ...keys.map((key) => ({
      type: `${key.kind}-key`,
      id: key.id,
      capabilities: key.capabilities.join(' '),
      createdAt: time(key.createdAt),
      lastUsedAt: time(key.lastUsedAt),
    })),
  ];
  return stringify(lines, { header: true, columns: [...COLUMNS], escape_formulas: true, record_delimiter: 'windows' });
}
