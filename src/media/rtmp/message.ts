/** RTMP message types (Adobe RTMP specification 1.0, 5.4, 6 and 7.1). */
export const MESSAGE = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAckSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  data: 18,
  command: 20,
} as const;

/** User control events (7.1.7). */
export const EVENT = { streamBegin: 0, streamEof: 1, pingRequest: 6, pingResponse: 7 } as const;

export interface RtmpMessage {
  type: number;
  /** The message stream: 0 is the connection itself. */
  streamId: number;
  /** Milliseconds, unsigned 32 bits. */
  timestamp: number;
  payload: Buffer;
}
