/** What a stream cannot be packaged for. The message is a sentence for its viewers. */
export class Unfit extends Error {}

export const WRONG_CODEC = "This stream's codec is not available over HLS";
