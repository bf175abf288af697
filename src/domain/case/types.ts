/**
 * One family on one pathway. Its truth is the list of facts recorded about it; whatever else a card shows is derived.
 */

import type { PathwayId, Ref, RoleId, RuleId, ServiceId, StepId, TeamId } from '../protocol/types.ts';
import type { Counted } from '../time/count.ts';
import type { Day, Instant } from '../time/instant.ts';

/** Opaque, never shown. */
export type CaseId = string;
/** `CAM-7K3F`: prefix and four characters without 0 O 1 I L. The only name of a case outside class P. */
export type Reference = string;
/** Entra object id; `stepwise` for the program itself. */
export type PersonId = string;
export const PROGRAM: PersonId = 'stepwise';
/** `c1`, `c2`, … in the order of the form. Where a step is done for each agency: `a1`, `a2`, … in the order in which they were named. */
export type ChildId = string;

export type Answer = string | boolean | readonly string[] | null;
export type Answers = Readonly<Record<string, Answer>>;

export type CaseEvent = CaseOpened | CaseMoved | FactRecorded;

interface EventBase {
  /** When it was written down. */
  readonly recordedAt: Instant;
  readonly by: PersonId;
  /** The press it came from. The same key again changes nothing. */
  readonly commandKey: string;
}

export interface CaseOpened extends EventBase {
  readonly type: 'case-opened';
  readonly reference: Reference;
  readonly council: string;
  readonly pathway: PathwayId;
  readonly version: string;
  readonly children: readonly ChildId[];
  /**
   * Settings in force when it began: a later change of a switch does not move the dates of a running case.
   * `list.eha`: the state of the family's entry in a register as it was then.
   */
  readonly settings: Readonly<Record<string, string>>;
  /** Role under which it was opened; absent in old logs. */
  readonly role?: RoleId;
  /** The case from which it was begun (`starts`). */
  readonly linked?: CaseId;
  /** Opened from a mail for somebody else: who made the referral, and is named on the case under `role`. Absent: who opened it. */
  readonly worker?: PersonId;
}

/** The case goes on under another pathway: nobody was found, the worker missed the review, it comes back after its end. */
export interface CaseMoved extends EventBase {
  readonly type: 'case-moved';
  readonly pathway: PathwayId;
  readonly version: string;
  /** In the course of a journey its facts go on counting. Taken up again after its end they are history, and only names are carried. */
  readonly keeps: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly named: Readonly<Record<RoleId, PersonId>>;
  readonly team?: TeamId;
  /** What the case had written into registers until then: `{ eha: { state: 'paused', since } }`. */
  readonly lists?: CaseStatus['lists'];
  /** Taken up again: the role under which. */
  readonly role?: RoleId;
  /** Those who go on: the children taken up again, or those who were still on the pathway that it left. */
  readonly children?: readonly ChildId[];
}

/**
 * A fact: `step` (done), `step.outcome`, `step.moment`, `fact`, `fact.expected`.
 * Universal ones: `safeguarding.stopped`, `safeguarding.rung`, `safeguarding.taken`, `safeguarding.restarted`, `safeguarding.ended`,
 * `cover.set`, `cover.left`, `withdrawn` (the family changed its mind), `case.ended`, `case.reopened` (a manager sets the ending aside),
 * `mail.joined`, `mail.left` (it was joined by mistake), `mail.returned`, `mail.away` (of a mail of ours: answers `mail`, and for the last two
 * `step`): what came in by mail. None of them does a step. `case.paused` (until a day: nobody is chased, every clock runs on), `case.resumed`.
 */
export interface FactRecorded extends EventBase {
  readonly type: 'fact-recorded';
  readonly fact: string;
  /** When it happened. A `Day` where only the day is known or asked. */
  readonly at: Instant | Day;
  readonly child?: ChildId;
  /** Not personal: what is needed to run the clock and to fill class C. */
  readonly answers: Answers;
  /** Sealed with the case's key: names, birth dates, narrative, reasons. Per child: keys `c1.name`. */
  readonly personal?: Answers;
}

export interface RecordedFact extends FactRecorded {
  readonly seq: number;
}

export interface Case {
  readonly id: CaseId;
  readonly reference: Reference;
  readonly council: string;
  readonly pathway: PathwayId;
  readonly version: string;
  readonly openedAt: Instant;
  readonly openedBy: PersonId;
  readonly children: readonly ChildId[];
  readonly settings: Readonly<Record<string, string>>;
  readonly openedAs?: RoleId;
  /** For whom it was opened from a mail: not the one who pressed. */
  readonly openedFor?: PersonId;
  readonly linked?: CaseId;
  /** Named persons and team that came with it from an earlier pathway. */
  readonly carried: {
    readonly named: Readonly<Record<RoleId, PersonId>>;
    readonly team?: TeamId;
    readonly lists?: CaseStatus['lists'];
  };
  /** Pathways that it was on before, oldest first; with the facts that are history now. */
  readonly earlier: readonly {
    readonly pathway: PathwayId;
    readonly version: string;
    readonly until: Instant;
    /** Number of the event by which it left. What was recorded before it can no longer end or move the case. */
    readonly seq: number;
    readonly facts: readonly RecordedFact[];
  }[];
  /** In order of recording; the last of several with one name stands, except where a later one set it aside. */
  readonly facts: readonly RecordedFact[];
  /** Number of events so far. */
  readonly seq: number;
}

export type Truth =
  | { readonly is: 'true'; readonly at: Instant | Day; readonly fact?: RecordedFact }
  | { readonly is: 'false' }
  | { readonly is: 'unknown' };

export type StepState = 'not-applicable' | 'waiting' | 'open' | 'done' | 'skipped';

/** A step as it stands, derived. */
export interface StepView {
  readonly step: StepId;
  readonly state: StepState;
  /** Since when it is open or done. */
  readonly since?: Instant | Day;
  /** The fact that did it, where done. */
  readonly doneBy?: RecordedFact;
  readonly outcome?: string;
  /** Meet: the booking that stands. */
  readonly booking?: Booking;
  /** Resolve: index of the rung that decides now. */
  readonly rung?: number;
  /** Open, but refused until these pass. */
  readonly blockedBy: readonly BlockedGate[];
  /** Open, but this outcome is refused until these pass: `accepted` before the consultation. Only outcomes that are blocked. */
  readonly blockedOutcomes: Readonly<Record<string, readonly BlockedGate[]>>;
  /** Steps done for each child or agency: how each stands. */
  readonly instances?: readonly {
    readonly of: ChildId;
    readonly state: StepState;
    readonly outcome?: string;
    readonly doneBy?: RecordedFact;
  }[];
  /** Joint decisions and rungs: who has said what so far, while others are still to say. */
  readonly agreed?: readonly { readonly role: RoleId; readonly outcome: string; readonly by: RecordedFact }[];
  /** Why it has no date, where one is owed: a standing forum whose day the council has not set. */
  readonly noDate?: string;
  /** Series: when it was last held or done. */
  readonly last?: RecordedFact;
  /** Meet: the last search found no time on which all are free (`no-time`), and nothing has been booked since. */
  readonly noTime?: RecordedFact;
  /** Meet: it had a time and has none any more: not held, cancelled from a card, cancelled or deleted in Outlook. The fact says which. */
  readonly lost?: RecordedFact;
}

export interface Booking {
  readonly start: Instant;
  readonly end: Instant;
  /** `asked` until Outlook has it. Asked with an `eventId`: the event stands in the diaries and is being moved. */
  readonly state: 'asked' | 'booked';
  readonly eventId?: string;
  readonly organiser?: PersonId;
  /** Times that it had before, oldest first: superseded, and kept. */
  readonly was?: readonly SupersededTime[];
  /** Set while the time that stands was set in Outlook and not from a card. */
  readonly inOutlook?: { readonly at: Instant };
  /** Somebody said why the time that stands may lie past its limit (`kept`), or gave the reason on choosing it. */
  readonly kept?: RecordedFact;
  /** Last day of the limit that the time that stands lies past. */
  readonly pastLimit?: Day;
  /** Who must come and has said no to the time that stands, in Outlook or to a person; a later yes takes it back. */
  readonly declined?: readonly Declined[];
  /** Address of the room that is invited. */
  readonly room?: string;
  /** Changed from the card (`attendees`): asked besides those whom the protocol names, and left out although it names them. */
  readonly also?: readonly PersonId[];
  readonly without?: readonly PersonId[];
}

export interface SupersededTime {
  readonly start: Instant;
  readonly end: Instant;
  /** Who set the time that came after it; `stepwise` where it was moved in Outlook. */
  readonly by: PersonId;
  readonly at: Instant;
}

export interface Declined {
  /** Role on the case, where the person holds one. */
  readonly role?: RoleId;
  readonly person?: PersonId;
  readonly by: RecordedFact;
}

export interface BlockedGate {
  readonly says: string;
  readonly rules: readonly RuleId[];
  readonly needs: readonly Ref[];
  readonly soft?: RoleId;
}

export interface Deadline extends Counted {
  readonly step: StepId;
  readonly rules: readonly RuleId[];
  readonly section?: string;
  /** `target` and `house` are never a breach. */
  readonly kind: 'limit' | 'target' | 'house' | 'notice' | 'session';
  /** Counts from a date in the future. */
  readonly provisional: boolean;
  /** The earliest of the step's limits, notices and sessions, else of its targets: the one that reminders and cards speak of. */
  readonly effective: boolean;
  readonly late?: 'reason' | 'refuse';
  /** Met or missed, for a step already done. */
  readonly metAt?: Instant | Day;
}

export interface CaseStatus {
  readonly steps: Readonly<Record<StepId, StepView>>;
  readonly deadlines: readonly Deadline[];
  readonly holder: ServiceId;
  readonly team?: TeamId;
  /** While the team is being settled: every team that was named, the present one first. Else the present one alone. */
  readonly teams: readonly TeamId[];
  /** Person named for a role on this case (social-worker, family-worker). */
  readonly named: Readonly<Record<RoleId, PersonId>>;
  /** Who stands in for whom, and until when. */
  readonly cover: readonly { readonly person: PersonId; readonly cover: PersonId; readonly until: Day }[];
  readonly ended?: { readonly how: string; readonly at: Instant | Day };
  /** The family's entries in registers, as this case has written them: `{ eha: { state: 'paused', since } }`. */
  readonly lists: Readonly<Record<string, { readonly state: string; readonly since: Instant | Day }>>;
  /** Agencies named on the case, in order. */
  readonly agencies: readonly ChildId[];
  /** Nobody is chased until this day; every clock runs on. */
  readonly paused?: { readonly until: Day; readonly by: PersonId; readonly at: Instant };
  /** Ordinary steps wait for a manager. `withdrawn`: the family changed its mind; no safety stop. */
  readonly stopped?: {
    readonly why: 'safety' | 'withdrawn';
    readonly at: Instant;
    readonly by: PersonId;
    readonly taken?: PersonId;
  };
}

/** A press, turned into what it asks for. Identity comes from the turn, never from the card. */
export interface Actor {
  readonly person: PersonId;
  /** Roles that this person holds on this case (directory, team, named, cover). */
  readonly roles: readonly RoleId[];
  /** Teams of the case whose roles this person holds: a rung of one role is agreed by one of each team concerned. */
  readonly teams?: readonly TeamId[];
}

export type Command =
  | {
      readonly type: 'open';
      readonly reference: Reference;
      readonly pathway: PathwayId;
      readonly children: readonly ChildId[];
      /** Answers by page id; `c1.name` for a page asked for each child. */
      readonly pages: Readonly<Record<string, Answers>>;
      readonly linked?: CaseId;
      /** What got in the way, where what the opening sends is past its limit. */
      readonly reason?: string;
      /**
       * Opened from a mail that came to a mailbox of the protocol: what the opening sends has been sent and has arrived then (T0), and is
       * not sent again. Whoever reads that mailbox opens it, for the worker who made the referral.
       */
      readonly mail?: {
        readonly id: string;
        readonly mailbox: string;
        readonly receivedAt: Instant;
        readonly worker: PersonId;
        /** The role of `opening.by` that the worker holds. */
        readonly as: RoleId;
      };
    }
  /** An ended case comes back under another pathway (`afterwards`), which is opened like a new one. */
  | {
      readonly type: 'take-up';
      readonly pathway: PathwayId;
      readonly children: readonly ChildId[];
      readonly pages: Readonly<Record<string, Answers>>;
      readonly reason?: string;
    }
  | {
      readonly type: 'record';
      readonly step: StepId;
      /** Outcome, moment or absent for "done". */
      readonly part?: string;
      /** When it happened, where the person says so; default: now. */
      readonly at?: Instant | Day;
      readonly answers: Answers;
      readonly child?: ChildId;
      /** Answers under this key are the reason for being late, or for passing a soft gate. */
      readonly reason?: string;
    }
  | {
      readonly type: 'fact';
      readonly fact: string;
      readonly at?: Instant | Day;
      readonly answers: Answers;
      readonly personal?: Answers;
    };

/** `decide`'s no. A value, never thrown. Words are for the reader: what comes first, or what to do. */
export interface Refusal {
  readonly refused: true;
  readonly code:
    | 'not-permitted'
    | 'not-open'
    | 'already-done'
    | 'gate'
    | 'faults'
    | 'late-reason-needed'
    | 'past-limit'
    | 'stopped'
    | 'ended'
    | 'beyond-calendar'
    | 'unknown';
  readonly words: string;
  readonly rules: readonly RuleId[];
  /** Beside which field, in plain words. Key as in the answers. */
  readonly faults?: Readonly<Record<string, string>>;
  /** For already-done: who was first. */
  readonly first?: RecordedFact;
  readonly step?: StepId;
}

/** What follows from events: data, carried out by the dispatcher, at least once, idempotent by key. */
export type Effect = {
  readonly key: string;
  readonly notBefore?: Instant;
} & (
  | {
      readonly kind: 'mail';
      readonly step: StepId;
      readonly mail: string;
      /** The case has moved on since: it is read up to the event of this number, under the pathway that it was on then. */
      readonly asOf?: number;
    }
  /** Post or edit the card of a step for an audience; what it says is rendered when it is sent. */
  | {
      readonly kind: 'card';
      /** `case` with `urgent`: the safety card for managers. `case` without: the case card. */
      readonly step: StepId | 'case';
      readonly audience: Audience;
      readonly urgent?: boolean;
      /** Changes a card that this audience has had. Where none was posted yet, a post that waits for the morning will draw it. */
      readonly edit?: boolean;
      /** As with mail: about a step of the pathway that the case has left, drawn as it stood on leaving. */
      readonly asOf?: number;
    }
  /** Book the time asked for, or the first offered time on which all are free. */
  | { readonly kind: 'book'; readonly step: StepId; readonly start?: Instant }
  | {
      readonly kind: 'unbook';
      readonly step: StepId;
      readonly eventId: string;
      readonly organiser: PersonId;
      /** Somebody cancelled the meeting, and those invited read so. Absent: another time has taken its place. */
      readonly cancelled?: true;
    }
  /** The event that stands gets another time: same event, same people, so that only they are told, and once. */
  | {
      readonly kind: 'rebook';
      readonly step: StepId;
      readonly eventId: string;
      readonly organiser: PersonId;
      readonly start: Instant;
    }
  /** The event that stands gets other attendees: only those who come or go are told. */
  | { readonly kind: 'attend'; readonly step: StepId; readonly eventId: string; readonly organiser: PersonId }
  /**
   * Something became of a meeting that its card alone would tell too quietly: whoever it concerns gets the card anew, once for the event
   * of this number. `past-limit`: moved in Outlook to after its limit. `lost`: cancelled or deleted. `declined`: somebody who must come
   * cannot. `kept`: a reason was given for a time past the limit, which its channel is told.
   */
  | { readonly kind: 'diary'; readonly step: StepId; readonly what: DiaryNews; readonly by: number }
  /** Lay a draft of a linked case before the person whose press called for it (`starts`). */
  | { readonly kind: 'begin'; readonly step: StepId; readonly pathway: PathwayId; readonly person: PersonId }
  /** On the day on which a fact of the pathway is expected: whether it was so. */
  | { readonly kind: 'expected'; readonly fact: string; readonly day: Day; readonly notBefore: Instant }
  /** Shortly before the next time of a series, after the time recorded by the event of this number: its owner is asked anew. */
  | { readonly kind: 'next-time'; readonly step: StepId; readonly after: number; readonly notBefore: Instant }
  /** Ask again at a moment whether something is still so: after a meeting's end, at a deadline. */
  | { readonly kind: 'ask-held'; readonly step: StepId; readonly notBefore: Instant }
);

export type DiaryNews = 'past-limit' | 'lost' | 'declined' | 'kept';

export type Audience =
  | { readonly channel: string }
  | { readonly person: PersonId }
  /** All who hold the role on the case, each in their own chat. */
  | { readonly role: RoleId };
