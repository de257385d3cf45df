import { Type } from 'typebox';
import { capability, has } from '../../capabilities.ts';
import { disableKeys, type KeyKind, rotateKey } from '../../store/key.ts';
import { change } from '../../store/scope.ts';
import { type Call, type Granted, type Route, type RouteSchema, route } from '../route.ts';
import { iso, Nullable, Time } from '../schemas.ts';

const tag = 'Organisation';
const LONGEST_GRACE_S = 30 * 86_400;

const Grace = Type.Integer({
  minimum: 0,
  maximum: LONGEST_GRACE_S,
  description: 'Seconds for which the key that was live until now still counts; 0 ends it at once',
});

const ROTATED = {
  id: Type.String(),
  createdAt: Time,
  previous: Nullable(Type.String({ description: 'Id of the key that was live until now' })),
  previousUntil: Nullable(Type.String({ description: 'ISO 8601, UTC: when the grace of that key ends' })),
};

const READ: Record<KeyKind, ReturnType<typeof capability>> = {
  api: capability('apikey:read'),
  player: capability('playerkey:read'),
};

/** The new key's text goes to who may read it, and to nobody who may merely rotate it. */
async function rotate(
  { scope, caller, services }: Pick<Call<RouteSchema>, 'caller' | 'services'> & Granted,
  kind: KeyKind,
  graceSeconds: number,
) {
  const graceMs = graceSeconds * 1_000;
  const { key, previous, at } = await change(scope, async (tx) => {
    const rotated = await rotateKey(tx, services.secrets, { kind, graceMs });
    const detail = { kind, previous: rotated.previous, graceSeconds };
    return { result: rotated, target: { type: 'key', id: rotated.key.id }, detail };
  });
  return {
    text: has(caller.rights, READ[kind]) ? key.text : undefined,
    answer: {
      id: key.id,
      createdAt: iso(at),
      previous,
      previousUntil: previous === null || graceMs === 0 ? null : iso(at + graceMs),
    },
  };
}

const rotateApiKey = route({
  method: 'POST',
  path: '/organisation/apikey/rotate',
  name: 'rotateApiKey',
  tag,
  summary: 'Replace the API key; the one before it counts for as long as you say, and never more than one does',
  access: { capability: 'apikey:rotate' },
  shows: ['apikey:read'],
  schema: {
    body: Type.Object({ graceSeconds: Grace }),
    response: Type.Object({
      apiKey: Type.Optional(Type.String({ description: 'Only for who may read it' })),
      ...ROTATED,
    }),
  },
  async handler(call) {
    const { text, answer } = await rotate(call, 'api', call.body.graceSeconds);
    return { ...(text !== undefined && { apiKey: text }), ...answer };
  },
});

const rotatePlayerKey = route({
  method: 'POST',
  path: '/organisation/playerkey/rotate',
  name: 'rotatePlayerKey',
  tag,
  summary: 'Replace the player key, at once unless you give the one before it a grace',
  access: { capability: 'apikey:rotate' },
  shows: ['playerkey:read'],
  schema: {
    body: Type.Unsafe<{ graceSeconds?: number } | null>({
      type: ['object', 'null'],
      properties: { graceSeconds: Grace },
    }),
    response: Type.Object({
      playerKey: Type.Optional(Type.String({ description: 'Only for who may read it' })),
      ...ROTATED,
    }),
  },
  async handler(call) {
    const { text, answer } = await rotate(call, 'player', call.body?.graceSeconds ?? 0);
    return { ...(text !== undefined && { playerKey: text }), ...answer };
  },
});

const disableApiKey = route({
  method: 'DELETE',
  path: '/organisation/apikey',
  name: 'disableApiKey',
  tag,
  summary: 'Disable the API key, and one in its grace too; from then on only tokens count, until it is rotated',
  access: { capability: 'apikey:rotate' },
  schema: { response: Type.Object({ disabled: Type.Literal(true), keys: Type.Array(Type.String()) }) },
  handler: ({ scope }) =>
    change(scope, async (tx) => {
      const keys = await disableKeys(tx, 'api');
      const result = { disabled: true as const, keys };
      return { result, target: { type: 'key', id: keys[0] ?? null }, detail: { kind: 'api', keys } };
    }),
});

export const keys: readonly Route[] = [rotateApiKey, disableApiKey, rotatePlayerKey];
