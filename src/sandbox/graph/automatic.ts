/** Mail that a machine sent, and mail that answers another: told by its headers. */
import type { StoredMessage } from './stored-mail.ts';

type Headers = StoredMessage['headers'];

const headerOf = (headers: Headers, name: string): string | undefined =>
  headers
    .find((one) => one.name.toLowerCase() === name)
    ?.value.trim()
    .toLowerCase();

/** Nothing is ever answered to these by itself: RFC 3834, and what Exchange and lists write. */
export function isAutomatic({ headers, from }: Pick<StoredMessage, 'headers' | 'from'>): boolean {
  const submitted = headerOf(headers, 'auto-submitted');
  if (submitted !== undefined && submitted !== 'no') return true;
  if (['bulk', 'list', 'junk', 'auto_reply'].includes(headerOf(headers, 'precedence') ?? '')) return true;
  const suppressed = headerOf(headers, 'x-auto-response-suppress') ?? '';
  if (/(^|[\s,])(all|oof|autoreply)($|[\s,])/.test(suppressed)) return true;
  if (['list-id', 'x-ms-exchange-message-is-ndr'].some((name) => headerOf(headers, name) !== undefined)) return true;
  const [mailbox = ''] = (from?.address ?? '').toLowerCase().split('@');
  return (
    mailbox === '' || mailbox === 'postmaster' || mailbox === 'mailer-daemon' || mailbox.startsWith('microsoftexchange')
  );
}

const THREADING = new Set(['in-reply-to', 'references']);

export const isThreading = ({ name }: Headers[number]): boolean => THREADING.has(name.toLowerCase());

/** A header may only grow so long before servers cut it. The first of a conversation is kept, as RFC 5322 advises. */
const MOST_REFERENCES = 30;

/** Message-IDs in a header's text, with their angle brackets. */
export function messageIdsIn(text: string): string[] {
  return text
    .slice(0, 100_000)
    .split(/[\s,]+/)
    .filter((word) => word.startsWith('<') && word.endsWith('>') && word.length > 2);
}

/** The headers by which an answer, or a mail passed on, names what it is about. */
export function answering({
  headers,
  internetMessageId,
}: Pick<StoredMessage, 'headers' | 'internetMessageId'>): Headers {
  if (internetMessageId === '') return [];
  const of = (wanted: string) => messageIdsIn(headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '');
  const before = of('references').length > 0 ? of('references') : of('in-reply-to');
  const [first, ...rest] = [...new Set([...before, internetMessageId])];
  const references = [first, ...rest.slice(-MOST_REFERENCES)].filter((one) => one !== undefined);
  return [
    { name: 'In-Reply-To', value: internetMessageId },
    { name: 'References', value: references.join(' ') },
  ];
}
