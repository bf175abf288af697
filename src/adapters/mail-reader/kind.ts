/** What sent a mail, told by its header and its structure. A subject alone ("Automatic reply: …") tells nothing: a person may write it. */
import type { MailKind } from '../../application/ports.ts';
import { addressesIn, type Header } from './header.ts';

export interface Traits {
  readonly header: Header;
  /** Of the whole mail: multipart/report, … */
  readonly type: string;
  readonly reportType: string;
  /** Actions of a delivery report (RFC 3464), lower case: failed, delayed, delivered, … */
  readonly actions: readonly string[];
  /** A calendar part's METHOD, upper case; absent where the mail has no such part, or only as a file attached to it. */
  readonly method?: string;
}

/** Tried in this order: a bounce also says that it was sent automatically, and a list may send invitations. */
export function kindOf(traits: Traits): MailKind {
  if (isBounce(traits)) return 'bounce';
  if (isAutomatic(traits)) return 'automatic-reply';
  if (isList(traits.header)) return 'list';
  return traits.method !== undefined && MEETING.has(traits.method) ? 'meeting' : 'person';
}

const MEETING: ReadonlySet<string> = new Set(['REQUEST', 'REPLY', 'CANCEL', 'COUNTER']);
/** A report in which nothing failed or waits is a receipt. */
const ARRIVED: ReadonlySet<string> = new Set(['delivered', 'relayed', 'expanded']);

function isBounce({ header, type, reportType, actions }: Traits): boolean {
  if (actions.length > 0 && actions.every((action) => ARRIVED.has(action))) return false;
  if (type === 'multipart/report' && reportType === 'delivery-status') return true;
  // Exchange's "Undeliverable: …"; Exim and Google name the addresses that failed.
  if (header.has('x-ms-exchange-message-is-ndr') || header.has('x-failed-recipients')) return true;
  return withoutBlanks(header.get('return-path')) === '<>' && isPostmaster(header);
}

/** A portal that sends a form of its own accord answers nothing (RFC 3834): a person has filled that in, and waits for one. */
const UNPROMPTED: ReadonlySet<string> = new Set(['auto-generated', 'auto-notified']);

function isAutomatic({ header, type, actions }: Traits): boolean {
  const submitted = word(header, 'auto-submitted');
  const answers = header.has('in-reply-to') || header.has('references');
  if (submitted !== '' && submitted !== 'no' && (answers || !UNPROMPTED.has(submitted))) return true;
  // Receipts of reading and of delivery, complaints of providers.
  if (type === 'multipart/report' || actions.length > 0) return true;
  if (header.has('x-autoreply') || header.has('x-autorespond') || header.has('x-autoresponder')) return true;
  const precedence = word(header, 'precedence');
  if (precedence === 'auto_reply' || precedence === 'auto-reply') return true;
  const suppress = word(header, 'x-auto-response-suppress');
  return ['oof', 'autoreply', 'all'].some((type) => suppress.split(/[,;]/).includes(type)) && UNASKED.has(precedence);
}

const UNASKED: ReadonlySet<string> = new Set(['bulk', 'junk', 'list']);

function isList(header: Header): boolean {
  return header.has('list-id') || header.has('list-unsubscribe') || UNASKED.has(word(header, 'precedence'));
}

function isPostmaster(header: Header): boolean {
  return [...addressesIn(header, 'from'), ...addressesIn(header, 'sender')].some(({ address }) => {
    const mailbox = address.slice(0, address.lastIndexOf('@'));
    return mailbox === 'mailer-daemon' || mailbox === 'postmaster' || mailbox.startsWith('microsoftexchange');
  });
}

/** "auto-replied; owner-email=…" is auto-replied. */
function word(header: Header, name: string): string {
  const value = withoutBlanks(header.get(name)).toLowerCase();
  return name === 'auto-submitted' ? (value.split(/[;(]/, 1)[0] ?? '') : value;
}

function withoutBlanks(value: string | undefined): string {
  return (value ?? '').slice(0, 1_000).replace(/\s/g, '');
}
