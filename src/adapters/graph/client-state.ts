/**
 * The word by which a notification is known to be Microsoft's answer to our own subscription, and not somebody else's call: made of
 * the resource under a key that only this program has, so that nothing has to be kept and one that is found again is known.
 */
import { timingSafeEqual } from 'node:crypto';
import type { ClientStates } from '../../application/ports.ts';
import { derivedKey, type Key, keyedDigest } from '../sealing.ts';

/** Graph takes 128 characters at most (facts.md 1); these have fewer. */
export function clientStates(masterKey: Key): ClientStates {
  const key = derivedKey(masterKey, 'change notifications');
  const of = (resource: string) => keyedDigest(key, [resource.toLowerCase()]);
  return {
    of,
    matches(resource, given) {
      const [one, other] = [Buffer.from(of(resource)), Buffer.from(given)];
      return one.length === other.length && timingSafeEqual(one, other);
    },
  };
}
