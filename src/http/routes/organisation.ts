import { Type } from 'typebox';
import { capability, has } from '../../capabilities.ts';
import { findKeyCipher, findOrganisation, settingsOf } from '../../store/organisation.ts';
import { type Route, route } from '../route.ts';
import { iso, Nullable, Time } from '../schemas.ts';

const READ_API_KEY = capability('apikey:read');
const READ_PLAYER_KEY = capability('playerkey:read');

const get = route({
  method: 'GET',
  path: '/organisation',
  name: 'getOrganisation',
  tag: 'Organisation',
  summary: 'Your own organisation; its API key only for who may read it',
  access: { capability: 'organisation:read' },
  schema: {
    response: Type.Object({
      id: Type.String(),
      name: Type.String(),
      hash: Type.String(),
      playerKey: Type.Optional(Nullable(Type.String())),
      apiKey: Type.Optional(Nullable(Type.String())),
      createdAt: Time,
      settings: Type.Object({
        securePlayback: Type.Boolean(),
        publicStreamInfo: Type.Boolean(),
        ingestTokens: Type.Boolean(),
      }),
    }),
  },
  async handler({ scope, caller, services }) {
    const row = await findOrganisation(scope);
    const show = async (kind: 'api' | 'player') => {
      const key = await findKeyCipher(scope, kind);
      return key ? services.secrets.decrypt(key.key_cipher) : null;
    };
    return {
      id: row.id,
      name: row.name,
      hash: row.hash,
      ...(has(caller.rights, READ_PLAYER_KEY) && { playerKey: await show('player') }),
      ...(has(caller.rights, READ_API_KEY) && { apiKey: await show('api') }),
      createdAt: iso(row.created_at),
      settings: settingsOf(row),
    };
  },
});

export const organisation: readonly Route[] = [get];
