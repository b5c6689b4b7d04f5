/** Whole numbers in as few bytes as they need: 7 bits a byte, lowest first; those that may be negative zigzag. */

/** Below this, twice a number is exact. */
const LARGEST = 2 ** 52;
/** Up to this, numbers can be shifted. */
const LARGEST_BITS = 2 ** 31 - 1;

export class ByteWriter {
  #bytes = Buffer.alloc(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#length * 2);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A whole number below 2^53. */
  unsigned(value: number): void {
    let rest = value;
    for (; rest > LARGEST_BITS; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) + 0x80);
    for (; rest > 0x7f; rest >>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  /** @throws RangeError beyond 2^52 */
  signed(value: number): void {
    if (!(Math.abs(value) < LARGEST)) throw new RangeError(`${value} is too large to be packed`);
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Of any size. */
  signedBig(value: bigint): void {
    let rest = value < 0n ? -2n * value - 1n : 2n * value;
    for (; rest > 0x7fn; rest >>= 7n) this.byte(Number(rest & 0x7fn) + 0x80);
    this.byte(Number(rest));
  }

  /** With its length before it. */
  text(value: string): void {
    const bytes = Buffer.from(value);
    this.unsigned(bytes.length);
    for (const byte of bytes) this.byte(byte);
  }

  /** The first bytes. */
  first(length: number): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, length));
  }
}

/** Reads what a `ByteWriter` wrote. Each method throws a `RangeError` beyond the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get hasMore(): boolean {
    return this.#at < this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError('The bytes end too early');
    this.#at += 1;
    return value;
  }

  unsigned(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
    }
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  signedBig(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value % 2n === 0n ? value / 2n : -(value + 1n) / 2n;
    }
  }

  text(): string {
    const length = this.unsigned();
    const value = this.#bytes.subarray(this.#at, this.#at + length);
    if (value.length < length) throw new RangeError('The bytes end too early');
    this.#at += length;
    return Buffer.from(value).toString();
  }
}
