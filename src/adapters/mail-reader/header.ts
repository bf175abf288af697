/** Fields of a mail's header, decoded: what postal-mime read, cut to what is kept. */
import PostalMime, { addressParser, decodeWords } from 'postal-mime';
import type { MailAddress } from '../../application/ports.ts';
import { cleanLine } from './clean-text.ts';
import { LIMITS } from './limits.ts';

/** Of each name the first value; names in lower case. */
export type Header = ReadonlyMap<string, string>;

const LONGEST_SUBJECT = 1_000;
const LONGEST_NAME = 200;
/** RFC 5321: 64 before the sign, 255 behind it. */
const LONGEST_ADDRESS = 320;
/** A line of a mail (RFC 5322). */
const LONGEST_ID = 998;
/** Of one field: what a header block may be, less what no list of addresses needs. */
const LONGEST_FIELD = 100_000;

/** @param head a header block without the blank line behind it */
export async function readHeader(head: Buffer): Promise<Header> {
  const { headers } = await PostalMime.parse(head, { maxHeadersSize: LIMITS.header, maxNestingDepth: 1 });
  const fields = new Map<string, string>();
  for (const { key, value } of headers) {
    if (!fields.has(key)) fields.set(key, value);
  }
  return fields;
}

export function subjectOf(header: Header): string {
  return cleanLine(decodeWords((header.get('subject') ?? '').slice(0, LONGEST_FIELD)), LONGEST_SUBJECT);
}

/** Those that could be written to; groups are taken apart, names without an address left out. */
export function addressesIn(header: Header, field: string): MailAddress[] {
  const found: MailAddress[] = [];
  for (const { name, address } of flat((header.get(field) ?? '').slice(0, LONGEST_FIELD))) {
    const written = cleanLine(address, LONGEST_ADDRESS + 1).toLowerCase();
    if (isAddress(written)) found.push({ name: cleanLine(name, LONGEST_NAME), address: written });
    if (found.length === LIMITS.addresses) break;
  }
  return found;
}

/** Message-IDs in a field, without angle brackets: one walk from bracket to bracket. */
export function idsIn(value: string | undefined): string[] {
  const ids = new Set<string>();
  const text = (value ?? '').slice(0, LONGEST_FIELD);
  for (let open = text.indexOf('<'); open >= 0 && ids.size < LIMITS.ids; ) {
    const close = text.indexOf('>', open);
    if (close < 0) break;
    const id = withoutBlanks(text.slice(Math.max(open, text.lastIndexOf('<', close)) + 1, close));
    if (id !== '' && id.length <= LONGEST_ID) ids.add(id);
    open = text.indexOf('<', close);
  }
  // Some senders leave the brackets out.
  const bare = withoutBlanks(text);
  if (ids.size === 0 && bare.includes('@') && !bare.includes('<') && bare.length <= LONGEST_ID) ids.add(bare);
  return [...ids];
}

function flat(value: string): { name: string; address: string }[] {
  return addressParser(value, { flatten: true }).flatMap((one) =>
    one.address === undefined ? [] : [{ name: one.name, address: one.address }],
  );
}

function isAddress(text: string): boolean {
  const sign = text.lastIndexOf('@');
  return sign > 0 && sign < text.length - 1 && text.length <= LONGEST_ADDRESS && !text.includes(' ');
}

function withoutBlanks(text: string): string {
  return cleanLine(text, LONGEST_FIELD).replaceAll(' ', '');
}
