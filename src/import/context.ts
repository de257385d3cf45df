import type { Principal } from '../principal.ts';
import { rightsOfRole } from '../roles.ts';
import type { Secrets } from '../secrets.ts';
import type { Refused } from './refused.ts';
import type { Kind } from './rows.ts';

/** What a batch is imported into, on whose behalf, and when (unix milliseconds). */
export interface Context {
  secrets: Secrets;
  organisation: { id: string; name: string; hash: string };
  principal: Principal;
  at: number;
}

/** What became of a batch. */
export interface Outcome {
  imported: Partial<Record<Kind, number>>;
  /** Was there already. */
  unchanged: number;
  refused: Refused[];
  /** Streams whose id is another than in the export. */
  newIds: number;
  /** Users who have to set a password. */
  withoutPassword: number;
}

/** The named principal of an import: an administrator of this organisation, and not beyond. */
export const importer = (organisation: string): Principal => ({
  kind: 'system',
  id: 'import',
  email: null,
  organisation,
  role: null,
  rights: rightsOfRole('nanoAdmin'),
  credential: { type: 'local', id: 'import' },
});

export function add(sum: Outcome, more: Outcome): Outcome {
  const imported = { ...sum.imported };
  for (const [kind, count] of Object.entries(more.imported))
    imported[kind as Kind] = (imported[kind as Kind] ?? 0) + count;
  return {
    imported,
    unchanged: sum.unchanged + more.unchanged,
    refused: [],
    newIds: sum.newIds + more.newIds,
    withoutPassword: sum.withoutPassword + more.withoutPassword,
  };
}

export const NOTHING: Outcome = { imported: {}, unchanged: 0, refused: [], newIds: 0, withoutPassword: 0 };
