/** What is kept of a mail, of the files that it carries, and of what has gone. */
import type { Instant } from '../../domain/time/instant.ts';

export const FOLDERS = {
  inbox: 'Inbox',
  drafts: 'Drafts',
  sentitems: 'Sent Items',
  deleteditems: 'Deleted Items',
  archive: 'Archive',
  junkemail: 'Junk Email',
  outbox: 'Outbox',
} as const;

export type Folder = keyof typeof FOLDERS;

export interface Address {
  readonly name: string;
  readonly address: string;
}

export interface MailBody {
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

/** A mail that carries an invitation, its cancellation or an answer to it. */
export interface MeetingPart {
  readonly type:
    | 'meetingRequest'
    | 'meetingCancelled'
    | 'meetingAccepted'
    | 'meetingTenativelyAccepted'
    | 'meetingDeclined';
  readonly iCalUId: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly update?: boolean;
}

export interface StoredMessage {
  readonly id: string;
  /** The owner's object id. */
  readonly mailbox: string;
  readonly folder: Folder;
  /** Of the last change; grows. */
  readonly version: number;
  /** Of its coming into this folder: later than a delta token means new to the caller. */
  readonly arrived: number;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
  readonly receivedAt: Instant;
  readonly sentAt: Instant;
  readonly subject: string;
  readonly body: MailBody;
  /** Missing on a draft that nobody put a sender on. */
  readonly from?: Address;
  readonly sender?: Address;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly internetMessageId: string;
  readonly conversationId: string;
  readonly importance: 'low' | 'normal' | 'high';
  readonly categories: readonly string[];
  readonly flag: 'notFlagged' | 'flagged' | 'complete';
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly isRead: boolean;
  readonly isDraft: boolean;
  readonly meeting?: MeetingPart;
  /** Where the bytes lie, of a mail that came in as such. */
  readonly mime?: string;
  /** It carries files that were too many or too large to be taken apart. */
  readonly carriesMore?: boolean;
}

export interface StoredAttachment {
  readonly id: string;
  /** Key of the message or event. */
  readonly item: string;
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly size: number;
  readonly modifiedAt: Instant;
  /** Where its bytes lie. Copies of a mail share them. */
  readonly blob?: string;
  /** Of a tenant from before files were kept apart: base64. */
  readonly contentBytes?: string;
}

/** An item that was here and no longer is. */
export interface Gone {
  readonly id: string;
  readonly kind: 'message' | 'event';
  readonly key: string;
  readonly mailbox: string;
  readonly folder: string;
  readonly version: number;
}

/** Mail to an address outside the tenant: there is nobody to deliver it to, so it is kept for all to see. */
export interface OutsideMail {
  readonly id: string;
  readonly sentAt: Instant;
  readonly from: Address;
  readonly to: Address;
  readonly subject: string;
  readonly body: MailBody;
  readonly internetMessageId: string;
  /** Missing on what was sent before this was kept. */
  readonly headers?: StoredMessage['headers'];
  readonly attachments?: readonly { readonly name: string; readonly contentType: string; readonly size: number }[];
}

export type NewMessage = Pick<StoredMessage, 'subject' | 'body' | 'to'> &
  Partial<Omit<StoredMessage, 'id' | 'mailbox' | 'folder' | 'version' | 'arrived'>>;

export interface NewAttachment extends Pick<StoredAttachment, 'name' | 'contentType' | 'isInline' | 'contentId'> {
  /** The bytes, or where they lie already. */
  readonly content: Uint8Array | { readonly blob: string; readonly size: number };
}
