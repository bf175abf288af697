/** The date that a ledger rule asks for, counted from a given day or moment: the same count, with the same reasons, as on a case. */
import { nearestOnes } from '../adapters/protocol-files/near.ts';
import type { Reading } from '../domain/case/reading.ts';
import { dayOfTime, type Time } from '../domain/case/times.ts';
import type { Truth } from '../domain/case/types.ts';
import { dateOf } from '../domain/due.ts';
import type { Cycle, Step } from '../domain/protocol/types.ts';
import { BeyondCalendar } from '../domain/time/calendar.ts';
import type { Count, Counted } from '../domain/time/count.ts';
import { earliestWithNotice, HoursNeedAMoment } from '../domain/time/count-from.ts';
import {
  type Day,
  dayOf,
  type Instant,
  instantAt,
  isDay,
  NotATime,
  parseDay,
  timeOf,
  writeDay,
} from '../domain/time/instant.ts';
import { CLOSES, OPENS } from '../domain/time/office-hours.ts';
import type { DatedRule, Rulebook, Undated } from './rulebook.ts';
import { readSwitches, type Switches } from './switches.ts';

/** Due of a rule. `due` is a day; for counts of hours a moment; null where the protocol gives no number. */
export interface DueAnswer {
  readonly rule: string;
  readonly due: string | null;
  readonly actBy: string | null;
  readonly because: readonly string[];
  readonly dueAt?: string;
  readonly kind?: string;
  readonly section?: string;
  readonly projected?: boolean;
  readonly pathway?: string;
  /** When the bot reminds by its own count, where the protocol gives no number. */
  readonly house?: string;
}

export interface NoAnswer {
  readonly error: string;
}

export interface Asked {
  readonly from: Time;
  /** `from` is when the invitation goes, not the meeting: the answer is the first day on which the meeting may be held. */
  readonly sent?: boolean;
  readonly set: Readonly<Record<string, string>>;
}

/**
 * @example dueOfRule(book, 'CAM-A-14', { from: parseInstant('2026-12-18T18:45:00Z'), set: {} }) // { due: '2026-12-22', … }
 */
export function dueOfRule(book: Rulebook, rule: string, asked: Asked): DueAnswer | NoAnswer {
  const found = book.dated.get(rule);
  if (found) return dueOf(book, rule, found, asked);
  const without = book.undated.get(rule);
  if (without !== undefined) return withoutNumber(book, rule, without, asked);
  const near = nearestOnes(rule, [...book.dated.keys(), ...book.undated.keys()], 3);
  return { error: `No rule is called "${rule}" here.${near.length > 0 ? ` Near it: ${near.join(', ')}.` : ''}` };
}

function withoutNumber(book: Rulebook, rule: string, { why, house }: Undated, asked: Asked): DueAnswer {
  const reminded = house && dueOf(book, rule, house, { ...asked, sent: false });
  if (reminded === undefined || 'error' in reminded || reminded.due === null)
    return { rule, due: null, actBy: null, because: [why] };
  const day = writeDay(isDay(reminded.due as Day | Instant) ? (reminded.due as Day) : dayOf(reminded.due as Instant));
  const own = `The bot reminds by its own count all the same, which is not the protocol's: ${day}.`;
  return { rule, due: null, actBy: null, because: [why, own], house: reminded.due };
}

function dueOf(book: Rulebook, rule: string, found: DatedRule, { from, sent, set }: Asked): DueAnswer | NoAnswer {
  const at = withCycle(found, from, set);
  if ('error' in at) return at;
  const switches = readSwitches(at.protocol, at.rest);
  if ('error' in switches) return switches;
  const reading = book.readings.get(at.protocol.id);
  if (reading === undefined) return { error: `No pathway is called "${at.protocol.id}".` };
  const asking = { ...at, rule, from, switches, reading: { ...reading, protocol: at.protocol } };
  try {
    return counted(book, asking, sent ?? false);
  } catch (error) {
    if (error instanceof BeyondCalendar || error instanceof HoursNeedAMoment) return { error: error.message };
    throw error;
  }
}

interface Asking extends AtCycle {
  readonly rule: string;
  readonly from: Time;
  readonly switches: Switches;
  readonly reading: Reading;
}

function counted(book: Rulebook, asking: Asking, sent: boolean): DueAnswer | NoAnswer {
  const { protocol, due, rule, from, reading } = asking;
  const calendar = book.data.protocols.calendar(protocol.council.id);
  const clock = due.form === 'clock' ? protocol.clocks[due.clock] : due;
  if (clock === undefined || clock.form === 'at-once' || clock.form === 'clock')
    return { error: `The clock of ${rule} has no count.` };
  const instead = clock.instead.find(({ when }) => isTrue(asking, when));
  const count = instead?.count ?? ('count' in clock ? clock.count : undefined);

  if (clock.form === 'notice' && count !== undefined) {
    const inferred = !sent && noMeetingThen(from, calendar);
    if (sent || inferred) return fromSending(asking, calendar, count, inferred);
  } else if (sent) return { error: `${rule} is no notice before a meeting: give --from instead of --sent.` };

  const anchor = instead?.of ?? (clock.form === 'notice' ? clock.before : clock.of);
  const truth = (ref: string): Truth =>
    ref === anchor || isTrue(asking, ref) ? { is: 'true', at: from } : ref.startsWith('setting.') ? FALSE : UNKNOWN;
  // The anchor is taken as known: what is asked is a count, not whether a family's date may still move.
  const now = isDay(from) ? instantAt(from, '23:59') : from;
  const dated = dateOf({ ...reading, truth }, due, calendar, now);
  if (dated === undefined) {
    const cycle = due.form === 'next' ? protocol.council.cycles[due.cycle] : undefined;
    if (cycle === undefined) return { error: `${rule} cannot be counted from that.` };
    return { rule, due: null, actBy: null, because: [notSet(cycle), `Rule ${rule}.`], pathway: protocol.id };
  }
  const first = asking.unset === undefined ? [] : [{ kind: 'anchor' as const, text: asking.unset }];
  return written(
    asking,
    { ...dated.counted, because: [...first, ...dated.counted.because] },
    {
      hours: count?.unit === 'hours',
      kind: asking.kind ?? dated.kind,
      ...(dated.section === undefined ? {} : { section: dated.section }),
    },
  );
}

const FALSE: Truth = { is: 'false' };
const UNKNOWN: Truth = { is: 'unknown' };

/** Of a condition only what settings and the courses that were asked about make of it. */
function isTrue(asking: Asking, ref: string): boolean {
  const { protocol, switches, entry } = asking;
  const [head = '', name = '', option = ''] = ref.split('.');
  if (ref === entry) return true;
  if (head === 'setting') return (switches.settings[name] ?? protocol.council.settings[name]?.default) === option;
  const condition = name === '' ? protocol.conditions[head] : undefined;
  if (condition === undefined) return switches.courses[head] === name && name !== '';
  const { all, any, none, window } = condition;
  return (
    window === undefined &&
    none.length === 0 &&
    all.length + any.length > 0 &&
    all.every((member) => isTrue(asking, member)) &&
    (any.length === 0 || any.some((member) => isTrue(asking, member)))
  );
}

/** The meeting may be held from this day on; on a weekday that the protocol prefers where it has one (KNO-U-10). */
function fromSending(
  asking: Asking,
  calendar: Parameters<typeof earliestWithNotice>[2],
  count: Count,
  inferred: boolean,
): DueAnswer {
  const { from, due, step } = asking;
  const weekday = preferred(step);
  const found = earliestWithNotice(from, count, calendar, { weekday });
  const first =
    inferred && !isDay(from) ? [`No meeting begins at ${timeOf(from)}: this is when the invitation goes.`] : [];
  return written(
    asking,
    { ...found, because: [...first.map((text) => ({ kind: 'anchor' as const, text })), ...found.because] },
    { hours: false, kind: 'earliest', ...(due.section === undefined ? {} : { section: due.section }) },
  );
}

function preferred(step: Step | undefined) {
  return step?.kind === 'meet' ? step.preferWeekday : undefined;
}

/** Outside the hours in which staff meet: so it is the sending that is meant (WD-23), not the meeting. */
function noMeetingThen(from: Time, calendar: Parameters<typeof earliestWithNotice>[2]): boolean {
  if (isDay(from)) return false;
  return !calendar.isWorkingDay(dayOf(from)) || timeOf(from) < OPENS || timeOf(from) > CLOSES;
}

function written(
  { rule, protocol }: Asking,
  found: Counted,
  { hours, kind, section }: { readonly hours: boolean; readonly kind: string; readonly section?: string },
): DueAnswer {
  const texts = found.because.map(({ text }) => text);
  return {
    rule,
    due: hours ? found.dueAt : found.due,
    actBy: hours ? found.actByAt : found.actBy,
    because: texts.some((text) => text.includes(rule)) ? texts : [...texts, `Rule ${rule}.`],
    dueAt: found.dueAt,
    kind,
    ...(section === undefined ? {} : { section }),
    projected: found.projected,
    pathway: protocol.id,
  };
}

// ---- forums --------------------------------------------------------------------------------------------------------

interface AtCycle extends DatedRule {
  readonly rest: Readonly<Record<string, string>>;
  /** Said where the day asked about is taken for a session of the forum. */
  readonly unset?: string;
}

/**
 * `--set weekday=Tuesday`, `--set from=2026-12-01`, `--set every="2 weeks"`: a forum whose day the council has not set yet
 * (AMB-08, AMB-19), or which another council holds more often (AMB-33) or moves from bank holidays (AMB-27).
 */
function withCycle(found: DatedRule, asked: Time, set: Readonly<Record<string, string>>): AtCycle | NoAnswer {
  const id = found.cycle ?? (found.due.form === 'next' ? found.due.cycle : undefined);
  const cycle = id === undefined ? undefined : found.protocol.council.cycles[id];
  if (id === undefined || cycle === undefined) return { ...found, rest: set };
  const { weekday, from, dates, every, 'bank-holiday': moved, ...rest } = set;
  const changed: { -readonly [K in keyof Cycle]?: Cycle[K] } = {};
  if (weekday !== undefined) {
    const day = WEEKDAYS.find((each) => each.toLowerCase() === weekday.toLowerCase());
    if (day === undefined) return { error: `"${weekday}" is no working weekday: one of ${WEEKDAYS.join(', ')}.` };
    changed.weekday = day;
  }
  if (every !== undefined) {
    const [, n = '1', unit] = /^(?:(\d+) )?(week|month)s?$/.exec(every) ?? [];
    if (unit === undefined || Number(n) < 1)
      return { error: `"${every}" is not like week, 2 weeks, month or 2 months.` };
    changed.every = { n: Number(n), unit: unit === 'week' ? 'weeks' : 'months' };
  }
  if (moved !== undefined) {
    const way = MOVES.find((each) => each === moved.toLowerCase());
    if (way === undefined) return { error: `"${moved}" is not one of ${MOVES.join(', ')}.` };
    changed.bankHoliday = way;
  }
  try {
    if (from !== undefined) changed.from = parseDay(from);
    if (dates !== undefined) changed.dates = dates.split(',').map((date): Day => parseDay(date.trim()));
  } catch (error) {
    if (error instanceof NotATime) return { error: error.message };
    throw error;
  }
  const { every: often, from: first } = { ...cycle, ...changed };
  const counted = typeof often === 'object' && !isWeekly(often) && first === undefined;
  if (counted) changed.from = dayOfTime(asked);
  const now: Cycle = { ...cycle, ...changed };
  const council = { ...found.protocol.council, cycles: { ...found.protocol.council.cycles, [id]: now } };
  const protocol = Object.keys(changed).length === 0 ? found.protocol : { ...found.protocol, council };
  const unset = `The council has not set the days of the ${now.title}: this counts from the one on ${writeDay(dayOfTime(asked))}.`;
  return { ...found, protocol, rest, ...(counted ? { unset } : {}) };
}

/** The day of a weekly forum is a weekday; there is nothing to count it from. */
function isWeekly(every: Cycle['every']): boolean {
  return typeof every === 'object' && every.unit === 'weeks' && every.n === 1;
}

const MOVES = ['skip', 'keep', 'earlier', 'later'] as const;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;

function notSet(cycle: Cycle): string {
  const listed = cycle.dates.length + Object.values(cycle.datesOfTeam).flat().length > 0;
  const unset =
    cycle.every === 'dates' && listed ? 'a later day of' : cycle.every === 'dates' ? 'the days of' : 'the day of';
  return `The council has not set ${unset} the ${cycle.title}.`;
}
