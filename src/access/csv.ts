import { csvOf } from '../csv.ts';

interface Token {
  name: string;
  kind: string;
  permission: string | null;
  expiresAt: string;
}

/** The access report as the API shows it, with times in ISO 8601. */
export interface ShownAccess {
  users: readonly {
    id: string;
    email: string;
    permission: string;
    capabilities: readonly string[];
    createdAt: string;
    lastUsedAt: string | null;
    tokens: readonly Token[];
    unused: readonly string[];
    smallestRole: string;
    reviewedBy: string | null;
    reviewedAt: string | null;
  }[];
  keys: readonly {
    id: string;
    kind: string;
    capabilities: readonly string[];
    createdAt: string;
    lastUsedAt: string | null;
  }[];
}

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

const token = ({ name, kind, permission, expiresAt }: Token): string =>
  `${name} (${kind}${permission === null ? '' : `, ${permission}`}, until ${expiresAt})`;

/** One line per person and key. */
export function accessCsv({ users, keys }: ShownAccess): Promise<string> {
  const lines: Line[] = [
    ...users.map((user) => ({
      type: 'user',
      id: user.id,
      name: user.email,
      permission: user.permission,
      capabilities: user.capabilities.join(' '),
      createdAt: user.createdAt,
      lastUsedAt: user.lastUsedAt,
      tokens: user.tokens.map(token).join(' | '),
      unused: user.unused.join(' '),
      smallestRole: user.smallestRole,
      reviewedBy: user.reviewedBy,
      reviewedAt: user.reviewedAt,
    })),
    ...keys.map((key) => ({
      type: `${key.kind}-key`,
      id: key.id,
      capabilities: key.capabilities.join(' '),
      createdAt: key.createdAt,
      lastUsedAt: key.lastUsedAt,
    })),
  ];
  return csvOf(COLUMNS, lines);
}
