/** Mail that comes in: how a watched mailbox is read, and what is made of one mail. Nothing of it is believed; From proves nothing. */
import type { Instant } from '../../domain/time/instant.ts';

/** A mail of the book. Opaque, never shown. */
export type MailId = string;

/** One message in a watched mailbox, as a delta or a list shows it: enough to know it again, not to read it. */
export interface SeenMail {
  /** Graph's immutable id: the same in every folder of its mailbox. */
  readonly id: string;
  /** As the header says; may be empty, or somebody else's. */
  readonly internetMessageId: string;
  readonly conversationId: string;
  readonly subject: string;
  /** Address in lower case; may be empty. */
  readonly from: string;
  readonly receivedAt: Instant;
  /** As the sender's clock says; absent where it says nothing that can be read. */
  readonly sentAt?: Instant;
  /** How its text begins, as Microsoft 365 shows it. Personal: two mails are told apart by it, and it is kept nowhere. */
  readonly begins?: string;
}

export interface MailPage {
  readonly mails: readonly SeenMail[];
  /** Where to go on: to be kept together with what the page brought. */
  readonly cursor: string;
  /** Nothing more at present: `cursor` is for the next look. */
  readonly last: boolean;
}

export interface MailboxFeed {
  /**
   * One page of messages/delta of the inbox.
   * @param cursor of the page before; undefined: from the beginning of the mailbox
   * @throws LostCursor where Microsoft 365 no longer knows it (410, syncStateNotFound, resyncRequired): begin again without one
   */
  page(mailbox: string, cursor: string | undefined): Promise<MailPage>;
  /**
   * Everything that was received from a moment on, in any folder but Drafts, Sent Items and Outbox: also what a rule or a person has
   * moved before it was read. Oldest first, page by page.
   */
  receivedSince(mailbox: string, from: Instant): AsyncIterable<readonly SeenMail[]>;
  /** The mail as it came, MIME. Reads no more than `most` bytes. */
  mime(mailbox: string, id: string, most: number): Promise<Uint8Array | 'gone' | 'too-large'>;
}

/** The cursor of a delta is no longer known: everything is read again, and what is known already is passed over. */
export class LostCursor extends Error {
  constructor() {
    super('Microsoft Graph no longer knows how far this mailbox was read.');
    this.name = 'LostCursor';
  }
}

/** What sent it: only a `person`'s mail may be a referral, and only such a one is ever answered. */
export type MailKind = 'person' | 'automatic-reply' | 'bounce' | 'list' | 'meeting';

export interface MailAddress {
  readonly name: string;
  /** Lower case. */
  readonly address: string;
}

/** A mail as far as it was read safely. Personal: sealed wherever it is kept, and shown on class P only. */
export interface ReadMail {
  readonly kind: MailKind;
  /** Without angle brackets; absent where there is none. */
  readonly messageId?: string;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  /** Message-IDs of our mails that a delivery report gives back. */
  readonly returned: readonly string[];
  readonly from?: MailAddress;
  /** Where an answer is asked for, if elsewhere. */
  readonly replyTo?: MailAddress;
  readonly to: readonly MailAddress[];
  readonly copy: readonly MailAddress[];
  readonly subject: string;
  /** Plain text: of HTML what a reader would see, nothing loaded, no null bytes; at most `LONGEST_TEXT` characters. */
  readonly text: string;
  /** The text was longer. */
  readonly cut: boolean;
  readonly attachments: readonly { readonly name: string; readonly contentType: string; readonly size: number }[];
}

export const LONGEST_TEXT = 100_000;

/** Why a mail could not be read: it is set aside with this reason, for a person to open in Outlook. */
export type Unreadable =
  | 'too-large'
  | 'too-many-parts'
  | 'too-deep'
  | 'header-too-long'
  | 'took-too-long'
  | 'not-a-mail';

export interface MailReader {
  /** Never throws for what is in the mail, and ends within two seconds. */
  read(mime: Uint8Array): Promise<ReadMail | { readonly unreadable: Unreadable }>;
  close(): Promise<void>;
}
