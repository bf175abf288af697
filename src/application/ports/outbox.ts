/** What is to be carried out, and what was noted while it was tried. */
import type { CaseId, Effect } from '../../domain/case/types.ts';
import type { CouncilId, RoleId, StepId, TeamId } from '../../domain/protocol/types.ts';
import type { Day, Instant } from '../../domain/time/instant.ts';
import type { MailId } from './mail.ts';

/** One thing to carry out. `key` is unique for ever: the same effect asked for twice is carried out once. */
export interface OutboxItem {
  readonly key: string;
  readonly caseId: CaseId | null;
  readonly effect: OutboxEffect;
  readonly notBefore: Instant;
}

export type OutboxEffect =
  | Effect
  /** Each working day 08:30: one card a channel. */
  | { readonly kind: 'digest'; readonly key: string; readonly council: CouncilId; readonly day: Day }
  /** The day's second look at a channel's digest: something on it was done or came to it. Edited in place, rings no bell. */
  | { readonly kind: 'digest-again'; readonly key: string; readonly council: CouncilId }
  /** Overdue although its owner was reminded: the owner's manager is told. */
  | { readonly kind: 'escalate'; readonly key: string; readonly step: StepId; readonly role: RoleId; readonly due: Day }
  /** Each working day: who owes something and is away. */
  | { readonly kind: 'look-for-away'; readonly key: string; readonly council: CouncilId; readonly day: Day }
  /**
   * Cards of the case that stand somewhere are drawn again; equal ones are not sent. With `since`, the number of events before the
   * change: not those of steps that were done by then, which stay as they were when they became final.
   */
  | { readonly kind: 'redraw'; readonly key: string; readonly since?: number }
  /** The day after the last day of a cover: lists and cards name the owner again. */
  | { readonly kind: 'cover-ends'; readonly key: string }
  /** A pause has come to its last day: reminders begin again, and a card comes back. */
  | { readonly kind: 'resumes'; readonly key: string; readonly until: Day }
  /** Before a session of a standing forum: what waits for it, in the channel of the role that holds it. */
  | {
      readonly kind: 'agenda';
      readonly key: string;
      readonly council: CouncilId;
      readonly cycle: string;
      readonly session: Day;
      readonly team?: TeamId;
    }
  /** Something that waits for a session came or went: agendas that are posted and whose session is to come are edited in place. */
  | { readonly kind: 'agenda-again'; readonly key: string; readonly council: CouncilId }
  /** Microsoft 365 keeps refusing an item (`of`, its key), or the council has not said where to: whoever asked for it is told. */
  | { readonly kind: 'not-sent-yet'; readonly key: string; readonly step: StepId; readonly of: string }
  /** A mail that was written in: read it, and find out where it belongs. */
  | { readonly kind: 'read-mail'; readonly key: string; readonly mail: MailId }
  /** The card of a mail that waits for a person, in the channel of those who read its mailbox: posted, or drawn again in place. */
  | { readonly kind: 'mail-card'; readonly key: string; readonly mail: MailId }
  /** A mail was joined to the case by the program: whoever owes its next step is told, in their own chat. */
  | { readonly kind: 'mail-news'; readonly key: string; readonly mail: MailId; readonly what: MailNewsKind }
  /** An answer that a person has pressed on: sent from the mailbox that the mail came to. `text` is sealed with the mail. */
  | { readonly kind: 'mail-answer'; readonly key: string; readonly mail: MailId; readonly answer: string }
  /** Each working day: the mails of the mailboxes that a role reads, counted and compared with the mailboxes. */
  | { readonly kind: 'mail-line'; readonly key: string; readonly council: CouncilId; readonly day: Day }
  /** A mailbox has not been read for too long, or is read again. */
  | {
      readonly kind: 'mailbox-alarm';
      readonly key: string;
      readonly council: CouncilId;
      readonly mailbox: string;
      readonly since: Instant;
      readonly over: boolean;
    };

/** `returned`: a mail of ours came back. `away`: somebody answers by themselves that they are away. */
export type MailNewsKind = 'joined' | 'returned' | 'away';

export interface ClaimedItem extends OutboxItem {
  readonly attempts: number;
  /** What an earlier attempt noted before it was cut off: draft id, "send asked for". */
  readonly progress: Readonly<Record<string, string>>;
}

export interface OutboxRow extends ClaimedItem {
  readonly state: 'waiting' | 'done' | 'given-up';
  readonly lastError: string | null;
  readonly doneAt: Instant | null;
}
