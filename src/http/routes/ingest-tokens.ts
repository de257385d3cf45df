import { type Static, Type } from 'typebox';
import { signIngestToken } from '../../ingest-tokens.ts';
import { newId } from '../../store/ids.ts';
import {
  insertIngestToken,
  type ListedIngestToken,
  listIngestTokens,
  revokeIngestToken,
} from '../../store/ingest-token.ts';
import { change } from '../../store/scope.ts';
import { findStream, holdStream, ingestNameOf } from '../../store/stream.ts';
import { tokenHash } from '../../tokens.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, Nullable, Seconds, Time } from '../schemas.ts';

const tag = 'Streams';
const path = '/stream/:id/ingest-token';
const params = Type.Object({ id: Id });
const DAY_S = 86_400;

const create = route({
  method: 'POST',
  path,
  name: 'createIngestToken',
  tag,
  summary: 'Make a token that an encoder shows besides the ingest name; it is shown only here',
  // Who may see what an encoder needs may give it all of it; the answer names the ingest name.
  access: { capability: 'ingest:read' },
  schema: {
    params,
    body: Type.Unsafe<{ expiresIn?: number } | null>({
      type: ['object', 'null'],
      properties: { expiresIn: { ...Seconds(365 * DAY_S), default: DAY_S } },
    }),
    response: Type.Object({
      token: Type.String(),
      id: Type.String(),
      expiresAt: Time,
      streamname: Type.String({ description: 'What goes into the encoder: the ingest name with the token behind it' }),
    }),
  },
  handler: ({ scope, params: { id: stream }, body, services }) =>
    change(scope, async (tx) => {
      const record = await holdStream(tx, stream);
      const id = newId();
      const expiresAt = tx.at + (body?.expiresIn ?? DAY_S) * 1_000;
      const token = await signIngestToken(services.secrets, services.urls().http, {
        id,
        stream,
        issuedAt: Math.floor(tx.at / 1_000),
        expiresAt: Math.floor(expiresAt / 1_000),
      });
      await insertIngestToken(tx, { id, stream_id: stream, token_hash: tokenHash(token), expires_at: expiresAt });
      const streamname = `${ingestNameOf(services.secrets, record)}?token=${token}`;
      return {
        result: { token, id, expiresAt: iso(expiresAt), streamname },
        target: { type: 'ingest-token', id },
        detail: { stream, expiresAt: iso(expiresAt) },
      };
    }),
});

const IngestToken = Type.Object({
  id: Type.String(),
  createdAt: Time,
  createdBy: Type.Object({ type: Type.String(), id: Type.String(), email: Nullable(Type.String()) }),
  expiresAt: Time,
});

const view = (row: ListedIngestToken): Static<typeof IngestToken> => ({
  id: row.id,
  createdAt: iso(row.created_at),
  createdBy: { type: row.created_by_type, id: row.created_by, email: row.created_by_email },
  expiresAt: iso(row.expires_at),
});

const list = route({
  method: 'GET',
  path,
  name: 'listIngestTokens',
  tag,
  summary: 'The stream’s ingest tokens that are valid now, and who made them; never the tokens themselves',
  access: { capability: 'ingest:read' },
  schema: { params, response: Type.Array(IngestToken) },
  async handler({ scope, params: { id }, services }) {
    await findStream(services.streams, scope.organisation, id);
    return (await listIngestTokens(scope, id)).map(view);
  },
});

const revoke = route({
  method: 'DELETE',
  path: `${path}/:tokenId`,
  name: 'revokeIngestToken',
  tag,
  summary: 'Revoke an ingest token; the encoder that came in with it is closed',
  access: { capability: 'stream:stop' },
  schema: {
    params: Type.Object({ id: Id, tokenId: Id }),
    response: Type.Object({ id: Type.String(), revoked: Type.Literal(true) }),
  },
  async handler({ scope, params: { id: stream, tokenId: id }, services }) {
    await change(scope, async (tx) => {
      await revokeIngestToken(tx, stream, id);
      return { result: undefined, target: { type: 'ingest-token', id }, detail: { stream } };
    });
    await services.live.endToken(id);
    return { id, revoked: true as const };
  },
});

export const ingestTokens: readonly Route[] = [create, list, revoke];
