import { Type } from 'typebox';
import type { AuditDetail } from '../../audit.ts';
import { capability, has } from '../../capabilities.ts';
import type { Principal } from '../../principal.ts';
import { findKeyCipher } from '../../store/key.ts';
import { editOrganisation, findOrganisation, settingsOf } from '../../store/organisation.ts';
import type { OrganisationTable } from '../../store/schema.ts';
import { change, type Scope } from '../../store/scope.ts';
import { type Route, route } from '../route.ts';
import { iso, Nullable, Text, Time } from '../schemas.ts';
import type { Services } from '../services.ts';

const tag = 'Organisation';
const READ_API_KEY = capability('apikey:read');
const READ_PLAYER_KEY = capability('playerkey:read');
const SET_WEBHOOK = capability('webhook:set');

const Organisation = Type.Object({
  id: Type.String(),
  name: Type.String(),
  hash: Type.String(),
  playerKey: Type.Optional(Nullable(Type.String())),
  apiKey: Type.Optional(Nullable(Type.String({ description: 'Null while it is disabled' }))),
  webhook: Type.Optional(Nullable(Type.String())),
  webhookSecret: Type.Optional(Nullable(Type.String({ description: 'What calls of the webhook are signed with' }))),
  createdAt: Time,
  settings: Type.Object({
    securePlayback: Type.Boolean(),
    publicStreamInfo: Type.Boolean(),
    ingestTokens: Type.Boolean(),
  }),
});

/** The organisation as this caller may see it. */
async function view(row: OrganisationTable, { scope, caller, services }: Seen) {
  const show = async (kind: 'api' | 'player') => {
    const key = await findKeyCipher(scope, kind);
    return key ? services.secrets.decrypt(key.key_cipher) : null;
  };
  const shown = (cipher: string | null) => (cipher === null ? null : services.secrets.decrypt(cipher));
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    ...(has(caller.rights, READ_PLAYER_KEY) && { playerKey: await show('player') }),
    ...(has(caller.rights, READ_API_KEY) && { apiKey: await show('api') }),
    ...(has(caller.rights, SET_WEBHOOK) && {
      webhook: shown(row.webhook_cipher),
      webhookSecret: shown(row.webhook_secret_cipher),
    }),
    createdAt: iso(row.created_at),
    settings: settingsOf(row),
  };
}

interface Seen {
  scope: Scope;
  caller: Principal;
  services: Services;
}

const get = route({
  method: 'GET',
  path: '/organisation',
  name: 'getOrganisation',
  tag,
  summary: 'Your own organisation; its API key and its webhook only for who may read them',
  access: { capability: 'organisation:read' },
  shows: ['apikey:read', 'playerkey:read', 'webhook:set'],
  schema: { response: Organisation },
  handler: async (call) => view(await findOrganisation(call.scope), call),
});

const Switch = (description: string) => Type.Optional(Type.Boolean({ description }));

const edit = route({
  method: 'PUT',
  path: '/organisation',
  name: 'editOrganisation',
  tag,
  summary: 'Change the organisation’s name or settings; what is not named stays as it is',
  access: { capability: 'organisation:edit' },
  shows: ['apikey:read', 'playerkey:read', 'webhook:set'],
  schema: {
    body: Type.Object({
      name: Type.Optional(Text(100)),
      settings: Type.Optional(
        Type.Object({
          securePlayback: Switch('Playing needs a playback token'),
          publicStreamInfo: Switch('Who knows a stream’s id may read what players need of it'),
          ingestTokens: Switch('Publishing needs an ingest token besides the ingest name'),
        }),
      ),
    }),
    response: Organisation,
  },
  async handler(call) {
    const { name, settings: { securePlayback, publicStreamInfo, ingestTokens } = {} } = call.body;
    const settings = {
      ...(securePlayback !== undefined && { securePlayback }),
      ...(publicStreamInfo !== undefined && { publicStreamInfo }),
      ...(ingestTokens !== undefined && { ingestTokens }),
    };
    const row = await change(call.scope, async (tx) => {
      const { before, after } = await editOrganisation(tx, { name, settings });
      return { result: after, target: { type: 'organisation', id: after.id }, detail: changes(before, after) };
    });
    return view(row, call);
  },
});

/** What was and what is, of everything that is no longer the same. */
function changes(before: OrganisationTable, after: OrganisationTable): AuditDetail {
  const old = { name: before.name, ...settingsOf(before) };
  const now = { name: after.name, ...settingsOf(after) };
  const fields = (Object.keys(now) as (keyof typeof now)[]).filter((field) => old[field] !== now[field]);
  return Object.fromEntries(
    fields.flatMap((field) => [
      [`${field}From`, old[field]],
      [`${field}To`, now[field]],
    ]),
  );
}

export const organisation: readonly Route[] = [get, edit];
