import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { base62 } from '../lib/base62.ts';

const prefix = 'nvapi-';
const secretDigits = 43;
const checksumDigits = 6;
const shape = new RegExp(`^${prefix}[0-9A-Za-z]{${secretDigits + checksumDigits}}$`);

/** A fresh key in the contract's format: 256 random bits and a checksum that catches typing errors offline. */
export function generateKey(): string {
  const secret = base62(randomBytes(32), secretDigits);
  return prefix + secret + checksum(secret);
}

/** Whether the text can be a key that `generateKey` made; decided without looking anything up. */
export function isGeneratedKey(text: string): boolean {
  if (!shape.test(text)) return false;
  return checksum(text.slice(prefix.length, -checksumDigits)) === text.slice(-checksumDigits);
}

/** What is stored of a key. A 256-bit secret needs no slow hash: it cannot be guessed. */
export function digestKey(plain: string): string {
  return hash('sha256', plain);
}

/** Compares digests in hex in a time that does not depend on where they differ. */
export function isSameDigest(stored: string, given: string): boolean {
  return stored.length === given.length && timingSafeEqual(Buffer.from(stored), Buffer.from(given));
}

/** What is shown of a key to tell it from others: four of its secret's characters, which leaves 232 bits to guess. */
export function prefixOf(plain: string): string {
  return plain.slice(0, prefix.length + 4);
}

function checksum(secret: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(secret));
  return base62(sum, checksumDigits);
}
