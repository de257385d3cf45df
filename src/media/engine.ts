/**
 * The door between the control plane and whatever moves the media. The control plane declares it; `rtmp/` implements
 * it in a process of its own. The engine knows no users and no SQL: it asks, obeys, and reports.
 */

import type { EgressPolicy } from '../egress.ts';
import type { Audience, SampleBatch } from './samples.ts';

export type Protocol = 'rtmp' | 'http-flv' | 'ws-flv' | 'hls';
export type MediaAction = 'publish' | 'play';

/** What the engine asks before a session may touch media. `query` is the raw text after `?`, at most 2,048 bytes. */
export interface AuthoriseRequest {
  session: string;
  action: MediaAction;
  protocol: Protocol;
  app: string;
  name: string;
  query: string;
  ip: string;
  userAgent: string | null;
  origin: string | null;
  referrer: string | null;
  /** The `Authorization` header of a player over HTTP. Like `query` it may hold a token: neither is ever logged. */
  authorization: string | null;
}

/** `stream` is the stream's id: media is routed by it, because one stream has an ingest name and a playout name. */
export interface Allow {
  allow: true;
  stream: string;
  /** The stream's lock epoch when the verdict was read. A later lock makes it stale. */
  epoch: number;
  /** The id of the playback token or ingest token that admitted the session: revoking it ends that. */
  token?: string;
  /** Unix milliseconds at which the engine ends the session by itself. */
  endsAt?: number;
  /** The address or CIDR from which everything of the session must come, where it is more than one connection. */
  from?: string;
  /** What a viewer is counted under. */
  audience?: Audience;
  /** Whose viewer it is, and the epoch of that organisation's guardian under which the verdict was read. */
  guarded?: Guarded;
}

export interface Guarded {
  organisation: string;
  epoch: number;
}

export type DenyCode = 'unknown' | 'invalid' | 'unauthorised' | 'locked' | 'refused' | 'blocked' | 'unavailable';

export interface Deny {
  allow: false;
  code: DenyCode;
  /** A sentence for the encoder's or player's log. Carries nothing that was presented. */
  message: string;
  /** The engine holds the answer back this long (milliseconds): slows down whoever guesses names. */
  delayMs?: number;
}

export type Verdict = Allow | Deny;

export type EndReason =
  | 'closed' // the peer went away
  | 'kicked' // the control plane asked
  | 'protocol' // the peer broke a rule of the protocol or of the door
  | 'expired' // its playback token has, and was made to end what it opened
  | 'timeout' // silent, or too slow
  | 'lease' // no control plane within the lease
  | 'shutdown';

/** A session that has passed the gate and is on air. Times are unix milliseconds, counters are bytes. */
export interface MediaSession {
  id: string;
  action: MediaAction;
  protocol: Protocol;
  stream: string;
  epoch: number;
  token?: string;
  /** When the engine ends it by itself. */
  endsAt?: number;
  /** Where its requests must come from. */
  from?: string;
  audience?: Audience;
  guarded?: Guarded;
  /** Hosts of the pages it plays on, as `pagesOf` reads them; of those that are guarded. */
  pages?: readonly string[];
  ip: string;
  since: number;
  bytes: number;
}

/** What is known of a live stream's media. `null` until the encoder has said it. */
export interface StreamStats {
  stream: string;
  /** Since the present or last publisher came, as are the frames. */
  bytesIn: number;
  bytesOut: number;
  framesIn: number;
  /** The id of the session that publishes it, or null. */
  publisher: string | null;
  /** Unix milliseconds since when that session is on air, or null. */
  since: number | null;
  viewers: number;
  /** Those of them whom no playback token admitted. */
  viewersWithoutToken: number;
  /** The lowest lock epoch under which one of its sessions was admitted: all the reconciler needs to know of them. */
  oldestEpoch: number;
  /** The same of its viewers and their organisation's guardian; null when it has none. */
  oldestGuardianEpoch: number | null;
  /** Unix milliseconds of the last media message. */
  lastMediaAt: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  /** As the encoder announced it. */
  announcedFps: number | null;
  /** Bits per second over the last few seconds. */
  bitrate: number | null;
  /** How forwarding it goes; null when it is forwarded nowhere. */
  push: PushStats | null;
}

/** What a stream says of itself. */
export type StreamFigures = Omit<StreamStats, 'oldestEpoch' | 'oldestGuardianEpoch' | 'viewersWithoutToken' | 'push'>;

/** Where a live stream is forwarded to, over RTMP or RTMPS. `name` is the secret that admits us there. */
export interface PushTarget {
  secure: boolean;
  /** As URL.hostname gives it. */
  host: string;
  port: number;
  app: string;
  /** With `?query` behind it if any. */
  name: string;
}

export interface Push extends PushTarget {
  /** Asked with the host's addresses before every connection. */
  egress: EgressPolicy;
}

export interface PushStats {
  /** `waiting`: the target was lost or refused, and is tried again. */
  state: 'connecting' | 'live' | 'waiting';
  /** Unix milliseconds since when it is in this state. */
  since: number;
  /** Sent so far, in all connections. */
  bytes: number;
  /** What last went wrong, in words that name nothing secret. */
  error: string | null;
}

/** What HLS can carry, as `StreamStats` names it. */
export const HLS_CODECS = { video: 'h264', audio: 'aac' } as const;

/** Whether a stream plays over HLS, from what its encoder has said so far. */
export const playsOverHls = ({ videoCodec, audioCodec }: Pick<StreamStats, 'videoCodec' | 'audioCodec'>): boolean =>
  (videoCodec ?? HLS_CODECS.video) === HLS_CODECS.video && (audioCodec ?? HLS_CODECS.audio) === HLS_CODECS.audio;

export interface KickTarget {
  /** Every session of this stream … */
  stream?: string;
  /** … or this one session. */
  session?: string;
  /** … or whoever came in with this token; null: viewers whom none admitted, of `stream` alone. */
  token?: string | null;
  /** Only one side of it. */
  action?: MediaAction;
}

export interface KickRequest {
  target: KickTarget;
  /**
   * Sessions of `target.stream` admitted under an older epoch end, and verdicts older than it are dead, pending ones
   * included; remembered even when no session matched. Whoever was admitted under this epoch or a later one came after
   * the change and stays. Absent: every session that matches ends, and the kick says nothing of the future, but for one
   * of a token: that token admits nobody any more, pending verdicts included.
   */
  epoch?: number;
  reason: string;
}

export interface KickResult {
  matched: number;
  closed: { publishers: number; viewers: number };
}

/** Who may not watch: addresses and networks as `networkOf` writes them, hosts and `*.host` as `hostPattern` does. */
export interface GuardianRules {
  ip: readonly string[];
  deny: readonly string[];
  /** With any of these, only viewers on such pages may watch. */
  allow: readonly string[];
}

/** The widest networks that a rule may be of, in bits of their prefix. */
export const WIDEST = { ipv4: 8, ipv6: 16 } as const;
/** The most labels behind the star of a `*.host`. */
export const MOST_LABELS = 8;

/**
 * Viewers of this organisation whom the rules shut out end, and verdicts read under an older epoch are dead, pending
 * ones included. Whoever was admitted under this epoch or a later one was measured by these rules or by later ones.
 */
export interface GuardRequest extends Guarded {
  rules: GuardianRules;
}

/** What the control plane can ask of an engine. Each call rejects when the engine cannot be reached in time. */
export interface Engine {
  kick(request: KickRequest): Promise<KickResult>;
  guard(request: GuardRequest): Promise<KickResult>;
  list(): Promise<MediaSession[]>;
  stats(): Promise<StreamStats[]>;
}

/** Messages from the engine to the control plane. */
export type EngineMessage =
  /** Sent whenever a control plane appears: everything on air, the truth for the reconciler. */
  | { type: 'hello'; sessions: MediaSession[]; rtmp: string; playout: string }
  | { type: 'authorise'; id: number; request: AuthoriseRequest }
  | { type: 'start'; session: MediaSession }
  /**
   * Exactly one per `start`. `sent` is what a publisher's viewers were sent while it was on air, in bytes; `last` is how
   * its stream stood, for a publisher alone.
   */
  | { type: 'end'; session: MediaSession; reason: EndReason; sent: number; last: StreamFigures | null }
  /** Somebody was kept from publishing because the stream has a publisher that is not silent. */
  | { type: 'duplicate'; stream: string; ip: string }
  | { type: 'samples'; batch: SampleBatch }
  | { type: 'reply'; id: number; result: KickResult | MediaSession[] | StreamStats[] };

/** Messages from the control plane to the engine. */
export type ControlMessage =
  | { type: 'verdict'; id: number; verdict: Verdict }
  | { type: 'kick'; id: number; request: KickRequest }
  | { type: 'guard'; id: number; request: GuardRequest }
  /** Where a stream that is on air is forwarded to from now on; null: nowhere. Means nothing for one that is not. */
  | { type: 'push'; stream: string; push: Push | null }
  | { type: 'list'; id: number }
  | { type: 'stats'; id: number }
  /** This batch of samples is written. */
  | { type: 'sampled'; source: number; seq: number }
  /** At least once a second. The engine closes everything when none came for the lease. */
  | { type: 'alive' }
  /** Asks for a hello: a control plane that has just appeared wants the truth. */
  | { type: 'hello?' };

/** Milliseconds the engine goes on without a sign of life from the control plane. */
export const LEASE_MS = 5_000;
/** Milliseconds without an answer after which a publish or play is denied. */
export const VERDICT_MS = 3_000;
