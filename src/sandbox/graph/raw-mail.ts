/**
 * A mail as it comes over the wire. Exchange takes in anything, so this does too: whatever can be read cheaply is read, and the bytes are
 * kept as they are.
 */
import PostalMime, { type Email, type Address as Parsed } from 'postal-mime';
import { type Instant, parseInstant } from '../../domain/time/instant.ts';
import { messageIdsIn } from './automatic.ts';
import type { Address, MailBody, NewAttachment, StoredMessage } from './stored-mail.ts';

export interface RawMail {
  readonly subject: string;
  readonly from?: Address;
  readonly sender?: Address;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly replyTo: readonly Address[];
  /** As it is written, angle brackets and all. Empty where the header is; absent without the header. */
  readonly internetMessageId?: string;
  readonly sentAt?: Instant;
  readonly body: MailBody;
  readonly headers: StoredMessage['headers'];
  readonly files: readonly NewAttachment[];
  /** There are files beyond those in `files`. */
  readonly carriesMore: boolean;
}

/** Larger ones are read by their beginning. */
const LARGEST_READ = 32 * 1024 * 1024;
const BEGINNING = 256 * 1024;
const LONGEST_SUBJECT = 1_000;
const LONGEST_BODY = 1_000_000;
const LONGEST_HEADER = 8_000;
const MOST_HEADERS = 200;
const MOST_ADDRESSES = 500;
const MOST_FILES = 100;
/** More parts than this nobody sends; they are not taken apart. */
const MOST_BOUNDARIES = 2_000;
/** More lines, or more ends of base64, than a process has room and time for: only the header of such a mail is read. */
const MOST_LINES = 200_000;
const MOST_EQUALS = 1_000_000;

export async function readRawMail(bytes: Uint8Array): Promise<RawMail> {
  if (hasMore(bytes, '\n', MOST_LINES) || hasMore(bytes, '=', MOST_EQUALS))
    return asRead(await PostalMime.parse(headOf(bytes)), false);
  const whole = bytes.length <= LARGEST_READ && !hasMore(bytes, '\n--', MOST_BOUNDARIES);
  try {
    return asRead(await PostalMime.parse(whole ? bytes : bytes.subarray(0, BEGINNING)), whole);
  } catch {
    // Nested too deeply, or with a header that is too long.
    return asRead(await PostalMime.parse(headOf(bytes)), false);
  }
}

/** Every part begins with a line of two dashes. */
function hasMore(bytes: Uint8Array, what: string, most: number): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = text.indexOf(what); at !== -1 && count <= most; at = text.indexOf(what, at + 1)) count += 1;
  return count > most;
}

/** The header alone, without the lines that are too long to be any use, as a mail of plain text. */
function headOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, BEGINNING)).toString('latin1').replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const lines = (end === -1 ? text : text.slice(0, end)).split('\n').slice(0, MOST_HEADERS);
  const kept = lines.filter((line) => line.length < LONGEST_HEADER && !/^content-/i.test(line));
  return `${kept.join('\r\n')}\r\n\r\n`;
}

function asRead(email: Email, whole: boolean): RawMail {
  const files = whole ? email.attachments.slice(0, MOST_FILES) : [];
  const messageId = email.headers.find(({ key }) => key === 'message-id')?.value.trim();
  const sentAt = readDate(email.date);
  const [from] = addresses(email.from ? [email.from] : []);
  const [sender] = addresses(email.sender ? [email.sender] : []);
  return {
    subject: (email.subject ?? '').slice(0, LONGEST_SUBJECT),
    ...(from ? { from, sender: sender ?? from } : {}),
    to: addresses(email.to),
    cc: addresses(email.cc),
    replyTo: addresses(email.replyTo),
    // Several are as good as none to whoever reads headers; the first stands, as in Exchange.
    ...(messageId === undefined ? {} : { internetMessageId: messageIdsIn(messageId)[0] ?? messageId.slice(0, 1_000) }),
    ...(sentAt ? { sentAt } : {}),
    body: bodyOf(email),
    headers: email.headers
      .slice(0, MOST_HEADERS)
      .map(({ originalKey, value }) => ({ name: originalKey.slice(0, 200), value: value.slice(0, LONGEST_HEADER) })),
    files: files.map(({ filename, mimeType, disposition, related, contentId, content }) => ({
      name: (filename ?? nameFor(mimeType)).slice(0, 255),
      contentType: mimeType.slice(0, 200),
      isInline: related === true || (disposition === 'inline' && contentId !== undefined),
      contentId: contentId?.replace(/^<|>$/g, '') ?? null,
      content: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content as ArrayBuffer),
    })),
    carriesMore: email.attachments.length > files.length,
  };
}

const nameFor = (type: string): string => (type === 'message/rfc822' ? 'Attached message.eml' : 'Attachment');

function bodyOf({ html, text }: Email): MailBody {
  return html
    ? { contentType: 'html', content: html.slice(0, LONGEST_BODY) }
    : { contentType: 'text', content: (text ?? '').slice(0, LONGEST_BODY) };
}

function addresses(parsed: readonly Parsed[] | undefined): Address[] {
  const flat = (parsed ?? [])
    .slice(0, MOST_ADDRESSES)
    .flatMap((one) => ('group' in one && one.group ? one.group : [one]));
  return flat
    .slice(0, MOST_ADDRESSES)
    .flatMap(({ name, address }) =>
      typeof address === 'string' && address.includes('@')
        ? [{ name: (name || address).slice(0, 500), address: address.slice(0, 500) }]
        : [],
    );
}

function readDate(text: string | undefined): Instant | undefined {
  const at = new Date(text ?? Number.NaN);
  const year = at.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? parseInstant(at.toISOString()) : undefined;
}
