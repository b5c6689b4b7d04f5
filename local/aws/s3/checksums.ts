import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface Checksum {
  algorithm: Algorithm;
  /** Base64; of a multipart upload's parts with `-<count>` behind it. */
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

export function algorithmNamed(name: string | undefined): Algorithm | undefined {
  return ALGORITHMS.find((algorithm) => algorithm === name?.toLowerCase());
}

/** The checksum of these bytes as S3 writes it: big endian, base64. */
export function checksum(algorithm: Algorithm, bytes: Buffer): string {
  switch (algorithm) {
    case 'crc32':
      return encode(BigInt(crc32(bytes)), 4);
    case 'crc32c':
      return encode(reflectedCrc(CRC32C, 32, bytes), 4);
    case 'crc64nvme':
      return encode(reflectedCrc(CRC64NVME, 64, bytes), 8);
    case 'sha1':
    case 'sha256':
      return createHash(algorithm).update(bytes).digest('base64');
  }
}

/** The checksum of a multipart upload: of its parts' checksums, one behind the other. */
export function compositeChecksum(algorithm: Algorithm, parts: string[]): string {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
  return `${checksum(algorithm, bytes)}-${parts.length}`;
}

function encode(value: bigint, bytes: number): string {
  return Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64');
}

const CRC32C = table(0x82f63b78n);
const CRC64NVME = table(0x9a6c9329ac4bc9b5n);

/** @param polynomial bit-reversed */
function table(polynomial: bigint): bigint[] {
  return Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
}

function reflectedCrc(lookup: bigint[], bits: number, bytes: Buffer): bigint {
  const ones = (1n << BigInt(bits)) - 1n;
  let crc = ones;
  for (const byte of bytes) crc = (lookup[Number(crc & 0xffn) ^ byte] ?? 0n) ^ (crc >> 8n);
  return crc ^ ones;
}
