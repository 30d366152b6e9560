import { createHash } from 'node:crypto';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { messageText } from '../../api/message.ts';

/** Characters of a prompt's beginning that tell requests apart; more would cost time on every request. */
const leadingCharacters = 4096;

/**
 * A number that requests with the same salt and the same beginning share: everything up to the first message of the
 * user, so that the turns of one conversation have it in common, and no more than the first 4096 characters.
 */
export function prefixDigest(request: Pick<EngineRequest, 'messages' | 'prompt'>, cacheSalt: string): number {
  const hash = createHash('sha1').update(cacheSalt);
  let left = leadingCharacters;
  const add = (text: string) => {
    hash.update('\0').update(text.slice(0, left));
    left -= Math.min(left, text.length);
  };
  if (request.prompt !== undefined) {
    add(typeof request.prompt === 'string' ? request.prompt : request.prompt.slice(0, leadingCharacters / 8).join(' '));
  } else {
    for (const message of request.messages) {
      add(message.role);
      add(messageText(message));
      if (message.role === 'user' || left === 0) break;
    }
  }
  return hash.digest().readUInt32BE();
}

/** A number for a name. */
export function hashOf(name: string): number {
  return createHash('sha1').update(name).digest().readUInt32BE();
}

/** How well two numbers go together, between 0 and 1 exclusive: any two pairs are unrelated. */
export function affinityOf(a: number, b: number): number {
  let mixed = (a ^ Math.imul(b, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (((mixed ^ (mixed >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}
