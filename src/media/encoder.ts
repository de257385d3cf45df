import { NO_RIGHTS } from '../capabilities.ts';
import type { Principal } from '../principal.ts';

/** Who publishes a stream: whoever knows its ingest name. */
export const encoderOf = (stream: { id: string; organisation_id: string }): Principal => ({
  kind: 'encoder',
  id: stream.id,
  email: null,
  organisation: stream.organisation_id,
  role: null,
  rights: NO_RIGHTS,
  credential: { type: 'ingest-name', id: stream.id },
});
