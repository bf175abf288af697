/**
 * When things are due, and why. Derived from the facts each time, never stored as truth: a corrected fact moves every date that
 * rests on it. Each date carries its reasons: what it counts from, what was passed over, and last the rule.
 */
import { endingOf } from './case/ending.ts';
import { isAwaited } from './case/expected.ts';
import { answerOf } from './case/facts.ts';
import { type Reading, readCase } from './case/reading.ts';
import { explainReference, nameTells, outcomeWords } from './case/references.ts';
import { fieldsOf, outcomesOf, own } from './case/steps.ts';
import { teamsNamed } from './case/teams.ts';
import { compareTimes, dayOfTime, type Time } from './case/times.ts';
import type { Case, Deadline, RecordedFact } from './case/types.ts';
import type { Cycle, Due, MeetStep, Protocol, Ref, RuleId, Step } from './protocol/types.ts';
import { sessionAfter, whyNoSession } from './sessions.ts';
import type { Calendar } from './time/calendar.ts';
import type { Count, Counted, Reason } from './time/count.ts';
import {
  countAfter,
  type EarliestMeeting,
  earliestMeeting,
  everySoOften,
  noticeLatestSend,
  type Roll,
} from './time/count-from.ts';
import { type Day, type Instant, isDay, writeDay } from './time/instant.ts';
import { writeCount } from './time/reasons.ts';
import { andList, capital } from './wording.ts';

export interface DueDate {
  readonly counted: Counted;
  readonly rules: readonly RuleId[];
  readonly section?: string;
  readonly kind: Deadline['kind'];
  readonly provisional: boolean;
  readonly late?: 'reason' | 'refuse';
}

/**
 * Deadlines of open, waiting and done steps whose anchor is known, in the order of the steps. A step may have several: all are listed
 * and the earliest is `effective` (AMB-59), of targets and house rules only where nothing binds, so that none hides a limit. Optional steps owe nothing: only of a series is the next date told, as a target that is
 * never a breach. `at-once` has no date.
 * @throws BeyondCalendar where the bank holidays are not known that far
 */
export function deadlines(protocol: Protocol, theCase: Case, calendar: Calendar, now: Instant): readonly Deadline[] {
  const reading = readCase(protocol, theCase);
  const ended = endingOf(reading) !== undefined;
  return Object.values(protocol.steps).flatMap((step) => deadlinesOf(reading, step, calendar, now, ended));
}

export function deadlinesOf(
  reading: Reading,
  step: Step,
  calendar: Calendar,
  now: Instant,
  ended: boolean,
): readonly Deadline[] {
  const dues = step.optional ? step.due.filter(({ form }) => form === 'every') : step.due;
  if (dues.length === 0) return [];
  const standing = reading.standing(step);
  if (standing.state === 'not-applicable' || (ended && standing.state !== 'done')) return [];
  const found = dues.flatMap((due): Deadline[] => {
    const dated = dateOf(reading, due, calendar, now, step);
    if (dated === undefined) return [];
    const moment = due.moment === undefined ? undefined : reading.truth(`${step.id}.${due.moment}`);
    const metAt = moment?.is === 'true' ? moment.at : standing.state === 'done' ? standing.since : undefined;
    const { counted, ...rest } = dated;
    const kind = step.optional ? 'target' : rest.kind;
    return [{ ...counted, ...rest, kind, step: step.id, effective: false, ...(metAt === undefined ? {} : { metAt }) }];
  });
  const open = standing.state === 'done' ? found : found.filter(({ metAt }) => metAt === undefined);
  const binding = open.filter(({ kind }) => kind !== 'target' && kind !== 'house');
  const counting = binding.length > 0 ? binding : open;
  const earliest = counting.reduce<Deadline | undefined>(
    (first, each) => (first && first.dueAt <= each.dueAt ? first : each),
    undefined,
  );
  return found.map((each) => {
    if (each !== earliest) return each;
    // The step's own limit stands first in the data; where another ends before it, the reader is told (AMB-59).
    const own = counting[0];
    if (own === undefined || own === each || own.due === each.due) return { ...each, effective: true };
    const text = `The step's own limit would be ${writeDay(own.due)} (${own.rules.join(', ')}). This one ends first.`;
    return { ...each, effective: true, because: beforeRule(each.because, { kind: 'earliest', text, day: own.due }) };
  });
}

/**
 * Where a due of the data falls on a case, whichever step it stands on: the limit of a field, a clock by itself.
 * @param due as in the data, or a clock's name
 */
export function limitOf(
  protocol: Protocol,
  theCase: Case,
  calendar: Calendar,
  due: Due | string,
  now: Instant,
): Deadline | undefined {
  const asked = typeof due === 'string' ? own(protocol.clocks, due) : due;
  const dated = asked && dateOf(readCase(protocol, theCase), asked, calendar, now);
  if (dated === undefined) return undefined;
  const { counted, ...rest } = dated;
  return { ...counted, ...rest, step: '', effective: true };
}

/** Where a due of the data falls on this case; undefined while its anchor is unknown, and for `at-once`, which has no date. */
export function dateOf(reading: Reading, due: Due, calendar: Calendar, now: Instant, step?: Step): DueDate | undefined {
  if (due.form === 'at-once') return undefined;
  if (due.form === 'clock') {
    const clock = own(reading.protocol.clocks, due.clock);
    const dated = clock && clock.form !== 'clock' ? dateOf(reading, clock, calendar, now, step) : undefined;
    if (dated === undefined) return undefined;
    const late = due.late ?? dated.late;
    const section = due.rules.length > 0 ? due.section : (due.section ?? dated.section);
    const rules = due.rules.length > 0 ? due.rules : dated.rules;
    const because = [...dated.counted.because.filter(({ kind }) => kind !== 'rule'), ...ruleReason(rules, section)];
    return {
      ...dated,
      counted: { ...dated.counted, because },
      rules: [...new Set([...due.rules, ...dated.rules])],
      ...(late === undefined ? {} : { late }),
      ...(section === undefined ? {} : { section }),
    };
  }
  const instead = due.instead.find(({ when }) => reading.truth(when).is === 'true');
  const ref = instead?.of ?? (due.form === 'notice' ? due.before : due.of);
  const anchor =
    (due.form === 'every' && step && lastTime(reading, step)) ||
    anchorOf(reading, ref, now, instead?.of === undefined ? due.anchorIs : undefined);
  if (anchor === undefined) return undefined;
  const counted = count(reading, due, instead, anchor, calendar, step);
  if (counted === undefined) return undefined;
  const rules = [...new Set([...due.rules, ...(instead?.rules ?? [])])];
  const because: Reason[] = [...counted.because];
  if (anchor.provisional) because.push({ kind: 'provisional', text: anchor.unsaid ? UNSAID : STILL_TO_COME });
  because.push(...ruleReason(due.rules.length > 0 ? due.rules : rules, due.section));
  return {
    counted: { ...counted, because },
    rules,
    kind: KINDS[due.form],
    provisional: anchor.provisional,
    ...(due.section === undefined ? {} : { section: due.section }),
    ...(due.late === undefined ? {} : { late: due.late }),
  };
}

const STILL_TO_COME = 'That date is still to come: if it changes, so does this.';
const UNSAID = 'That date was expected, and nobody has said yet that it was so: if it was another, this changes.';

const KINDS: Readonly<Record<Exclude<Due['form'], 'clock' | 'at-once'>, Deadline['kind']>> = {
  within: 'limit',
  target: 'target',
  house: 'house',
  notice: 'notice',
  every: 'session',
  next: 'session',
};

interface Anchor {
  readonly at: Time;
  readonly words: string;
  /** It lies in the future: an expected date, a meeting that is booked. */
  readonly provisional: boolean;
  /** Its day has come, and nobody has said that it was so. */
  readonly unsaid?: boolean;
}

function anchorOf(reading: Reading, ref: Ref, now: Instant, anchorIs: string | undefined): Anchor | undefined {
  const [head = '', ...rest] = ref.split('.');
  const answered = dayAnswered(reading, ref);
  if (answered !== undefined)
    return { at: answered, words: anchorIs ?? 'the day that was named', provisional: answered > dayOfTime(now) };
  const expects = rest.length === 0 && own(reading.protocol.facts, head)?.expected === true;
  const known = reading.truth(ref);
  const expected = known.is !== 'true' && expects;
  const truth = expected ? reading.truth(`${head}.expected`) : known;
  if (truth.is !== 'true') return undefined;
  const clause = clauseFor(reading.protocol, expected ? `${head}.expected` : ref, truth.fact);
  const words = anchorIs !== undefined && !expected ? anchorIs : `when ${clause}`;
  const ahead = isDay(truth.at) ? truth.at > dayOfTime(now) : truth.at > now;
  // Until somebody says that it was so, a date that is asked for may still turn out to be another.
  return { at: truth.at, words, provisional: ahead || (expected && isAwaited(reading.protocol, head)), unsaid: !ahead };
}

/** A date that somebody named is counted from itself, not from when it was named: "go on trying until …" (AMB-57). */
function dayAnswered(reading: Reading, ref: Ref): Day | undefined {
  const [head = '', id = '', ...rest] = ref.split('.');
  const step = own(reading.protocol.steps, head);
  if (step === undefined || rest.length > 0) return undefined;
  if (own(fieldsOf(reading.protocol, step), id)?.type !== 'date') return undefined;
  const truth = reading.truth(ref);
  const answer = truth.is === 'true' ? truth.fact && answerOf(truth.fact, id) : undefined;
  return typeof answer === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(answer) ? (answer as Day) : undefined;
}

/** Of a condition whose name does not say it: what happened last to make it true. */
function clauseFor(protocol: Protocol, ref: Ref, fact: RecordedFact | undefined): string {
  const condition = own(protocol.conditions, ref) !== undefined;
  const happened = condition
    ? (nameTells(protocol, ref) ?? (fact && explainReference(protocol, fact.fact)))
    : undefined;
  return happened ?? explainReference(protocol, ref) ?? ref;
}

/** After the first time a series counts from the last one, whatever it began with (HER-A-09). */
function lastTime(reading: Reading, step: Step): Anchor | undefined {
  const { last } = reading.standing(step);
  if (last === undefined) return undefined;
  return {
    at: last.at,
    words: step.kind === 'meet' ? 'when it was last held' : 'when it was last done',
    provisional: false,
  };
}

type Instead = Due['instead'][number] | undefined;

function count(
  reading: Reading,
  due: Exclude<Due, { form: 'clock' | 'at-once' }>,
  instead: Instead,
  anchor: Anchor,
  calendar: Calendar,
  step: Step | undefined,
): Counted | undefined {
  if (due.form === 'next') {
    const cycle = own(reading.protocol.council.cycles, due.cycle);
    return cycle && session(reading, cycle, anchor.at, calendar, step);
  }
  const asked = instead?.count ?? due.count;
  const roll = instead?.roll ?? due.roll;
  const counted = counting(reading, due.form, asked, roll, anchor, calendar);
  if (instead === undefined) return counted;
  const [first, ...rest] = counted.because;
  return { ...counted, because: [...(first ? [first] : []), ...replaced(reading, instead, due.count), ...rest] };
}

function counting(
  reading: Reading,
  form: 'within' | 'target' | 'house' | 'notice' | 'every',
  asked: Count,
  roll: Roll | undefined,
  anchor: Anchor,
  calendar: Calendar,
): Counted {
  if (form === 'notice') return noticeLatestSend(anchor.at, asked, calendar, { anchorIs: anchor.words });
  if (form === 'every') return everySoOften(anchor.at, asked, calendar, anchor.words);
  // AMB-45: one of two readings of an event in the evening or at a weekend; counts in other units run on all days alike.
  const lateCountsAsNextDay = asked.unit === 'working days' && reading.truth(LATE_EVENTS).is === 'true';
  return countAfter(anchor.at, asked, calendar, { anchorIs: anchor.words, lateCountsAsNextDay, roll });
}

/** A council that reads it otherwise than the ledger recommends has a setting of this name. */
const LATE_EVENTS = 'setting.late-events.next-day';

/**
 * The first session after the anchor, and after each one that did not take place.
 * @returns undefined where the council has not set its day: `noDateOf` says so
 */
export function session(
  reading: Reading,
  cycle: Cycle,
  from: Time,
  calendar: Calendar,
  step: Step | undefined,
): Counted | undefined {
  const missed = step && reading.factsOf(step.id, 'not-held').at(-1);
  const anchor = missed && compareTimes(missed.at, from) > 0 ? missed.at : from;
  const { team } = teamsNamed(reading.protocol, reading.case, reading.facts);
  const found = sessionAfter(cycle, anchor, calendar, team);
  if (found === undefined) return undefined;
  const { cutOffAt: _, ...counted } = found;
  return counted;
}

/**
 * Why a step that waits for a session of a forum has no date: one sentence, or undefined where it has one, or waits for no session.
 * @throws BeyondCalendar
 */
export function noDateOf(reading: Reading, step: Step, calendar: Calendar): string | undefined {
  const { council } = reading.protocol;
  const dues = step.due.map((due) => (due.form === 'clock' ? own(reading.protocol.clocks, due.clock) : due));
  for (const due of dues) {
    if (due?.form !== 'next') continue;
    const cycle = own(council.cycles, due.cycle);
    const from = reading.truth(due.of);
    if (cycle === undefined || from.is !== 'true' || session(reading, cycle, from.at, calendar, step)) continue;
    const { team } = teamsNamed(reading.protocol, reading.case, reading.facts);
    return whyNoSession(cycle, team === undefined ? team : { id: team, name: own(council.teams, team)?.name ?? team });
  }
  return undefined;
}

export interface NoticeAsked {
  readonly count: Count;
  /** Its rule, as the last of the reasons of a date. */
  readonly because: readonly Reason[];
}

/** The notice that the protocol asks for before a meeting, as the case stands (KNO-U-09). */
export function noticeAsked(reading: Reading, step: MeetStep): NoticeAsked | undefined {
  const notice = step.due.find((due) => due.form === 'notice' && due.before === `${step.id}.starts`);
  if (notice?.form !== 'notice') return undefined;
  const instead = notice.instead.find(({ when }) => reading.truth(when).is === 'true');
  return { count: instead?.count ?? notice.count, because: ruleReason(notice.rules, notice.section) };
}

/**
 * The earliest day on which a meeting may be held if its invitation goes at `sentAt`, by the notice that the protocol asks for.
 * @returns undefined where it asks for none
 */
export function earliestFor(
  reading: Reading,
  step: MeetStep,
  sentAt: Instant,
  calendar: Calendar,
): EarliestMeeting | undefined {
  const notice = noticeAsked(reading, step);
  return notice && earliestMeeting(sentAt, notice.count, calendar, step.preferWeekday);
}

/** "Referred to panel: 15 working days instead of 10 (CAM-A-24)." And where it counts from something else: that it does. */
function replaced(reading: Reading, instead: NonNullable<Instead>, before: Count): readonly Reason[] {
  const [head = '', part = ''] = instead.when.split('.');
  const step = own(reading.protocol.steps, head);
  const why =
    step && own(outcomesOf(step), part)
      ? outcomeWords(step, part)
      : capital(explainReference(reading.protocol, instead.when) ?? instead.when);
  const rule = instead.rules[0];
  const now = instead.count;
  const what =
    now !== undefined
      ? `${writeCount(now)} instead of ${now.unit === before.unit ? before.n : writeCount(before)}`
      : instead.of !== undefined
        ? 'this is what it counts from'
        : undefined;
  if (what === undefined) return [];
  const text = `${why}: ${what}${rule ? ` (${rule})` : ''}.`;
  return [{ kind: 'replaced', text, ...(rule ? { rule } : {}) }];
}

/** "Rule CAM-A-18, section 3 p7." */
function ruleReason(rules: readonly RuleId[], section: string | undefined): readonly Reason[] {
  const [first] = rules;
  if (first === undefined) return [];
  const names = rules.length === 1 ? `Rule ${first}` : `Rules ${andList(rules)}`;
  return [{ kind: 'rule', text: `${names}${section ? `, section ${section}` : ''}.`, rule: first }];
}

function beforeRule(because: readonly Reason[], reason: Reason): readonly Reason[] {
  return [...because.filter(({ kind }) => kind !== 'rule'), reason, ...because.filter(({ kind }) => kind === 'rule')];
}
