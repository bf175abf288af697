/**
 * A case as it stands, with everything that a card, a mail or an answer may need: read once, then drawn by pure functions.
 * Who may see what is decided by the drawing for each class (story.md section 0), not here: a sheet never leaves the process.
 */
import type {
  Actor,
  Answers,
  Case,
  CaseId,
  CaseStatus,
  Command,
  Deadline,
  PersonId,
  Reference,
  Refusal,
} from '../domain/case/types.ts';
import type { Council, CouncilId, PathwayId, Protocol, RoleId, StepId, Weekday } from '../domain/protocol/types.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import type { Count, Counted, Reason } from '../domain/time/count.ts';
import type { Day, Instant } from '../domain/time/instant.ts';
import type { MailDesk, MailLine, MailNotice, MailSheet } from './mail/sheet.ts';
import type {
  CaseRow,
  ConversationRef,
  DeadlineRow,
  Draft,
  Drawn,
  MailNewsKind,
  Overlap,
  Person,
  RegisterRow,
  Room,
  StoredDocument,
  WaitingRow,
} from './ports.ts';

export interface CaseSheet {
  readonly protocol: Protocol;
  /** Pathways of its council: what a case was on before, goes on as, or may be taken up under is called by its title. */
  readonly pathways: Readonly<Record<PathwayId, Protocol>>;
  readonly case: Case;
  readonly status: CaseStatus;
  readonly calendar: Calendar;
  readonly now: Instant;
  /** Everyone who holds a role on this case today: named, of the case's team, of the council's group; cover included. */
  readonly holders: Readonly<Record<RoleId, readonly Person[]>>;
  /** Everyone mentioned in the facts, by id. */
  readonly people: Readonly<Record<PersonId, Person>>;
  /** Opened personal answers, latest of each step: `personal.request['c1.name']`. Empty where the key was destroyed. */
  readonly personal: Readonly<Record<StepId, Answers>>;
  /** Documents that answers of this case name, by the answer: `document:<id>`. One that is no longer there is left out. */
  readonly documents?: Readonly<Record<string, StoredDocument>>;
  /** Rooms that the council has listed: a booking knows its room by its mailbox. */
  readonly rooms?: readonly Room[];
  /** Mails and invitations of this case that have not gone yet: what a card may claim depends on it. */
  readonly unsent: readonly {
    readonly key: string;
    readonly kind: 'mail' | 'book' | 'unbook';
    readonly step: StepId;
    readonly attempts: number;
    readonly withdrawable: boolean;
    /** A sentence, where it waits for the council and not for Microsoft 365: "The council has not filled in the address of …". */
    readonly why?: string;
  }[];
}

/** What drawing a case for one person needs besides the sheet. */
export interface Viewer extends Actor {
  readonly name: string;
}

/** The answer to a press. */
export type Performed =
  | { readonly ok: true; readonly sheet: CaseSheet; readonly repeated: boolean }
  | { readonly ok: false; readonly refusal: Refusal; readonly sheet: CaseSheet | undefined };

export interface OfferedTime {
  readonly start: Instant;
  readonly end: Instant;
  /** Sentences without a name of a person; never empty. */
  readonly why: readonly string[];
  /** Where the meeting wants a room: the first that is free. */
  readonly room?: Room;
}

/** Somebody who comes and whose diary nobody here sees: a person of the tenant, a role held outside, or a target such as `family`. */
export interface Unseen {
  readonly person?: Person;
  readonly role?: RoleId;
  readonly target?: string;
}

export interface OfferedTimes {
  /** The best first; the earliest is always among them. */
  readonly times: readonly OfferedTime[];
  /** Of each day that has no time: who is in the way at which of the times tried; never with what. */
  readonly blockers: readonly {
    readonly start: Instant;
    readonly end?: Instant;
    readonly person: Person;
    readonly kind: 'busy' | 'away' | 'outside-hours';
    /** Which of the times tried on that day, where it was searched. */
    readonly at?: readonly { readonly start: Instant; readonly end: Instant }[];
    /** All of them. */
    readonly whole?: boolean;
  }[];
  /** Roles that must be there and are still to be filled: until then no times are offered for half of the people. */
  readonly waitsFor?: readonly RoleId[];
  /** They rule no time out, and have to be asked. */
  readonly unseen?: readonly Unseen[];
  /** Nothing fits, whoever owes the meeting is away, and others hold the same role: one of them could stand in. */
  readonly mayBeCovered?: true;
  /** A room is wanted, and the council has listed none. */
  readonly noRooms?: true;
  /** Last day allowed. */
  readonly limit: Day | undefined;
  /** Where the protocol asks for notice: what an invitation that goes now allows. Sooner is possible only by naming day and time. */
  readonly notice?: NoticeOfTimes;
  /** Times that one person offers: out of whose diary, where it is not the reader's own. */
  readonly whose?: Person;
  /** Set when no diary could be read: times are then by office hours only, and the card says so. */
  readonly diariesUnread: boolean;
}

export interface NoticeOfTimes {
  readonly count: Count;
  /** First day of any weekday. */
  readonly earliest: Day;
  /** The weekday that the protocol would rather have, and the first such day. */
  readonly preferred?: { readonly weekday: Weekday; readonly day: Day };
  /** Of the preferred day, else of the earliest one. */
  readonly because: readonly Reason[];
}

export interface DigestLine extends DeadlineRow {
  readonly state: 'overdue' | 'today' | 'tomorrow' | 'this-week';
  readonly ownerNames: readonly string[];
}

export interface Digest {
  readonly council: string;
  readonly channel: string;
  readonly day: Day;
  /** Sorted by act-by, all of them; the card shows ten. */
  readonly lines: readonly DigestLine[];
  readonly doneSince: number;
}

/** One family that a session of a standing forum has on its list. Class C. */
export interface AgendaLine {
  readonly caseId: CaseId;
  readonly reference: Reference;
  readonly pathway: PathwayId;
  /** Title of the step that waits for the session, or of the register. */
  readonly what: string;
  /** An entry of a register: its state and since when. `fresh`: it came to this state after the session before. */
  readonly entry?: {
    readonly list: string;
    readonly state: string;
    readonly since: Instant | Day;
    readonly fresh: boolean;
  };
}

/** What waits for a session of a standing forum (`cycles`). Class C. Posted once, edited in place until the session begins. */
export interface Agenda {
  readonly council: string;
  readonly cycle: string;
  /** `Early Help Panel`. */
  readonly title: string;
  readonly day: Day;
  readonly begins: Instant;
  /** Where each team has its own sessions: whose this is. */
  readonly team?: string;
  /** Where the list closes before the session's own day: when. */
  readonly listCloses?: Instant;
  /** Steps first, then entries of registers; may be empty where all that waited is gone. */
  readonly lines: readonly AgendaLine[];
  /** Lines that came and went since it was posted. */
  readonly came: number;
  readonly went: number;
}

/** A standing forum, and when it meets next. */
export interface ForumToCome {
  readonly council: CouncilId;
  readonly cycle: string;
  readonly title: string;
  readonly team?: string;
  readonly next?: {
    readonly day: Day;
    readonly begins: Instant;
    /** Cases and entries on its list. */
    readonly waiting: number;
    /** Where its list closes on an earlier day. */
    readonly listCloses?: Instant;
    /** Its list is closed: the session for what comes now. */
    readonly after?: Day;
  };
  /** Why there is no next one. */
  readonly why?: string;
}

/** What the dispatcher asks the bot to draw. Pure. */
export interface Drawing {
  /** The card of a step (or of the whole case) for an audience as the case stands now. Undefined: nothing to show to them (and nothing to post). */
  step(
    sheet: CaseSheet,
    step: StepId | 'case',
    audience: { readonly channel: string } | { readonly viewer: Viewer },
  ): Drawn | undefined;
  digest(digest: Digest): Drawn;
  /** To the owner's manager, after the owner's own nudges. */
  escalation(
    sheet: CaseSheet,
    deadline: Deadline,
    ownerNames: readonly string[],
    remindedOn: readonly Day[],
    viewer: Viewer,
  ): Drawn;
  /** X1: steps of an owner who is away need cover. Never why. */
  away(input: {
    readonly person: Person;
    readonly until: Day;
    readonly steps: readonly { readonly sheet: CaseSheet; readonly step: StepId; readonly deadline: Deadline }[];
    readonly candidates: readonly Person[];
    readonly viewer: Viewer;
  }): Drawn;
  agenda(agenda: Agenda): Drawn;
  /** Story 3.4, class C: a mail may be a referral; or what became of it. */
  mail(notice: MailNotice): Drawn;
  /** Story 3.4, class C: mails in = joined + opened + set aside + waiting. */
  mailLine(line: MailLine): Drawn;
  /** Class P: a mail was joined to a case of theirs, one of ours came back, or somebody they wrote to is away. */
  mailNews(input: {
    readonly sheet: CaseSheet;
    readonly mail: MailSheet;
    readonly what: MailNewsKind;
    readonly viewer: Viewer;
  }): Drawn;
  /** Class C: a mailbox has not been read since then; or (`over`) is read again. */
  mailboxAlarm(input: {
    readonly council: Council;
    readonly mailboxName: string;
    readonly since: Instant;
    readonly over: boolean;
    readonly now: Instant;
  }): Drawn;
  /**
   * A second, linked case was called for (`starts`): its draft, filled in from this one, lies before the person who pressed, in her own
   * chat. Not sent yet; the button opens the draft.
   */
  begin(input: {
    readonly sheet: CaseSheet;
    readonly step: StepId;
    readonly draft: Draft;
    /** Pathway of the draft. */
    readonly protocol: Protocol;
    readonly viewer: Viewer;
  }): Drawn;
}

/** The message that a press came from. */
export interface Origin {
  readonly conversationId: string;
  readonly activityId: string;
  readonly serviceUrl: string;
}

/** The use cases, as the bot calls them. Identity is always the turn's. */
export interface Stepwise {
  /** Pathways that this person may open, and the roles she holds in each council. */
  startable(person: PersonId): Promise<readonly Protocol[]>;
  rolesOf(
    person: PersonId,
  ): Promise<readonly { readonly council: string; readonly role: RoleId; readonly team?: string }[]>;
  person(id: PersonId): Promise<Person | undefined>;
  protocol(pathway: string, version?: string): Protocol;
  protocols(): readonly Protocol[];
  calendar(council: string): Calendar;
  now(): Instant;

  drafts: {
    of(person: PersonId): Promise<readonly Draft[]>;
    /** Makes one, or gives the one in hand back. */
    begin(person: PersonId, pathway: string, from?: Draft['from']): Promise<Draft>;
    /** Open cases on which a child of the draft is already; empty until a name and a birth date are there. */
    overlaps(person: PersonId, id: string): Promise<readonly Overlap[]>;
    /** The person goes on all the same. Without a reason, or where another case has come since, it counts for nothing when it is sent. */
    acceptOverlap(person: PersonId, id: string, shown: readonly string[], why: string): Promise<Draft>;
    get(person: PersonId, id: string): Promise<Draft | undefined>;
    /** Keeps whatever was typed, right or wrong. `page` of a child: `child.2`. */
    save(person: PersonId, id: string, page: string, answers: Answers, moveTo?: string): Promise<Draft>;
    setChildren(person: PersonId, id: string, children: number, removed?: number): Promise<Draft>;
    delete(person: PersonId, id: string): Promise<void>;
    /** Faults of the whole draft by `page.field` / `child.c1.field`, from the engine itself; of one page only when named. */
    faults(person: PersonId, id: string, page?: string): Promise<Readonly<Record<string, string>>>;
    /** Past the limit of what it sends: so in words, once it has no other fault. It can be sent, with what got in the way (`said`). */
    late(person: PersonId, id: string): Promise<{ readonly words: string; readonly said: string } | undefined>;
    sayWhyLate(person: PersonId, id: string, reason: string): Promise<Draft>;
    /** Times on which the person's own diary is free, for the page that offers them, with the limit. */
    freeTimes(person: PersonId, id: string): Promise<OfferedTimes>;
    /** The limit of the opening's clock, once the date that it counts from is known. */
    limit(id: string): Promise<Counted | undefined>;
  };

  /** Sends the draft: opens the case. The same key again gives the same case. */
  send(person: PersonId, draftId: string, key: string, origin?: Origin): Promise<Performed>;
  mails: MailDesk;
  /** Documents that this person has dropped into the chat and that belong to no case yet, newest first. */
  documents: {
    of(person: PersonId): Promise<readonly StoredDocument[]>;
    /** @returns undefined where the file cannot be fetched, is empty or larger than 150 MB: `words` say so */
    take(
      person: PersonId,
      file: { readonly name: string; readonly url: string },
    ): Promise<
      { readonly ok: true; readonly document: StoredDocument } | { readonly ok: false; readonly words: string }
    >;
  };

  /** Several commands of one press, all or none. */
  perform(person: PersonId, caseId: string, commands: readonly Command[], key: string): Promise<Performed>;
  /** The message on which this card now stands: edited in place from now on, instead of a second one being posted. */
  adopt(person: PersonId, caseId: string, step: StepId | 'case', origin: Origin): Promise<void>;
  sheet(caseId: string): Promise<CaseSheet | undefined>;
  sheetByReference(reference: string): Promise<CaseSheet | undefined>;
  viewer(person: PersonId, sheet: CaseSheet): Promise<Viewer>;
  /** Whether the person may open class P of the case: holds, held or manages a role on it. */
  maySee(viewer: Viewer, sheet: CaseSheet): boolean;
  casesOf(person: PersonId): Promise<readonly CaseRow[]>;
  /** Open deadlines of this person (or the teams she manages) up to the end of the week after next. */
  dueFor(person: PersonId): Promise<readonly DeadlineRow[]>;
  /** Steps of this person's cases that have no date, because the council has not set the forum's day: `why` says it. */
  undatedFor(person: PersonId): Promise<readonly (WaitingRow & { readonly why: string })[]>;
  /** Standing forums of the person's councils with their next session; those without a day last. Class C: dates and counts. */
  forumsFor(person: PersonId): Promise<readonly ForumToCome[]>;
  timesFor(sheet: CaseSheet, step: StepId, more: boolean): Promise<OfferedTimes>;
  /** Times out of the person's own diary that may be offered for a meeting of the case. */
  ownTimes(person: PersonId, sheet: CaseSheet, meeting: StepId): Promise<OfferedTimes>;
  /** People who may be picked for a role on this case, with "away until" where their diary says so. */
  candidates(sheet: CaseSheet, role: RoleId): Promise<readonly { readonly person: Person; readonly awayUntil?: Day }[]>;
  /** Pathways under which this ended case may be taken up again, by this person. */
  afterwards(person: PersonId, sheet: CaseSheet): Promise<readonly Protocol[]>;
  /** Entries of a register, oldest first. */
  register(council: string, list: string, state?: string): Promise<readonly RegisterRow[]>;
  /** The bot heard from a conversation: kept for posts later. */
  remember(conversation: ConversationRef): Promise<void>;
}
