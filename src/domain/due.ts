/**
 * When things are due, and why. Derived from the facts each time, never stored as truth: a corrected fact moves every date that
 * rests on it. Each date carries its reasons: what it counts from, what was passed over, and last the rule.
 */
import { endingOf } from './case/ending.ts';
import { type Reading, readCase } from './case/reading.ts';
import { capital, explainReference, outcomeWords } from './case/references.ts';
import { own } from './case/steps.ts';
import { compareTimes, dayOfTime, type Time } from './case/times.ts';
import type { Case, Deadline } from './case/types.ts';
import type { Cycle, Due, Protocol, Ref, RuleId, Step } from './protocol/types.ts';
import type { Calendar } from './time/calendar.ts';
import type { Count, Counted, Reason } from './time/count.ts';
import { countAfter, nextSession, noticeLatestSend } from './time/count-from.ts';
import type { WeeklyCycle } from './time/cycles.ts';
import { type Instant, instantAt, isDay, writeDay } from './time/instant.ts';
import { endOf } from './time/office-hours.ts';
import { whyNoWorkingDay, writeCount } from './time/reasons.ts';

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
 * and the earliest is `effective` (AMB-59). Optional steps owe nothing; `at-once` has no date.
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
  if (step.optional) return [];
  const standing = reading.standing(step);
  if (standing.state === 'not-applicable' || (ended && standing.state !== 'done')) return [];
  const found = step.due.flatMap((due): Deadline[] => {
    const dated = dateOf(reading, due, calendar, now, step);
    if (dated === undefined) return [];
    const moment = due.moment === undefined ? undefined : reading.truth(`${step.id}.${due.moment}`);
    const metAt = moment?.is === 'true' ? moment.at : standing.state === 'done' ? standing.since : undefined;
    const { counted, ...rest } = dated;
    return [{ ...counted, ...rest, step: step.id, effective: false, ...(metAt === undefined ? {} : { metAt }) }];
  });
  const open = standing.state === 'done' ? found : found.filter(({ metAt }) => metAt === undefined);
  const earliest = open.reduce<Deadline | undefined>(
    (first, each) => (first && first.dueAt <= each.dueAt ? first : each),
    undefined,
  );
  return found.map((each) => {
    if (each !== earliest) return each;
    // The step's own limit stands first in the data; where another ends before it, the reader is told (AMB-59).
    const own = open[0];
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
  const anchor = anchorOf(reading, ref, now, instead?.of === undefined ? due.anchorIs : undefined);
  if (anchor === undefined) return undefined;
  const counted = count(reading, due, instead, anchor, calendar, step);
  if (counted === undefined) return undefined;
  const rules = [...new Set([...due.rules, ...(instead?.rules ?? [])])];
  const because: Reason[] = [...counted.because];
  if (anchor.provisional)
    because.push({ kind: 'provisional', text: 'That date is still to come: if it changes, so does this.' });
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
}

function anchorOf(reading: Reading, ref: Ref, now: Instant, anchorIs: string | undefined): Anchor | undefined {
  const [head = '', ...rest] = ref.split('.');
  const expects = rest.length === 0 && own(reading.protocol.facts, head)?.expected === true;
  const known = reading.truth(ref);
  const expected = known.is !== 'true' && expects;
  const truth = expected ? reading.truth(`${head}.expected`) : known;
  if (truth.is !== 'true') return undefined;
  const clause = explainReference(reading.protocol, expected ? `${head}.expected` : ref) ?? ref;
  const words = anchorIs !== undefined && !expected ? anchorIs : `when ${clause}`;
  const ahead = isDay(truth.at) ? truth.at > dayOfTime(now) : truth.at > now;
  return { at: truth.at, words, provisional: ahead };
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
  const plain = instead?.count ?? due.count;
  const counted =
    due.form === 'notice'
      ? noticeLatestSend(anchor.at, plain, calendar, { anchorIs: anchor.words })
      : rolled(anchor, plain, instead?.roll ?? due.roll, calendar);
  if (instead?.count === undefined) return counted;
  const [first, ...rest] = counted.because;
  return { ...counted, because: [...(first ? [first] : []), replaced(reading, instead, due.count), ...rest] };
}

/** The first session after the anchor, and after each one that did not take place. */
export function session(
  reading: Reading,
  cycle: Cycle,
  from: Time,
  calendar: Calendar,
  step: Step | undefined,
): Counted {
  const missed = step && reading.factsOf(step.id, 'not-held').at(-1);
  const anchor = missed && compareTimes(missed.at, from) > 0 ? missed.at : from;
  // A day without an hour takes the earlier session: nobody is told a later date than the protocol's.
  const found = nextSession(weekly(cycle), isDay(anchor) ? instantAt(anchor, '00:00') : anchor, calendar);
  const { cutOffAt: _, ...counted } = found;
  return counted;
}

export function weekly(cycle: Cycle): WeeklyCycle {
  return {
    weekday: cycle.weekday ?? 'working day',
    bankHoliday: cycle.bankHoliday === 'skip' ? 'skip' : 'later',
    ...(cycle.cutOffWorkingDays > 0
      ? { cutOff: { n: cycle.cutOffWorkingDays, unit: 'working days' as const, time: '17:00' } }
      : {}),
  };
}

function rolled(
  anchor: Anchor,
  plain: Count,
  roll: 'next-working-day' | 'previous-working-day' | undefined,
  calendar: Calendar,
): Counted {
  const counted = countAfter(anchor.at, plain, calendar, {
    anchorIs: anchor.words,
    roll: roll === 'next-working-day' ? roll : undefined,
  });
  if (roll === undefined || plain.unit === 'hours' || calendar.isWorkingDay(counted.due)) return counted;
  const day = calendar.firstWorkingDayOnOrAfter(counted.due);
  const text = `${writeDay(counted.due)} ${whyNoWorkingDay(counted.due, calendar)}, so the next working day, ${writeDay(day)}.`;
  const because = [
    ...counted.because.filter(({ kind }) => kind !== 'act-by'),
    { kind: 'replaced' as const, text, day },
  ];
  return { ...counted, due: day, dueAt: endOf(day), actBy: day, actByAt: endOf(day), because };
}

/** "Referred to panel: 15 working days instead of 10 (CAM-A-24)." */
function replaced(reading: Reading, instead: NonNullable<Instead>, before: Count): Reason {
  const [head = '', part = ''] = instead.when.split('.');
  const step = own(reading.protocol.steps, head);
  const why =
    step && part !== ''
      ? outcomeWords(step, part)
      : capital(explainReference(reading.protocol, instead.when) ?? instead.when);
  const now = instead.count ?? before;
  const was = now.unit === before.unit ? String(before.n) : writeCount(before);
  const rule = instead.rules[0];
  return {
    kind: 'replaced',
    text: `${why}: ${writeCount(now)} instead of ${was}${rule ? ` (${rule})` : ''}.`,
    ...(rule ? { rule } : {}),
  };
}

/** "Rule CAM-A-18, section 3 p7." */
function ruleReason(rules: readonly RuleId[], section: string | undefined): readonly Reason[] {
  const [first] = rules;
  if (first === undefined) return [];
  const names = rules.length === 1 ? `Rule ${first}` : `Rules ${rules.slice(0, -1).join(', ')} and ${rules.at(-1)}`;
  return [{ kind: 'rule', text: `${names}${section ? `, section ${section}` : ''}.`, rule: first }];
}

function beforeRule(because: readonly Reason[], reason: Reason): readonly Reason[] {
  return [...because.filter(({ kind }) => kind !== 'rule'), reason, ...because.filter(({ kind }) => kind === 'rule')];
}
