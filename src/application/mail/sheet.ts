/** A mail of the book with everything that a card about it may need. What a card may show of it is decided by the drawing. */
import type { CaseId, PersonId, Reference, Refusal } from '../../domain/case/types.ts';
import type { Council, PathwayId, Protocol } from '../../domain/protocol/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Confidence, Draft, MailCount, MailEntry, MailId, MatchedBy, Person, ReadMail } from '../ports.ts';

/** Where a draft that was begun from a mail keeps who made the referral, under `worker`. No page of a protocol is called so. */
export const WORKER = 'worker~';

export interface MailSheet {
  readonly entry: MailEntry;
  readonly council: Council;
  /** `Early Help step-down mailbox`. */
  readonly mailboxName: string;
  readonly now: Instant;
  /** How many lines stand in the book for it: a press of a later round is another press, also within one minute. */
  readonly lines?: number;
  /** Personal. Absent: it could not be read, or was erased. */
  readonly content?: ReadMail;
  /** Who set it aside, joined it or opened a case from it; undefined for the program. */
  readonly doneBy?: Person;
  /** What that person wrote beside it: personal. */
  readonly note?: string;
  /** The case that it was joined to, that was opened from it, or that it may belong to. */
  readonly case?: {
    readonly id: string;
    readonly reference: Reference;
    readonly matchedBy: MatchedBy;
    readonly confidence: Confidence;
    readonly mayOpen: boolean;
  };
  /** Pathways that may be opened from a mail to this box, with what the mail says for them. */
  readonly pathways: readonly MailForPathway[];
  /** The draft that somebody has begun from it. */
  readonly begun?: { readonly by: Person; readonly mine: boolean; readonly pathway: PathwayId };
  /** Answers that a person has sent, oldest first. */
  readonly answers: readonly { readonly at: Instant; readonly by: Person; readonly gone: boolean }[];
  /** Why it cannot be answered from here, as a sentence: an automatic reply, a list, our own mailbox, too many answers to this sender today. */
  readonly noAnswer?: string;
}

export interface MailForPathway {
  readonly protocol: Protocol;
  /** What was found, in the words of the form; personal. */
  readonly found: readonly { readonly label: string; readonly value: string }[];
  /** What the pathway asks for and the mail does not say: "3 visit dates", "latest assessment". Class C: labels of the form. */
  readonly missing: readonly string[];
  /** It was read together with other mails that wait: what its sender wrote into the same conversation. The clock counts from the first. */
  readonly together?: { readonly mails: number; readonly first: Instant };
  /** When the first answer is due, counted from the arrival of the mail. */
  readonly due?: { readonly title: string; readonly due: Instant };
}

/** Class C: the card in the channel of those who read the mailbox. */
export interface MailNotice {
  readonly id: MailId;
  readonly council: Council;
  readonly mailboxName: string;
  readonly state: MailEntry['state'];
  readonly receivedAt: Instant;
  readonly urgent: boolean;
  /** The case that it may belong to, was joined to, or became. */
  readonly reference?: Reference;
  readonly doneByName?: string;
  readonly at: Instant;
  readonly why?: string;
  readonly now: Instant;
}

/** Class C: one line a working day. It balances, or says that it does not. */
export interface MailLine {
  readonly council: Council;
  /** Absent: since the program began to watch. */
  readonly since: Instant | null;
  readonly to: Instant;
  readonly count: MailCount;
  /** Names of the people who set mails aside, by id. */
  readonly people: Readonly<Record<PersonId, string>>;
  /** Of all that wait, also from before. */
  readonly waiting: { readonly count: number; readonly oldest: Instant | null };
  /** In the mailboxes and not in the book, or in the book and in no state. */
  readonly unaccounted: number;
  /** Mailboxes that could not be compared just now. */
  readonly notCompared: readonly string[];
}

export type MailDone =
  | { readonly ok: true; readonly sheet: MailSheet }
  /** With the mail as it is now, where the person may still see it. */
  | { readonly ok: false; readonly refusal: Refusal; readonly sheet?: MailSheet };

/** `opened`: a case was opened from it; its sender, who may have no part in it, hears so. */
export type AnswerAbout =
  | { readonly missingFor: PathwayId }
  | { readonly notForUs: string }
  | { readonly opened: true };

/** The use cases about mails, as the bot calls them. Whoever may not read the mailbox gets undefined, or a refusal `not-permitted`. */
export interface MailDesk {
  /** Mails that wait in the boxes that this person reads, oldest first. */
  waiting(person: PersonId): Promise<readonly MailSheet[]>;
  read(person: PersonId, id: MailId): Promise<MailSheet | undefined>;
  /** Mails of a case, for somebody who may see the case; oldest first. */
  ofCase(person: PersonId, sheet: { readonly case: { readonly id: CaseId } }): Promise<readonly MailSheet[]>;
  /**
   * A draft of that pathway, filled in from the mail; or the one that was begun before. Who made the referral stands under
   * `draft.pages[WORKER].worker`: the sender where they may open that pathway, else nobody yet (fault `worker~.worker`).
   */
  begin(person: PersonId, id: MailId, pathway: PathwayId): Promise<Draft | Refusal>;
  /** Those who may be chosen as who made the referral, by name. */
  workers(pathway: PathwayId): Promise<readonly Person[]>;
  join(person: PersonId, id: MailId, reference: string, key: string): Promise<MailDone>;
  /** `why`: one of `council.options['not-for-us']`, or the program's defaults. `answer`: what the sender is told; absent: nothing. */
  setAside(
    person: PersonId,
    id: MailId,
    why: string,
    note: string,
    answer: string | undefined,
    key: string,
  ): Promise<MailDone>;
  /** Back among those that wait: set aside or joined by mistake. */
  putBack(person: PersonId, id: MailId, key: string): Promise<MailDone>;
  /** The answer that asks for exactly what is missing, that says why it is not for this mailbox, or what became of it: to be read and changed by a person. */
  draftAnswer(
    person: PersonId,
    id: MailId,
    about: AnswerAbout,
  ): Promise<{ readonly to: string; readonly subject: string; readonly text: string } | Refusal>;
  sendAnswer(person: PersonId, id: MailId, text: string, key: string): Promise<MailDone>;
}
