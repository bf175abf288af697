/** What is kept: the log of each case, the rows derived from it, what is still to be carried out, and how far Microsoft 365 was read. */
import type { Answers, CaseEvent, CaseId, ChildId, PersonId, Reference } from '../../domain/case/types.ts';
import type { CouncilId, PathwayId, RoleId, ServiceId, StepId, TeamId } from '../../domain/protocol/types.ts';
import type { Day, Instant } from '../../domain/time/instant.ts';
import type { MailId } from './mail.ts';
import type { Documents, MailBook, MailMove } from './mail-book.ts';
import type { ClaimedItem, OutboxItem, OutboxRow } from './outbox.ts';

export interface StoredEvent {
  readonly caseId: CaseId;
  /** 1, 2, 3 … within the case. */
  readonly seq: number;
  /** With its personal answers opened, or absent where the case's key has been destroyed. */
  readonly event: CaseEvent;
  /** sha-256 over the previous hash of the case and this event as stored (personal part as ciphertext). */
  readonly hash: string;
}

/** Row of the list of cases. Class C only: no name of a family. */
export interface CaseRow {
  readonly id: CaseId;
  readonly reference: Reference;
  readonly council: CouncilId;
  readonly pathway: PathwayId;
  readonly status: 'open' | 'stopped' | 'ended';
  readonly holder: ServiceId;
  readonly team: TeamId | null;
  readonly children: number;
  readonly openedAt: Instant;
  readonly updatedAt: Instant;
  /** Everyone named on the case, for "my cases". */
  readonly people: readonly { readonly person: PersonId; readonly role: RoleId }[];
}

/** Index of open deadlines, rewritten with each append; derived, never the truth. */
export interface DeadlineRow {
  readonly caseId: CaseId;
  readonly reference: Reference;
  readonly council: CouncilId;
  /** Or the fact of which an expected day has come. */
  readonly step: StepId;
  readonly title: string;
  readonly dueAt: Instant;
  readonly due: Day;
  readonly actBy: Day;
  readonly role: RoleId;
  /** Persons who owe it: one, or all who hold the role. */
  readonly owners: readonly PersonId[];
  /** Channel name in which it is reminded of. */
  readonly channel: string | null;
  readonly kind: string;
  readonly provisional: boolean;
}

/** Index of what waits for a session of a standing forum, rewritten with each append; derived, never the truth. Class C. */
export interface WaitingRow {
  readonly caseId: CaseId;
  readonly reference: Reference;
  readonly council: CouncilId;
  readonly pathway: PathwayId;
  readonly cycle: string;
  readonly step: StepId;
  readonly title: string;
  readonly team: TeamId | null;
  /** Day of the session that it waits for; null where the council has not set the forum's day, and there is none. */
  readonly session: Day | null;
}

/**
 * Index of the meetings that stand in somebody's calendar, rewritten with each append; derived, never the truth. It says whose
 * calendars matter, and which case an event belongs to. Class C.
 */
export interface BookingRow {
  readonly caseId: CaseId;
  readonly step: StepId;
  readonly eventId: string;
  /** On whose calendar it stands. */
  readonly organiser: PersonId;
  readonly start: Instant;
  readonly end: Instant;
}

/** How far a calendar has been read. */
export interface ReadDiary {
  readonly organiser: PersonId;
  /** `DiaryChanges.cursor`; null: the next reading starts anew. */
  readonly cursor: string | null;
  /** The window that the cursor was made for. */
  readonly from: Instant;
  readonly to: Instant;
  /** When the last whole reading began. */
  readonly readAt: Instant;
}

/** A subscription as it is kept here, made or still to be made. One for each resource. */
export interface KeptSubscription {
  readonly resource: string;
  /** Microsoft's; null while there is none. */
  readonly id: string | null;
  readonly expiresAt: Instant | null;
  /** When something is to be done about it next: made, renewed, or tried again. */
  readonly dueAt: Instant;
  /** How often in a row Microsoft 365 has refused. */
  readonly tries: number;
}

export interface Append {
  readonly caseId: CaseId;
  /** Number of events the decision was made on; 0 for a new case. */
  readonly expectedSeq: number;
  readonly events: readonly CaseEvent[];
  readonly row: CaseRow;
  readonly deadlines: readonly DeadlineRow[];
  readonly outbox: readonly OutboxItem[];
  /** Outbox item whose carrying out led to these events: done in the same transaction. */
  readonly finishes?: string;
  /** Draft that became this case: removed in the same transaction. */
  readonly draft?: string;
  /** What waits for sessions of standing forums as the case stands. Absent: none. */
  readonly waiting?: readonly WaitingRow[];
  /** Meetings of the case that stand in somebody's calendar. Absent: none. */
  readonly bookings?: readonly BookingRow[];
  /** The family's entries in registers as the case stands. Absent or empty: none was ever written. Kept after the end of the case. */
  readonly lists?: readonly RegisterRow[];
  /** The mail that the case is opened from or that is joined to it: its line in the same transaction. Where it has moved on, nothing is written: `mail-moved-on`. */
  readonly mail?: MailMove;
  /**
   * Where a case is opened or taken up again: its children, by whom it is found from now on. The store keeps a keyed digest of them only.
   * `seen`: other open cases of the council on which one of them is and which the person was shown. With one more than these nothing is
   * written: `overlap`. `any`: it is not asked, for a case that was opened long ago.
   */
  readonly children?: { readonly named: readonly NamedChild[]; readonly seen: readonly CaseId[] | 'any' };
}

/** A child whose name and birth date are known. Never logged. */
export interface NamedChild {
  readonly child: ChildId;
  readonly name: string;
  readonly birthDate: Day;
  /** The council's own id (a MOSAIC number), where it is known: by it a mail may be matched. */
  readonly councilId?: string;
}

/**
 * `repeated`: an event with the same command key stands already; nothing was written. `overlap`: see `Append.children`. `erased`: the
 * case's key has been destroyed, and there is something personal to be kept.
 */
export type Appended =
  | 'appended'
  | 'conflict'
  | 'repeated'
  | 'reference-taken'
  | 'overlap'
  | 'erased'
  | 'mail-moved-on';

export interface Draft {
  /** The mail from which the case is opened: its form was filled in from there. */
  readonly mail?: {
    readonly id: MailId;
    /** Keys `page.field` and `child.1.field` that came from the mail and have not been touched since: "from the mail, please check". */
    readonly filled: readonly string[];
  };
  readonly id: string;
  readonly owner: PersonId;
  readonly pathway: PathwayId;
  readonly updatedAt: Instant;
  /** Answers by page; sealed in the store. */
  readonly pages: Readonly<Record<string, Answers>>;
  readonly children: number;
  readonly page: string;
  /**
   * A draft that comes from a case: it will be taken up again under the draft's pathway (`take-up`), or a second case is linked to it
   * (`starts`). Its pages were filled in advance from that case.
   */
  readonly from?: { readonly case: CaseId; readonly how: 'take-up' | 'starts' };
  /** The person has seen that a child is on another open case, and goes on: with the reason. References that were shown. */
  readonly overlap?: { readonly shown: readonly Reference[]; readonly why: string };
}

/** One child is on another open case. Class C: no name; what the person may not open is said without a link. */
export interface Overlap {
  readonly caseId: CaseId;
  readonly reference: Reference;
  readonly pathway: PathwayId;
  readonly openedAt: Instant;
  /** Which children of the draft: `c1`. */
  readonly children: readonly ChildId[];
  readonly mayOpen: boolean;
  /** Whom to ask: the role and name of who holds it, or owes its next step. */
  readonly askWhom: string;
}

/** An entry of a register (list): a family's case and the state it is in. Class C. */
export interface RegisterRow {
  readonly council: CouncilId;
  readonly list: string;
  readonly state: string;
  readonly since: Instant | Day;
  readonly caseId: CaseId;
  readonly reference: Reference;
  readonly pathway: PathwayId;
}

/** Where a card was posted, so that it can be edited in place. */
export interface Post {
  /** case/step/audience. */
  readonly key: string;
  readonly caseId: CaseId | null;
  readonly conversationId: string;
  readonly activityId: string;
  readonly serviceUrl: string;
  /** sha-256 of the card last shown: an equal card is not sent again. */
  readonly digest: string;
  readonly postedAt: Instant;
}

/** How to reach a person or channel: refreshed with each activity. */
export interface ConversationRef {
  /** `person/<aadObjectId>` or `channel/<Teams channel id>`. */
  readonly key: string;
  readonly conversationId: string;
  readonly serviceUrl: string;
  readonly tenantId: string;
  /** The person's Teams id (29:…), for a chat. */
  readonly userId: string | null;
  readonly teamId: string | null;
}

export interface Store {
  readonly mails: MailBook;
  readonly documents: Documents;

  /** Events, projections, outbox rows and the end of a draft: one transaction. */
  append(input: Append): Promise<Appended>;
  events(caseId: CaseId): Promise<readonly StoredEvent[]>;
  caseByReference(reference: Reference): Promise<CaseRow | undefined>;
  caseById(id: CaseId): Promise<CaseRow | undefined>;
  /** Open and stopped cases first, newest first. */
  casesOf(person: PersonId): Promise<readonly CaseRow[]>;
  openCases(council: CouncilId): Promise<readonly CaseRow[]>;
  /** Open deadlines that end at or before the instant, earliest act-by first. */
  deadlinesUntil(until: Instant, council?: CouncilId): Promise<readonly DeadlineRow[]>;
  /** What waits for sessions of a cycle up to that day, oldest case first. */
  waitingUntil(council: CouncilId, cycle: string, session: Day): Promise<readonly WaitingRow[]>;
  /** What waits for a forum without a day, on cases that the person is named on or owes a step of. */
  waitingUndated(person: PersonId): Promise<readonly WaitingRow[]>;
  /** Entries of a register, in one state or in any; oldest first. */
  register(council: CouncilId, list: string, state?: string): Promise<readonly RegisterRow[]>;
  /** Cases of the council that have not ended and on which one of the children is: by name and birth date, a middle name left aside. */
  casesWithChildren(
    council: CouncilId,
    children: readonly NamedChild[],
  ): Promise<readonly { readonly caseId: CaseId; readonly child: ChildId }[]>;
  /** Every case there is, for what is worked out anew from the logs. */
  caseIds(): Promise<readonly CaseId[]>;

  enqueue(items: readonly OutboxItem[]): Promise<void>;
  /** Items that are due and free; claimed until `leaseUntil`, then free again (a crash loses nothing). */
  claim(now: Instant, leaseUntil: Instant, limit: number): Promise<readonly ClaimedItem[]>;
  /** Kept before a call whose answer may be lost. */
  note(key: string, progress: Readonly<Record<string, string>>): Promise<void>;
  done(key: string, at: Instant): Promise<void>;
  retry(key: string, at: Instant, error: string): Promise<void>;
  giveUp(key: string, error: string): Promise<void>;
  /** At the start of an instance that has the database to itself: what a killed one had claimed is free at once. */
  releaseClaims(): Promise<void>;
  /** Earliest moment at which a waiting item falls due. */
  nextDue(): Promise<Instant | undefined>;
  outboxOf(caseId: CaseId): Promise<readonly OutboxRow[]>;
  outboxCounts(): Promise<{ readonly waiting: number; readonly retrying: number; readonly givenUp: number }>;
  /** Takes back what waits and has not begun. @returns whether it was still there to take back */
  withdraw(key: string): Promise<boolean>;

  saveDraft(draft: Draft): Promise<void>;
  draftsOf(owner: PersonId): Promise<readonly Draft[]>;
  draft(id: string): Promise<Draft | undefined>;
  /** Drafts that somebody has begun from a mail, newest first. */
  draftsOfMail(mail: MailId): Promise<readonly Draft[]>;
  deleteDraft(id: string): Promise<void>;

  savePost(post: Post): Promise<void>;
  post(key: string): Promise<Post | undefined>;
  postsOf(caseId: CaseId): Promise<readonly Post[]>;

  saveConversation(conversation: ConversationRef): Promise<void>;
  conversation(key: string): Promise<ConversationRef | undefined>;

  /** Delta links and the like. */
  saveCursor(name: string, value: string): Promise<void>;
  cursor(name: string): Promise<string | undefined>;

  /** Whose calendars hold a meeting that ends after the instant, each with the end of their last one. */
  organisersAfter(instant: Instant): Promise<readonly { readonly organiser: PersonId; readonly last: Instant }[]>;
  /** Meetings on one calendar that end after the instant, earliest first. */
  bookingsOf(organiser: PersonId, after: Instant): Promise<readonly BookingRow[]>;
  /** Calendars that are read, in order of their organiser's id. */
  readDiaries(): Promise<readonly ReadDiary[]>;
  saveReadDiary(diary: ReadDiary): Promise<void>;
  forgetReadDiary(organiser: PersonId): Promise<void>;

  subscriptions(): Promise<readonly KeptSubscription[]>;
  /** Keeps the hints that came for its resource. */
  saveSubscription(subscription: KeptSubscription): Promise<void>;
  forgetSubscription(resource: string): Promise<void>;
  /** Something changed there: counted, so that one that comes while the last is worked through is not lost. Unknown resources are passed over. */
  hint(resources: readonly string[]): Promise<void>;
  /** Resources that something is waiting for, with the number of hints so far. */
  hints(): Promise<readonly { readonly resource: string; readonly count: number }[]>;
  /** All hints up to that number are worked through. */
  hintsDone(resource: string, count: number): Promise<void>;

  /** First broken link of the hash chains, or undefined. */
  verifyChains(): Promise<{ readonly caseId: CaseId; readonly seq: number } | undefined>;
  /** Destroys the case's key: personal answers are gone, the chain stays whole. */
  erase(caseId: CaseId): Promise<void>;
  /** Cheap check for /readyz. Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
