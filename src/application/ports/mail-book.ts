/**
 * The book in which every mail of the watched mailboxes is accounted for. A mail is written in when it is first seen, and from then on
 * stands in exactly one state; each change of state is a line of its own and is never rewritten.
 */
import type { CaseId, PersonId, Reference } from '../../domain/case/types.ts';
import type { CouncilId, StepId } from '../../domain/protocol/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { MailId, ReadMail, SeenMail } from './mail.ts';
import type { OutboxItem } from './outbox.ts';

/**
 * `unread`: written in, and not read by the program yet. `waiting`: for a person. `joined`: to a case. `opened`: a case was opened from it.
 * `set-aside`: not for the protocol, with a reason.
 */
export type MailState = 'unread' | 'waiting' | 'joined' | 'opened' | 'set-aside';

/** Why it was set aside: a word of ours for the program's reasons, one of the council's options for a person's. Class C. */
export type AsideReason = string;

/** How surely a mail belongs to a case. `certain` and `likely` are joined by the program; `possible` is only proposed. */
export type Confidence = 'certain' | 'likely' | 'possible';
/** In the order in which they are tried. */
export type MatchedBy = 'reference' | 'conversation' | 'in-reply-to' | 'sent-copy' | 'child-id' | 'person';

export interface MailEntry {
  readonly id: MailId;
  readonly council: CouncilId;
  /** Address of the watched mailbox in which it was seen first. */
  readonly mailbox: string;
  /** Graph's id in that mailbox. */
  readonly messageId: string;
  readonly conversationId: string;
  readonly receivedAt: Instant;
  /** When it was written in. */
  readonly takenAt: Instant;
  readonly state: MailState;
  /** Of `joined` and `opened`; for `waiting`: the case that it may belong to (`possible`). */
  readonly caseId: CaseId | null;
  readonly by: PersonId;
  readonly at: Instant;
  readonly why: AsideReason | null;
  readonly matchedBy: MatchedBy | null;
  readonly confidence: Confidence | null;
  /** Words in it may mean that a child is at risk. */
  readonly urgent: boolean;
}

/** A change of state. */
export interface MailMove {
  readonly id: MailId;
  readonly to: Exclude<MailState, 'unread'>;
  readonly by: PersonId;
  readonly at: Instant;
  readonly why?: AsideReason;
  /** What the person wrote beside it: sealed. */
  readonly note?: string;
  readonly caseId?: CaseId;
  readonly matchedBy?: MatchedBy;
  readonly confidence?: Confidence;
  readonly urgent?: boolean;
  /** Only from one of these states; `moved-on` otherwise. Absent: from any. */
  readonly from?: readonly MailState[];
}

/** An answer to its sender that a person has pressed on. Its text is sealed with the mail. */
export interface MailAnswer {
  readonly id: string;
  readonly mail: MailId;
  readonly by: PersonId;
  readonly at: Instant;
  readonly text: string;
}

/** How far one mailbox was read. */
export interface ReadMailbox {
  readonly address: string;
  /** null: from the beginning. */
  readonly cursor: string | null;
  /** What was received before this is no business of ours: it was there before the program came. */
  readonly watchedFrom: Instant;
  /** When its last page was read to the end; null: never yet. */
  readonly readAt: Instant | null;
  /** Since when it cannot be read; null: it can. */
  readonly failingSince: Instant | null;
  /** When the alarm was raised about it; null: none stands. */
  readonly alarmedAt: Instant | null;
  /** Up to which moment it was last compared with the book. */
  readonly reconciledAt: Instant | null;
}

/** A mail of ours that left, by which its answers, its bounces and its own copy are known. */
export interface SentMail {
  /** Message-ID without angle brackets. */
  readonly internetMessageId: string;
  readonly mailbox: string;
  readonly conversationId: string;
  readonly sentAt: Instant;
  /** Key of the outbox item. */
  readonly key: string;
  readonly caseId: CaseId | null;
  readonly step: StepId | null;
  /** The mail that it answers. */
  readonly answers: MailId | null;
}

/** Another mail or one of ours, found by what a mail refers to. */
export interface Thread {
  readonly by: 'conversation' | 'message-id';
  readonly sent?: SentMail;
  /** A mail of the book, where the id is that of a mail that came in. */
  readonly mail?: MailEntry;
}

/** Mails in, counted by the moment at which they were written in, and by the state in which they are now. */
export interface MailCount {
  readonly in: number;
  readonly unread: number;
  readonly waiting: number;
  readonly joined: number;
  readonly opened: number;
  /** By reason, and by whether the program or a person did it. */
  readonly setAside: readonly {
    readonly why: AsideReason;
    readonly by: 'program' | PersonId;
    readonly count: number;
  }[];
}

export interface MailBook {
  mailbox(address: string): Promise<ReadMailbox | undefined>;
  mailboxes(): Promise<readonly ReadMailbox[]>;
  saveMailbox(mailbox: ReadMailbox): Promise<void>;
  /**
   * A page, in one transaction: mails not seen before are written in as `unread` with the outbox item that reads them, copies of known
   * ones are noted, and the mailbox is kept as given. Received before `watchedFrom`: noted as an earlier one, and not counted.
   * `identity` says when two are one mail (the same mail in two boxes); it is kept as a keyed digest.
   * @returns the mails that are new
   */
  takeIn(page: {
    readonly council: CouncilId;
    readonly mailbox: ReadMailbox;
    readonly takenAt: Instant;
    readonly mails: readonly {
      readonly id: MailId;
      readonly seen: SeenMail;
      readonly identity: string;
      readonly reads: OutboxItem;
    }[];
  }): Promise<readonly MailId[]>;
  /** Of these message ids of a mailbox, those that the book does not know. */
  unknownOf(mailbox: string, messageIds: readonly string[]): Promise<readonly string[]>;
  entry(id: MailId): Promise<MailEntry | undefined>;
  /**
   * The mail of ours that this is the copy of, by the Message-ID that the mailbox showed when it was taken in; saved as sent before or
   * since. Only of the first mail of the book with that id: whatever comes later under it is a mail of its own, and is read.
   */
  sentCopy(id: MailId): Promise<SentMail | undefined>;
  /** What was read of it: sealed with a key of its own. undefined: not read yet, unreadable, or erased with its case. */
  content(id: MailId): Promise<ReadMail | undefined>;
  /** Keeps what was read, and the ids by which later mails find this one. */
  saveContent(id: MailId, content: ReadMail): Promise<void>;
  /**
   * One line, and the state with it; an answer that goes with it is kept in the same transaction. `moved-on`: it is no longer in a state
   * of `from`, and nothing was written.
   */
  move(move: MailMove, outbox?: readonly OutboxItem[], answer?: MailAnswer): Promise<'moved' | 'moved-on'>;
  /** An answer that leaves the mail in its state, with the item that sends it. One that stands already under its id is not changed. */
  saveAnswer(answer: MailAnswer, outbox: readonly OutboxItem[]): Promise<void>;
  /** Oldest first; none once the mail is erased. Whether one has gone: `sentBy` its item's key. */
  answersOf(id: MailId): Promise<readonly MailAnswer[]>;
  /** Every line of one mail, oldest first. */
  moves(id: MailId): Promise<readonly MailMove[]>;
  /** Oldest first. */
  waiting(council: CouncilId, mailboxes?: readonly string[]): Promise<readonly MailEntry[]>;
  /** Joined to the case, or what it was opened from; oldest first. */
  ofCase(caseId: CaseId): Promise<readonly MailEntry[]>;
  /** Counted by mails of these mailboxes that were written in from `from` (exclusive) to `to` (inclusive). */
  count(council: CouncilId, mailboxes: readonly string[], from: Instant | null, to: Instant): Promise<MailCount>;

  saveSent(sent: SentMail): Promise<void>;
  sentBy(key: string): Promise<SentMail | undefined>;
  /** By conversation within a mailbox, newest first: mails of ours, and mails that were joined or opened. */
  byConversation(mailbox: string, conversationId: string): Promise<readonly Thread[]>;
  /** By Message-IDs without angle brackets; in their order. */
  byMessageIds(ids: readonly string[]): Promise<readonly Thread[]>;

  /** How many answers went to this address since the moment; the address is kept as a keyed digest. */
  answersTo(address: string, since: Instant): Promise<number>;
  noteAnswer(address: string, at: Instant): Promise<void>;

  /** Ids of children (a MOSAIC number) by which a mail may be matched: keyed digests. Rewritten with the case's form. */
  casesWithChildIds(
    council: CouncilId,
    ids: readonly string[],
  ): Promise<readonly { readonly caseId: CaseId; readonly reference: Reference }[]>;
}

/** A document that somebody gave to the bot, or that came with a mail: sealed, until the case it went to is erased. */
export interface StoredDocument {
  readonly id: string;
  readonly owner: PersonId;
  /** Name of the file: personal. */
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  readonly givenAt: Instant;
  readonly caseId: CaseId | null;
}

export interface Documents {
  save(document: StoredDocument, bytes: Uint8Array): Promise<void>;
  /** Newest first, without their bytes. */
  of(owner: PersonId): Promise<readonly StoredDocument[]>;
  document(id: string): Promise<StoredDocument | undefined>;
  bytes(id: string): Promise<Uint8Array | undefined>;
  /** From now on it is the case's, and is erased with it. */
  give(id: string, caseId: CaseId): Promise<void>;
  remove(id: string): Promise<void>;
  /** Given to no case, and older than the moment. @returns how many */
  removeOlderThan(before: Instant): Promise<number>;
}
