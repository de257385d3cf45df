/** The peer broke a rule. The message is ours alone: it never repeats what the peer sent. */
export class ProtocolError extends Error {}
