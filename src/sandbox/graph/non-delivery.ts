/** The report that a mail was not delivered, as Exchange writes it: multipart/report with the original's headers (RFC 3464, 6522). */
import type { Instant } from '../../domain/time/instant.ts';
import { answering } from './automatic.ts';
import type { Address, NewMessage, StoredMessage } from './stored-mail.ts';

export interface Failure {
  readonly at: Instant;
  /** Whom it did not reach. */
  readonly to: Address;
  /** Who sent the mail and is told. */
  readonly sender: Address;
  /** The tenant's own. */
  readonly domain: string;
  /** There is no such domain; otherwise there is nobody of that name in it. */
  readonly unknownHost: boolean;
  readonly messageId: string;
}

/** Encoded words of RFC 2047, each short enough for its line. */
function encoded(text: string): string {
  const clean = text.replaceAll(/[\r\n]+/g, ' ').slice(0, 500);
  if (/^[\x20-\x7e]*$/.test(clean)) return clean;
  const words: string[] = [];
  let piece = '';
  for (const character of clean) {
    if (Buffer.byteLength(piece + character) > 42) {
      words.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...words, piece].map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

const mailbox = ({ name, address }: Address): string => {
  const words = encoded(name.replaceAll(/["\\]/g, ''));
  return `${words.startsWith('=?') ? words : `"${words}"`} <${address}>`;
};
const date = (at: Instant): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** What of the original's header goes back with it. */
function headersOf(message: StoredMessage): string[] {
  const kept = message.headers.map(({ name, value }) => `${name}: ${encoded(value)}`);
  return [
    ...(message.from ? [`From: ${mailbox(message.from)}`] : []),
    ...(message.to.length > 0 ? [`To: ${message.to.map(mailbox).join(',\r\n ')}`] : []),
    ...(message.cc.length > 0 ? [`Cc: ${message.cc.map(mailbox).join(',\r\n ')}`] : []),
    `Subject: ${encoded(message.subject)}`,
    `Date: ${date(message.sentAt)}`,
    `Message-ID: ${message.internetMessageId}`,
    ...kept,
    'MIME-Version: 1.0',
  ];
}

/** @returns the mail to deliver, and the same as MIME */
export function makeReport(
  message: StoredMessage,
  { at, to, sender, domain, unknownHost, messageId }: Failure,
): Omit<NewMessage, 'mime'> & { readonly mime: Buffer } {
  const host = to.address.split('@').at(-1) ?? '';
  const from = { name: 'Microsoft Outlook', address: `MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@${domain}` };
  const [status, code, words] = unknownHost
    ? ['5.4.310', '550 5.4.310', `DNS domain ${host} does not exist`]
    : ['5.1.10', '550 5.1.10', 'RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'];
  const content = unknownHost
    ? `Your message to ${to.address} couldn't be delivered. There is no domain called ${host}.`
    : `Your message to ${to.address} couldn't be delivered. The address was not found at ${host}.`;
  const headers = [
    { name: 'X-MS-Exchange-Message-Is-Ndr', value: '' },
    { name: 'Auto-Submitted', value: 'auto-replied' },
    { name: 'X-Auto-Response-Suppress', value: 'All' },
    ...answering(message),
  ];
  const subject = `Undeliverable: ${message.subject}`;
  const boundary = `_${messageId.replaceAll(/[^a-z0-9]/gi, '')}_`;
  const part = (type: string, lines: readonly string[]) => [`--${boundary}`, `Content-Type: ${type}`, '', ...lines, ''];
  const mime = [
    `From: ${mailbox(from)}`,
    `To: ${mailbox(sender)}`,
    `Date: ${date(at)}`,
    `Message-ID: ${messageId}`,
    `Subject: ${encoded(subject)}`,
    ...headers.map(({ name, value }) => `${name}: ${value}`.trimEnd()),
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
    ...part('text/plain; charset=us-ascii', [content]),
    ...part('message/delivery-status', [
      `Reporting-MTA: dns;mail.${domain}`,
      '',
      `Final-Recipient: rfc822;${to.address}`,
      'Action: failed',
      `Status: ${status}`,
      `Diagnostic-Code: smtp;${code} ${words}`,
    ]),
    ...part('text/rfc822-headers', headersOf(message)),
    `--${boundary}--`,
    '',
  ].join('\r\n');
  return {
    subject,
    body: { contentType: 'text', content },
    from,
    sender: from,
    to: [sender],
    headers,
    internetMessageId: messageId,
    sentAt: at,
    mime: Buffer.from(mime),
  };
}
