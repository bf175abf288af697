/** Names of cases that carry no information: `CAM-7K3F` (story 4.12). */

/** Without 0 O 1 I L, which are misread on paper and misheard on the telephone. */
export const REFERENCE_LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const LENGTH = 4;
/** Bytes from here up would make some letters likelier than others, and are passed over. */
const FAIR = Math.floor(256 / REFERENCE_LETTERS.length) * REFERENCE_LETTERS.length;

/**
 * @param bytes random; eight are enough nearly always, since one in thirty-two is passed over
 * @throws RangeError where too few of the bytes can be used: ask the random source again
 * @example referenceFrom('CAM', bytes) // CAM-7K3F
 */
export function referenceFrom(prefix: string, bytes: Uint8Array): string {
  const letters = [...bytes]
    .filter((byte) => byte < FAIR)
    .slice(0, LENGTH)
    .map((byte) => REFERENCE_LETTERS[byte % REFERENCE_LETTERS.length]);
  if (letters.length < LENGTH)
    throw new RangeError(`A reference needs ${LENGTH} usable random bytes, not ${letters.length}.`);
  return `${prefix}-${letters.join('')}`;
}

export function isReference(text: string): boolean {
  return /^[A-Z]{2,5}-[2-9A-HJKMNP-Z]{4}$/.test(text);
}
