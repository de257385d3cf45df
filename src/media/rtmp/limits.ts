/** Every bound of the engine in one place. Times in milliseconds, sizes in bytes. */
export interface Limits {
  /** From the TCP connection to the end of the RTMP handshake. */
  handshakeMs: number;
  /** From the handshake to an accepted publish or play, not counting the wait for the verdict. */
  enterMs: number;
  /** A publisher that sends no media for this long is closed. */
  idleMs: number;
  /** A publisher silent for this long yields its stream to a second one. */
  yieldMs: number;
  /** A viewer whose stream is not on air waits this long for it. */
  waitMs: number;
  /** A viewer that takes nothing for this long is closed. */
  stuckMs: number;
  /** Media waits at most this long for its batch. */
  batchMs: number;
  /** From the look-up of a push target to its word that we may publish. */
  pushConnectMs: number;
  /** Before a push target is tried again: at first, and doubled up to the second. */
  pushPauseMs: number;
  pushLongestPauseMs: number;
  /** Bytes from one RTMP connection before a verdict. */
  unauthorisedBytes: number;
  message: number;
  command: number;
  data: number;
  /** Bytes of unfinished messages, over all chunk streams of a connection. */
  partial: number;
  chunkStreams: number;
  /** Messages of one connection within a second: audio and video, and all others. */
  mediaPerSecond: number;
  messagesPerSecond: number;
  name: number;
  query: number;
  gopBytes: number;
  gopTags: number;
  /** A viewer may always have this much unsent; more only when two groups of pictures are more. */
  backlog: number;
  /** Bytes of HLS segments: of all streams, of one, and of one segment. */
  hlsBytes: number;
  hlsStreamBytes: number;
  hlsSegmentBytes: number;
  /** The longest an HLS viewer's first answer waits for the first segment. */
  hlsFirstMs: number;
  /** An HLS session ends when it asked for nothing as long as three segments last, and this. */
  hlsIdleMs: number;
  /** A publisher that is away for so long has ended its HLS playlist. Shorter than viewers wait for one. */
  hlsGoneMs: number;
  /** Connections, and likewise HLS sessions. */
  maxConnectionsPerAddress: number;
  /** RTMP connections of one address that have no verdict yet. */
  maxPendingPerAddress: number;
}

export const DEFAULT_LIMITS: Limits = {
  handshakeMs: 5_000,
  enterMs: 10_000,
  idleMs: 15_000,
  yieldMs: 5_000,
  waitMs: 30_000,
  stuckMs: 10_000,
  batchMs: 40,
  pushConnectMs: 10_000,
  pushPauseMs: 1_000,
  pushLongestPauseMs: 30_000,
  unauthorisedBytes: 256 * 1024,
  message: 4 * 1024 * 1024,
  command: 64 * 1024,
  data: 256 * 1024,
  partial: 8 * 1024 * 1024,
  chunkStreams: 16,
  mediaPerSecond: 5_000,
  messagesPerSecond: 500,
  name: 256,
  query: 2_048,
  gopBytes: 16 * 1024 * 1024,
  gopTags: 1_500,
  backlog: 1024 * 1024,
  hlsBytes: 512 * 1024 * 1024,
  hlsStreamBytes: 64 * 1024 * 1024,
  hlsSegmentBytes: 16 * 1024 * 1024,
  hlsFirstMs: 10_000,
  hlsIdleMs: 5_000,
  hlsGoneMs: 15_000,
  maxConnectionsPerAddress: 5_000,
  maxPendingPerAddress: 1_100,
};

/** How long the engine remembers a stream's lock epoch, and a revoked token: longer than any verdict can be under way. */
export const EPOCH_MEMORY_MS = 15_000;
/** How many of either are remembered. Beyond it the oldest is forgotten and every pending verdict is refused. */
export const EPOCH_MEMORY_SIZE = 20_000;
/** The longest a deny is held back, whatever the verdict asks for. */
export const MAX_DELAY_MS = 10_000;
