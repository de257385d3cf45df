import type { ControlMessage, EngineMessage } from '../media/engine.ts';

/** The nanoAdmin made on an empty database. The password is in the file (mode 0600) and nowhere else in clear. */
export interface FirstAdmin {
  email: string;
  /** Null when the password was given by `LOCKKEEPER_ADMIN_PASSWORD`: nobody needs to be told. */
  passwordFile: string | null;
}

/**
 * The API listens. `http` is its real address, with the port that was taken when the port asked for was 0; so is
 * `operator`, as `host:port`, or null when that port is off.
 */
export interface ApiReady {
  type: 'ready';
  http: string;
  operator: string | null;
  firstAdmin: FirstAdmin | null;
}

/** The engine's process has ended, and with it every session. It is on its way back; a `hello` follows. */
export interface EngineDown {
  type: 'engine-down';
}

/** What the API sends over its channel: the supervisor takes `ready`, the engine gets the rest. */
export type FromApi = ApiReady | ControlMessage;
/** What the API receives over its channel. */
export type ToApi = EngineDown | EngineMessage;
