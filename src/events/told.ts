import type { AuditTarget } from '../audit.ts';
import { type CapabilityId, capabilitiesIn, capability, has } from '../capabilities.ts';
import type { Principal } from '../principal.ts';
import type { FedRow } from '../store/audit-feed.ts';

/** Who hears of a change of something: whoever may read such a thing. What is not here is told to nobody. */
const READABLE: Readonly<Record<AuditTarget['type'], CapabilityId>> = {
  organisation: 'organisation:read',
  key: 'organisation:read',
  user: 'user:read',
  invitation: 'user:invite',
  token: 'token:create',
  'playback-token': 'token:create',
  'ingest-token': 'ingest:read',
  stream: 'stream:read',
  tag: 'tag:read',
  role: 'role:read',
  alert: 'metrics:read',
  'alert-receivers': 'alerts:configure',
  'guardian-rule': 'viewer:block',
  route: 'audit:read',
};

/** What who made it may list without seeing everybody's. */
const OWN: Readonly<Partial<Record<string, CapabilityId>>> = {
  token: 'token:own',
  'playback-token': 'playback-token:create',
};

/** These name a user and change nothing that can be read of one. */
const AUDIT_ONLY: ReadonlySet<string> = new Set(['requestPassword', 'reviewAccess']);

/** An event as it goes out, made once for all who hear it. */
export interface Told {
  readonly needs: CapabilityId;
  /** Instead of `needs`, for this actor. */
  readonly own: { readonly actor: string; readonly needs: CapabilityId } | null;
  readonly frame: Buffer;
}

/** One event in the form of server-sent events. `id` is the position from which a client goes on. */
export function frame(event: string, data: object, id?: string): Buffer {
  const position = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`event: ${event}\n${position}data: ${JSON.stringify(data)}\n\n`);
}

/** What a client has to know of itself. `resumed`: what it missed follows; if not, it reads again what it shows. */
export const hello = ({ rights, role }: Principal, position: string, resumed: boolean): Buffer =>
  Buffer.concat([
    Buffer.from('retry: 2000\n'),
    frame('hello', { capabilities: capabilitiesIn(rights), permission: role, resumed }, position),
  ]);

/** The last word to whoever may not listen any more. */
export const ENDED = frame('ended', { reason: 'credential' });

function neededFor({ action, target_type, outcome }: FedRow): CapabilityId | undefined {
  if (outcome === 'refused' || AUDIT_ONLY.has(action)) return 'audit:read';
  return Object.hasOwn(READABLE, target_type) ? READABLE[target_type as AuditTarget['type']] : undefined;
}

/** What a row says, and to whom. `state` is its stream's by now, when it is about one that was changed. */
export function toldBy(row: FedRow, state: string | null): Told[] {
  const needs = neededFor(row);
  if (needs === undefined) return [];
  const { id, actor_id: actor, action, target_type: type, target_id: target, outcome } = row;
  const ownNeeds = needs === 'audit:read' ? undefined : OWN[type];
  const own = ownNeeds === undefined ? null : { actor, needs: ownNeeds };
  const change = frame('change', { action, target: { type, id: target }, outcome }, id);
  const told: Told[] = [{ needs, own, frame: change }];
  if (state !== null) told.unshift({ needs, own: null, frame: frame('stream', { id: target, state }, id) });
  return told;
}

/** Whether these rights, read after the row was, let their holder hear of it. */
export const mayHear = ({ id, rights }: Principal, { needs, own }: Told): boolean =>
  has(rights, capability(needs)) || (own !== null && own.actor === id && has(rights, capability(own.needs)));
