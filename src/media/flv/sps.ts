/** Width and height in luma samples, cropped as a player would show them. */
export interface PictureSize {
  width: number;
  height: number;
}

/** Reads bits, most significant first, and Exp-Golomb codes (ISO/IEC 14496-10, 9.1). Throws RangeError at the end. */
class Bits {
  #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError('parameter set is cut off');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at++;
    }
    return value;
  }

  unsigned(): number {
    let zeros = 0;
    while (this.read(1) === 0) if (++zeros > 31) throw new RangeError('not an Exp-Golomb code');
    return 2 ** zeros - 1 + this.read(zeros);
  }

  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** Profiles whose parameter set carries chroma and scaling information (7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** The picture size in an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). Null if it cannot be read. */
export function sizeFromAvcConfig(config: Buffer): PictureSize | null {
  try {
    if (config.length < 8 || config[0] !== 1 || (config[5]! & 31) === 0) return null;
    const length = config.readUInt16BE(6);
    const size = sizeFromSps(config.subarray(8, 8 + length));
    return size.width > 0 && size.height > 0 && size.width <= 16_384 && size.height <= 16_384 ? size : null;
  } catch {
    return null;
  }
}

function sizeFromSps(unit: Buffer): PictureSize {
  const bits = new Bits(withoutEmulationPrevention(unit.subarray(1)));
  const profile = bits.read(8);
  bits.read(16);
  bits.unsigned();
  const chroma = HIGH_PROFILES.has(profile) ? readChroma(bits) : { format: 1, separate: false };
  skipOrderCount(bits);
  bits.unsigned();
  bits.read(1);
  const widthInBlocks = bits.unsigned() + 1;
  const heightInUnits = bits.unsigned() + 1;
  const frameOnly = bits.read(1);
  if (!frameOnly) bits.read(1);
  bits.read(1);
  const crop = { left: 0, right: 0, top: 0, bottom: 0 };
  if (bits.read(1)) {
    crop.left = bits.unsigned();
    crop.right = bits.unsigned();
    crop.top = bits.unsigned();
    crop.bottom = bits.unsigned();
  }
  const planar = chroma.format === 0 || chroma.separate;
  const unitX = planar || chroma.format === 3 ? 1 : 2;
  const unitY = (planar || chroma.format !== 1 ? 1 : 2) * (2 - frameOnly);
  return {
    width: widthInBlocks * 16 - (crop.left + crop.right) * unitX,
    height: heightInUnits * (2 - frameOnly) * 16 - (crop.top + crop.bottom) * unitY,
  };
}

function readChroma(bits: Bits): { format: number; separate: boolean } {
  const format = bits.unsigned();
  const separate = format === 3 && bits.read(1) === 1;
  bits.unsigned();
  bits.unsigned();
  bits.read(1);
  if (bits.read(1)) {
    const lists = format === 3 ? 12 : 8;
    for (let i = 0; i < lists; i++) if (bits.read(1)) skipScalingList(bits, i < 6 ? 16 : 64);
  }
  return { format, separate };
}

function skipScalingList(bits: Bits, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.signed() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

function skipOrderCount(bits: Bits): void {
  bits.unsigned();
  const type = bits.unsigned();
  if (type === 0) bits.unsigned();
  if (type !== 1) return;
  bits.read(1);
  bits.signed();
  bits.signed();
  const cycle = bits.unsigned();
  if (cycle > 255) throw new RangeError('impossible order count');
  for (let i = 0; i < cycle; i++) bits.signed();
}

/** Removes the 3 of every 0 0 3 (7.4.1): it only keeps start codes out of the payload. */
function withoutEmulationPrevention(bytes: Buffer): Buffer {
  const out: number[] = [];
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out.push(byte);
  }
  return Buffer.from(out);
}
