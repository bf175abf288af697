/**
 * Closes and opens what is personal: AES-256-GCM with a fresh nonce each time, bound to the place it was written for,
 * so that a ciphertext copied to another row, case or draft does not open there.
 * Why, and what it does not protect against: docs/decisions/sealing-personal-data.md.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** 32 bytes. */
export type Key = Uint8Array;
/** Form (1 byte), nonce (12), tag (16), ciphertext. */
export type Sealed = Uint8Array;
/** Where a ciphertext belongs: kind of thing, whose it is, its number. */
export type Place = readonly (string | number)[];

export const KEY_BYTES = 32;
const FORM = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** Thrown where a ciphertext does not open: other key, other place, or changed. Names the place, never the content. */
export class WillNotOpen extends Error {
  constructor(place: Place) {
    super(
      `What is sealed at ${place.join('/')} does not open: its key, its place or its bytes are not those it was sealed with.`,
    );
    this.name = 'WillNotOpen';
  }
}

export function newKey(): Key {
  return randomBytes(KEY_BYTES);
}

/** A key of its own for one purpose: whoever learns it learns neither the master key nor any other made of it. */
export function derivedKey(masterKey: Key, purpose: string): Key {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', `stepwise ${purpose}`, KEY_BYTES));
}

/** The same parts give the same digest; without the key nobody can try out names until one fits. */
export function keyedDigest(key: Key, parts: readonly string[]): string {
  // JSON and not a joined string, as with `bound`.
  return createHmac('sha256', key).update(JSON.stringify(parts), 'utf8').digest('base64url');
}

/** @example seal(key, '{"c1.name":"…"}', ['event', caseId, 3]) */
export function seal(key: Key, content: string | Uint8Array, place: Place): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(place));
  const ciphertext = Buffer.concat([
    typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content),
    cipher.final(),
  ]);
  return Buffer.concat([Buffer.of(FORM), nonce, cipher.getAuthTag(), ciphertext]);
}

/** @throws WillNotOpen */
export function unseal(key: Key, sealed: Sealed, place: Place): Buffer {
  if (sealed.length < HEADER_BYTES || sealed[0] !== FORM) throw new WillNotOpen(place);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(bound(place))
    .setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEADER_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES)), decipher.final()]);
  } catch {
    throw new WillNotOpen(place);
  }
}

/** JSON and not a joined string: `a` + `b/c` and `a/b` + `c` must not be one place. */
function bound(place: Place): Buffer {
  return Buffer.from(JSON.stringify(['stepwise', FORM, ...place]), 'utf8');
}
