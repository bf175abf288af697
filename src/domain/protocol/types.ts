/**
 * A pathway as the engine reads it: the YAML of `src/protocols/` after loading, `uses` merged, one-or-many made many.
 * The vocabulary is closed: see `docs/decisions/protocols-are-yaml.md`. No expressions, no code of any council.
 */
import type { Count } from '../time/count.ts';
import type { Day } from '../time/instant.ts';

export type CouncilId = string;
/** `council/name`: the folder and the name of the file. */
export type PathwayId = string;
export type StepId = string;
export type RoleId = string;
export type TeamId = string;
export type ServiceId = string;
/** Ledger id, e.g. `CAM-A-14`. */
export type RuleId = string;

/**
 * A reference to something that is true, false (can no longer come) or unknown:
 * `step`, `step.outcome`, `step.moment`, `step.attended.role`, `step.field.answer`, `fact`, `condition`, `setting.name.option`, `list.name.state`.
 * Strings in the data; `domain/case/references.ts` reads them, the loader refuses the ones that name nothing.
 */
export type Ref = string;

/** `role/x`, `channel/x`, `mailbox/x`, `family`, `network`, `outside/x`. */
export type Target = string;

export interface Protocol {
  readonly council: Council;
  readonly id: PathwayId;
  /** Goes up by one whenever a published pathway changes. */
  readonly edition: number;
  /** `edition-sha256` of the normalised pathway and council data; a case keeps the edition that it started under. */
  readonly version: string;
  readonly title: string;
  /** What a button that starts it says. */
  readonly button: string;
  /** Whether the bot offers it in chat. */
  readonly offered: boolean;
  readonly direction: 'step-up' | 'step-down' | 'step-in' | 'step-back';
  readonly holder: Holder;
  readonly facts: Readonly<Record<string, FactSpec>>;
  readonly conditions: Readonly<Record<string, Condition>>;
  readonly clocks: Readonly<Record<string, Due>>;
  /** Pathways under which a case of this one may be taken up again once it has ended, by those who may open them. */
  readonly afterwards: readonly PathwayId[];
  /** Name of the document in the council's file. */
  readonly source?: string;
  /** In the order of the file: the order in which a case card lists them. */
  readonly steps: Readonly<Record<StepId, Step>>;
  /** The conversation that opens a case, page by page. */
  readonly opening: Opening;
  /** Ledger rules carried by the pathway as a whole. */
  readonly rules: readonly RuleId[];
}

export interface Council {
  readonly id: CouncilId;
  readonly name: string;
  /** First part of a case reference: `CAM` in CAM-7K3F. */
  readonly referencePrefix: string;
  /** First parts of its ledger rules: `BSC` and `BSP` where a council has two documents. */
  readonly rulePrefixes: readonly string[];
  readonly services: Readonly<Record<ServiceId, { readonly name: string }>>;
  readonly roles: Readonly<Record<RoleId, Role>>;
  readonly teams: Readonly<Record<TeamId, Team>>;
  readonly mailboxes: Readonly<Record<string, Mailbox>>;
  readonly channels: Readonly<Record<string, { readonly name: string }>>;
  readonly cycles: Readonly<Record<string, Cycle>>;
  readonly settings: Readonly<Record<string, Setting>>;
  readonly lists: Readonly<Record<string, Register>>;
  /** The printed protocols: shown to whoever asks which version a rule comes from. */
  readonly sources: Readonly<Record<string, SourceDocument>>;
  readonly safeguarding: Safeguarding;
  readonly closureDays: readonly { readonly day: string; readonly name: string }[];
  /** Pathways by name, in the order in which whoever starts one is offered them; what is not named comes after these. */
  readonly start: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
  /** Option lists used by several fields, e.g. lead services, duty inboxes. */
  readonly options: Readonly<Record<string, readonly Option[]>>;
}

export interface Mailbox {
  readonly name: string;
  /** Absent: the council must fill it in before it goes live; nothing is sent to it until then. */
  readonly address?: string;
  /** Address as the document prints it, where that one is no longer used. Never sent to. */
  readonly asPrinted?: string;
  /** The role whose holders read what comes there: the program watches it, in the channel of that role. Absent: it is not watched. */
  readonly watchedBy?: RoleId;
  readonly rules: readonly RuleId[];
}

/** Entries about families outside any one case: who is on it, in which state, since when. */
export interface Register {
  readonly title: string;
  readonly states: readonly string[];
  /** Moves that are allowed, `active>paused`; empty: every one. */
  readonly moves: readonly (readonly [from: string, to: string])[];
  readonly rules: readonly RuleId[];
}

export interface SourceDocument {
  readonly title: string;
  readonly version: string;
  readonly note?: string;
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly rules: readonly RuleId[];
}

export interface Role {
  /** Lower case, as in a sentence: `front-door manager`. */
  readonly name: string;
  /**
   * How a person comes by the role on a case: everybody in the council's group; those of the case's team;
   * or the one person named on the case (who opened it, or was assigned).
   */
  readonly held: 'group' | 'team' | 'named';
  /** For `named`: the group out of which they are named, so that a person can be picked. */
  readonly service?: ServiceId;
  /** Where reminders for its steps are posted: a channel name, or `team` for the channel of the case's team. */
  readonly channel?: string;
  /** Who is told when its step is overdue. */
  readonly reportsTo?: RoleId;
  /** May be somebody without an account here (a teacher, a health visitor). */
  readonly outside?: boolean;
  /** Who inside records what this role owes when nobody inside holds it; they are reminded too. */
  readonly recordedBy?: readonly RoleId[];
}

export interface Team {
  readonly name: string;
  /** Its service in a line, shown where a team is chosen. */
  readonly about: string;
  readonly rules?: readonly RuleId[];
}

export interface Safeguarding {
  readonly emergency: string;
  readonly team: string;
  readonly daytime?: string;
  readonly outOfHours?: string;
  /** Further numbers that the council prints: police 101, a helpline. */
  readonly lines: readonly { readonly name: string; readonly number: string; readonly rules: readonly RuleId[] }[];
  /** Roles told within a minute of a safety stop. */
  readonly tells: readonly RoleId[];
  readonly rules: readonly RuleId[];
}

export interface Setting {
  readonly options: readonly string[];
  readonly default: string;
  readonly ambiguity: string;
  readonly about?: string;
  /** Other ways of writing an option on the command line, as the ledger prints the switch: `unit=workingDays`. */
  readonly also: Readonly<Record<string, readonly string[]>>;
}

/** Sessions of a standing forum, not tied to a case. Without a day there are no sessions and no dates, and whoever asks is told so. */
export interface Cycle {
  readonly title: string;
  readonly every: 'working day' | 'dates' | { readonly n: number; readonly unit: 'weeks' | 'months' };
  /** Weekly ones. Absent: the council has not set it yet (AMB-08). */
  readonly weekday?: Weekday;
  /** Every so many weeks or months: a day on which there was or will be a session. Absent: not set yet. */
  readonly from?: Day;
  /** `dates`: as the council has listed them; by team where each has its own (AMB-19). */
  readonly dates: readonly Day[];
  readonly datesOfTeam: Readonly<Record<TeamId, readonly Day[]>>;
  readonly time: string;
  readonly minutes: number;
  readonly bankHoliday: 'skip' | 'keep' | 'earlier' | 'later';
  /** References to states of registers (`list.eha.paused`) whose entries are the agenda, beside the cases that wait for the session. */
  readonly takes: readonly Ref[];
  /** Decided before this: on that session's agenda. Working days before the session, at 17:00. */
  readonly cutOffWorkingDays: number;
  /** How often it meets is this program's, not the document's, which prints no number (BSP-I-08). */
  readonly house?: boolean;
  readonly by: RoleId;
  readonly rules: readonly RuleId[];
}

export type Weekday = 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday';

export interface Holder {
  readonly starts: ServiceId;
  /** Latest true one wins. */
  readonly moves: readonly { readonly to: ServiceId; readonly on: Ref }[];
  /** For the card: "when Social Care has closed its record, after the joint visit". */
  readonly when: string;
}

export interface FactSpec {
  readonly title: string;
  readonly precision: 'day' | 'instant';
  /** A date in the future may be recorded as `fact.expected`; counts from it are provisional. */
  readonly expected: boolean;
  readonly by: readonly RoleId[];
  readonly form: Readonly<Record<string, Field>>;
  readonly rules: readonly RuleId[];
}

/** Named, no nesting except by name. Has a time: `all` the latest of its members, `any` the earliest. */
export interface Condition {
  readonly all: readonly Ref[];
  readonly any: readonly Ref[];
  readonly none: readonly Ref[];
  /** A window (HER-F-01): `happened` came on or before the end of `within`, counted from `of`. */
  readonly window?: { readonly happened: Ref; readonly within: Count; readonly of: Ref };
  readonly rules: readonly RuleId[];
}

export type Due =
  | (DueBase & { readonly form: 'within' | 'target' | 'house'; readonly count: Count; readonly of: Ref })
  /** A series: so long after `of`, then after each time it was held or done; moved to the working day before. The step stays open. */
  | (DueBase & { readonly form: 'every'; readonly count: Count; readonly of: Ref })
  | (DueBase & { readonly form: 'notice'; readonly count: Count; readonly before: Ref })
  | (DueBase & { readonly form: 'next'; readonly cycle: string; readonly of: Ref })
  | (DueBase & { readonly form: 'at-once'; readonly of: Ref })
  | (DueBase & { readonly form: 'clock'; readonly clock: string });

interface DueBase {
  readonly rules: readonly RuleId[];
  /** Section of the source as printed, e.g. `3 p6`. */
  readonly section?: string;
  /** What happened at the anchor, said after its date: `when the assessment was completed`. */
  readonly anchorIs?: string;
  /** Which moment of the step is owed; default: the step being done. */
  readonly moment?: string;
  /** Past the limit: `reason` asks for one and records it; `refuse` refuses; absent: recorded as late. */
  readonly late?: 'reason' | 'refuse';
  readonly roll?: 'next-working-day' | 'previous-working-day';
  /** First true entry replaces the keys it names. */
  readonly instead: readonly {
    readonly when: Ref;
    readonly count?: Count;
    readonly of?: Ref;
    readonly roll?: 'next-working-day' | 'previous-working-day';
    readonly rules: readonly RuleId[];
  }[];
}

export interface Gate {
  readonly needs: readonly Ref[];
  readonly forbids: readonly Ref[];
  /** Steps in `needs` must have been recorded at least so often (CAM-C-04: several attempts). */
  readonly atLeast?: number;
  readonly notBefore?: Due;
  readonly when?: Ref;
  /** May be passed with this role's written reason. */
  readonly soft?: RoleId;
  /** What the reader is told: "The joint visit comes first." */
  readonly says: string;
  readonly rules: readonly RuleId[];
}

export type Step = SendStep | RecordStep | ConsentStep | AssignStep | DecideStep | MeetStep | ResolveStep;
export type StepKind = Step['kind'];

/** What follows from a step, or from one way in which it came out. */
export interface Consequences {
  readonly tells: readonly Target[];
  readonly told?: Told;
  readonly ends?: string;
  /** The case goes on under that pathway, with its facts; nothing ends. */
  readonly movesTo?: PathwayId;
  /** A second, linked case is begun; this one goes on. */
  readonly starts?: PathwayId;
  /** The family's entry in a register gets this state: `{ eha: paused }`. */
  readonly lists: Readonly<Record<string, string>>;
  readonly reopens: readonly StepId[];
}

interface StepBase extends Consequences {
  readonly id: StepId;
  /** Lower case, as in "Next: consultation". */
  readonly title: string;
  /** What its owner reads on top of the card: a sentence, may hold {reference}. */
  readonly says?: string;
  /** Title of the card that asks for it, instead of reference and title: "{reference} is coming to your team". */
  readonly heading?: string;
  /** What is owed, in words that "by Tue 22 Dec 2026, 17:00" may follow: "Hold it". Absent: the title. */
  readonly owed?: string;
  /** What is said of it once it is done, without a name: "Social worker told which team." Absent: the title. */
  readonly whenDone?: string;
  /** Text of the button that opens or does it. */
  readonly button?: string;
  readonly by: readonly RoleId[];
  readonly after: readonly Ref[];
  readonly unless: readonly Ref[];
  readonly each?: 'children' | 'agencies';
  /** Offered, never owed: no reminder, no deadline breach. */
  readonly optional: boolean;
  readonly repeats: boolean;
  readonly due: readonly Due[];
  readonly gates: readonly Gate[];
  readonly warns: readonly { readonly when: Ref; readonly says: string; readonly rules: readonly RuleId[] }[];
  /** Asked when the step is done (meet: when it was held). The field `at` of type date is the fact's time. */
  readonly form: Readonly<Record<string, Field>>;
  /**
   * Buttons, words and questions of moments that are no outcomes, where the program has none of its own:
   * meet `held`, `not-held`; resolve `not-agreed`. Their answers are checked like an outcome's `asks`.
   */
  readonly moments?: Readonly<Record<string, Outcome>>;
  readonly documents: readonly { readonly anyOf: readonly string[]; readonly each?: 'children' | 'agencies' }[];
  /** Whether its owner gets a card in a channel (the channel of the owning role) when it opens. */
  readonly post: 'channel' | 'personal' | 'both' | 'none';
  readonly rules: readonly RuleId[];
}

export interface SendStep extends StepBase {
  readonly kind: 'send';
  readonly to: readonly Target[];
  readonly copy: readonly Target[];
  readonly done: 'sent' | 'received';
  /** Sent by the program as soon as it opens, without anybody pressing. */
  readonly automatic: boolean;
  /** Kind of message, in the subject after the reference: `Step down referral`. No name of a family. */
  readonly subject: string;
  readonly from: Target;
}
export interface RecordStep extends StepBase {
  readonly kind: 'record';
  /** External system in which it is done by hand: `MOSAIC`. */
  readonly in?: string;
}
export interface ConsentStep extends StepBase {
  readonly kind: 'consent';
  readonly from: 'family' | 'child' | 'parents';
  readonly consent: 'recorded' | 'written';
  readonly covers: readonly string[];
  readonly mayBe: readonly ('not-appropriate' | 'overridden')[];
}
export interface AssignStep extends StepBase {
  readonly kind: 'assign';
  readonly fills: RoleId;
  readonly agrees: boolean;
  readonly mayBe: readonly 'none-found'[];
}
export interface DecideStep extends StepBase {
  readonly kind: 'decide';
  readonly notBy: readonly StepId[];
  /** All roles of `by` decide together: it is decided when one of each has recorded the same outcome. */
  readonly joint: boolean;
  /** May decide instead, with a written reason, when the decider is away and it cannot wait (KNO-U-02). */
  readonly standIn?: { readonly by: readonly RoleId[]; readonly says: string; readonly rules: readonly RuleId[] };
  readonly outcomes: Readonly<Record<string, Outcome>>;
}
export interface MeetStep extends StepBase {
  readonly kind: 'meet';
  readonly purposes: readonly string[];
  /** `role/x`, `family`, `network`. The first role with a diary organises unless `organiser` says otherwise. */
  readonly with: readonly Target[];
  readonly invite: readonly Target[];
  /** May come: asked as optional, and only a preference when a time is looked for. */
  readonly mayCome: readonly Target[];
  readonly organiser: RoleId;
  readonly chair?: RoleId;
  /** Who takes the notes. */
  readonly notes?: RoleId;
  readonly minutes: number;
  readonly bufferMinutes: number;
  readonly place?: string;
  /** In a room of the council, where the directory file lists any. */
  readonly room: boolean;
  readonly online: boolean;
  /** A child is there: times outside school hours (setting `school-day`) come first. */
  readonly childAttends: boolean;
  readonly preferWeekday?: Weekday;
  /** Fields of other steps that hold offered times; the first present one is used. */
  readonly chooseFrom: readonly Ref[];
  /** Fact whose day somebody has planned it for: times on that day are offered first. */
  readonly plannedOn?: Ref;
  readonly sessionOf?: string;
  /** Asked once its time has passed, after the reference where it starts small: "what did the panel decide?" */
  readonly question?: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}
export interface ResolveStep extends StepBase {
  readonly kind: 'resolve';
  readonly about: string;
  readonly byDialogue: boolean;
  readonly rungs: readonly Rung[];
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

export interface Rung {
  readonly title: string;
  /** Holders of these roles in the teams concerned may press. */
  readonly by: readonly RoleId[];
  readonly joint: boolean;
  readonly final: boolean;
  /** Leaves the software: an outside policy decides. */
  readonly policy?: string;
  readonly rules: readonly RuleId[];
}

export interface Outcome extends Consequences {
  /** Button text, at most 24 characters. */
  readonly button: string;
  /** Title of the page behind the button. Absent: the button's text. */
  readonly heading?: string;
  /** What is read there before anything is asked. */
  readonly says?: string;
  /** Button of that page; repeats the verb, at most 24 characters: "Send advice". Absent: the button's text. */
  readonly confirm?: string;
  /** Said when done, class C (no names): "{team} named." */
  readonly done: string;
  readonly asks: Readonly<Record<string, Field>>;
  readonly gates: readonly Gate[];
  readonly rules: readonly RuleId[];
}

/** The card of those in `tells`. Both may hold {team}, a role, or a field that was answered; class P. */
export interface Told {
  readonly title: string;
  readonly says?: string;
}

export type FieldType =
  | 'text'
  | 'long-text'
  | 'date'
  | 'birth-date'
  | 'times'
  | 'yes-no'
  | 'choice'
  | 'choices'
  | 'person'
  | 'people'
  | 'team'
  | 'document'
  | 'agencies'
  | 'confirm'
  | 'confirm-all';

export interface Field {
  readonly id: string;
  readonly type: FieldType;
  readonly label: string;
  readonly hint?: string;
  /** What stands above the field when it is missing or wrong, in plain words. */
  readonly error: string;
  readonly required: boolean;
  readonly each?: 'children';
  readonly options: readonly Option[];
  /** times: how many different days. */
  readonly atLeast?: number;
  /** A day or time must not lie after this due. */
  readonly notAfter?: Due;
  /** date: must not lie in the future. */
  readonly notFuture?: boolean;
  /** "not known" with a reason is an answer (AMB-48). */
  readonly orUnknown?: boolean;
  /** Asked only when true (own answers: `form.field.option`). */
  readonly when?: Ref;
  /** From the second child on: may be taken from the first. */
  readonly sameAsFirst?: boolean;
  /** Filled in advance with the answers of these fields, to be checked. */
  readonly prefill: readonly string[];
  /** person: of which role. */
  readonly role?: RoleId;
  /** choice on an opening page: the register whose state it tells; read as `list.NAME.STATE`. */
  readonly list?: string;
  /** Sealed in the store, shown in class P only. True for text, long-text, birth-date, document and whatever is asked for each child. */
  readonly personal: boolean;
  readonly rules: readonly RuleId[];
}

export interface Option {
  readonly id: string;
  readonly label: string;
  readonly about?: string;
  /** Choosing it is refused, in these words, beside the field. */
  readonly refuses?: string;
  readonly rules?: readonly RuleId[];
}

/** The pages of the conversation that opens a case. Facts, consents and the first send are recorded together when it is sent. */
export interface Opening {
  /** Who may open a case. */
  readonly by: readonly RoleId[];
  readonly pages: readonly Page[];
  /** The send or record step that the last page does. */
  readonly sends: StepId;
  /** Button of the last page. Absent: `Send referral`, for a record `Save and start`. */
  readonly button?: string;
}

export interface Page {
  readonly id: string;
  readonly title: string;
  /** What a button that leads back to it calls it, where its title is too long for one. */
  readonly short?: string;
  readonly says?: string;
  /** One such page for each child. */
  readonly each?: 'children';
  /**
   * What the page's fields are recorded as: a consent step, a fact (the field named `at` of type date is its time),
   * or the form of the opening's send step.
   */
  readonly records: { readonly step: StepId } | { readonly fact: string } | { readonly form: true };
  readonly fields: Readonly<Record<string, Field>>;
  /** The page may be left without a yes; then nothing further happens and this is said (CAM-G-04). */
  readonly refusal?: {
    readonly button: string;
    readonly title: string;
    readonly says: string;
    readonly rules: readonly RuleId[];
  };
  readonly rules: readonly RuleId[];
}
