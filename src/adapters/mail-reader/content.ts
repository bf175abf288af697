/** What is in a part, decoded by postal-mime: it gets one part at a time, with a header of ours, and never a body that nobody reads. */
import PostalMime from 'postal-mime';
import { cleanFileName } from './clean-text.ts';
import { LIMITS } from './limits.ts';
import type { Part } from './structure.ts';

/** A text part's characters. A charset that nobody knows, and one that is not what the bytes are, is read as windows-1252. */
export async function textIn(bytes: Buffer, part: Part): Promise<{ text: string; cut: boolean }> {
  const whole = part.body.end - part.body.start;
  const body = bytes.subarray(
    part.body.start,
    part.body.start + Math.min(whole, part.type === 'text/html' ? LIMITS.htmlBytes : LIMITS.text),
  );
  const cut = body.length < whole;
  const named = plainWord(part.parameters.get('charset') ?? '').toLowerCase();
  const read = async (charset: string): Promise<string> => {
    const email = await PostalMime.parse(Buffer.concat([head(part, charset), body]), { maxHeadersSize: 2_000 });
    return email.text ?? '';
  };
  if (named.startsWith('utf-16') || named === 'unicode') return { text: await utf16In(bytes, part, named), cut };
  const text = await read(named);
  // No charset means us-ascii, and utf-8 is often written by whoever sends something else: then nothing but U+FFFD comes out.
  const doubtful = named === '' || named.startsWith('utf') || named.includes('ascii');
  const wrong = doubtful && text.includes('\ufffd') && !BEYOND_ASCII.test(text);
  return { text: wrong ? await read('windows-1252') : text, cut };
}

/** The bytes of a part, without its transfer encoding: at most `most` of them as they stand in the mail. */
export async function bytesIn(bytes: Buffer, part: Part, most: number): Promise<Buffer> {
  const body = bytes.subarray(part.body.start, Math.min(part.body.end, part.body.start + most));
  if (part.encoding === '') return body;
  const { attachments } = await PostalMime.parse(
    Buffer.concat([
      Buffer.from(`Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: ${part.encoding}\r\n\r\n`),
      body,
    ]),
    { maxHeadersSize: 2_000 },
  );
  const content = attachments[0]?.content;
  return content === undefined || typeof content === 'string' ? Buffer.alloc(0) : Buffer.from(content as ArrayBuffer);
}

/** As the header names it, decoded (RFC 2231, RFC 2047) and fit to be shown; '' where it names none. */
export async function fileNameOf(part: Part): Promise<string> {
  const disposition = afterValue(part.contentDisposition);
  const type = afterValue(part.contentType);
  if (disposition === '' && type === '') return '';
  const header = `Content-Disposition: attachment${disposition}\r\nContent-Type: application/octet-stream${type}\r\n\r\n`;
  const { attachments } = await PostalMime.parse(Buffer.from(header, 'latin1'), { maxHeadersSize: LIMITS.header });
  return cleanFileName(attachments[0]?.filename ?? '');
}

/** Bytes that the part has when it is saved: counted, not decoded. */
export function sizeOf(bytes: Buffer, part: Part): number {
  const { start, end } = part.body;
  if (part.encoding === '') return end - start;
  let counted = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (part.encoding === 'base64') {
      if (BASE64[byte] === 1) counted += 1;
    } else if (byte === EQUALS) {
      // =0A is one byte, = at a line's end is none.
      const next = bytes[at + 1];
      if (next === CR || next === LF) at += next === CR ? 2 : 1;
      else {
        at += 2;
        counted += 1;
      }
    } else {
      counted += 1;
    }
  }
  return part.encoding === 'base64' ? Math.floor((counted * 3) / 4) : counted;
}

const BEYOND_ASCII = /[\u0080-\ufffc]/;
const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;
const BASE64 = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
  BASE64[character.charCodeAt(0)] = 1;
}

/** HTML is asked for as plain text as well: then the library hands it over as it is, and does not make its own text of it. */
function head(part: Part, charset: string): Buffer {
  const flowed =
    part.type === 'text/plain' && part.parameters.get('format')?.toLowerCase() === 'flowed'
      ? `; format=flowed; delsp=${part.parameters.get('delsp')?.toLowerCase() === 'yes' ? 'yes' : 'no'}`
      : '';
  const named = charset === '' ? '' : `; charset=${charset}`;
  const encoding = part.encoding === '' ? '8bit' : part.encoding;
  return Buffer.from(`Content-Type: text/plain${named}${flowed}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`);
}

/**
 * Little-endian unless it says otherwise, by name or by its first two bytes. Decoded here: the library ends each line with one byte, and
 * knows no first bytes.
 */
async function utf16In(bytes: Buffer, part: Part, named: string): Promise<string> {
  const content = await bytesIn(bytes, part, LIMITS.text);
  const big = named === 'utf-16be' || (content[0] === 0xfe && content[1] === 0xff);
  return new TextDecoder(big ? 'utf-16be' : 'utf-16le').decode(
    content.subarray(0, content.length - (content.length % 2)),
  );
}

/** Of a charset's name what a charset's name may be. */
function plainWord(text: string): string {
  return text.slice(0, 60).replace(/[^A-Za-z0-9_:.-]/g, '');
}

/** From the first semicolon on. */
function afterValue(field: string): string {
  const semicolon = field.indexOf(';');
  return semicolon < 0 ? '' : field.slice(semicolon);
}
