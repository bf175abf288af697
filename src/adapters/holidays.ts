/**
 * The working-day calendar of a council: the bank holidays of England and Wales that come with the product, a file of the
 * operator's own for what was proclaimed since, and the council's closure days.
 */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { buildCalendar, type Calendar, type Closure, type Holiday } from '../domain/time/calendar.ts';
import { type Day, parseDay } from '../domain/time/instant.ts';
import { type Fault, readSource, type Source, writeFault } from './protocol-files/source.ts';

export const BANK_HOLIDAYS = 'src/protocols/bank-holidays/england-and-wales.yaml';
const BANK_HOLIDAYS_PATH = fileURLToPath(new URL('../protocols/bank-holidays/england-and-wales.yaml', import.meta.url));

/** A year of England and Wales has at least so many; fewer is a list that was cut short. */
const FEWEST_A_YEAR = 8;

/** Every fault of the bank-holiday files at once, each as `file:line:col  words`. */
export class HolidaysFault extends Error {
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(`The bank holidays cannot be used:\n${faults.map(writeFault).join('\n')}`);
    this.name = 'HolidaysFault';
    this.faults = faults;
  }
}

export interface CalendarSources {
  /** Path of the operator's file (HOLIDAYS_FILE): the same shape, added to what comes with the product. */
  readonly extraFile?: string | undefined;
  /** The council's own closure days (AMB-54); `day` is `YYYY-MM-DD`. */
  readonly closures?: readonly { readonly day: string; readonly name: string }[] | undefined;
  /** Instead of the file that comes with the product; for tests. */
  readonly file?: string | undefined;
}

const day = z
  .string('must be a day like 2026-12-28')
  .refine(isRealDay, 'must be a day like 2026-12-28, and one that exists')
  .transform((text) => parseDay(text));
const text = z.string('must be text').trim().min(1, 'must not be empty');
const year = z
  .number('must be a year like 2026')
  .int()
  .min(1971, 'must be 1971 or later')
  .max(2199, 'must be 2199 or earlier');
const years = z
  .strictObject({ from: year, to: year })
  .refine(({ from, to }) => from <= to, '`from` must not be after `to`');

const holidaysFile = z.strictObject({
  title: text.optional(),
  /** Where the list can be looked up, and when it was last compared with that. */
  source: text,
  checked: day,
  /** Years of which the file, with what it adds to, lists every bank holiday. */
  years: years.optional(),
  published: years.optional(),
  rule: text.optional(),
  holidays: z.array(z.strictObject({ day, name: text, projected: z.boolean().default(false) })).default([]),
  /** Days of the file added to that are bank holidays no longer, as when one is moved by proclamation. */
  withdrawn: z.array(z.strictObject({ day, name: text })).default([]),
});
type HolidaysFile = z.output<typeof holidaysFile>;

interface Known {
  readonly holidays: ReadonlyMap<Day, Holiday>;
  readonly from: number;
  readonly to: number;
}

const calendars = new Map<string, Calendar>();

/**
 * The calendar of those sources, made once for each. A changed file is read at the next start.
 * @throws HolidaysFault with every fault of the files
 */
export function loadCalendar(sources: CalendarSources = {}): Calendar {
  const key = JSON.stringify([sources.file, sources.extraFile, sources.closures]);
  const made = calendars.get(key);
  if (made !== undefined) return made;
  const calendar = makeCalendar(sources);
  calendars.set(key, calendar);
  return calendar;
}

/** Every fault of those sources, none where they can be used; for `stepwise check`. */
export function faultsOfHolidays(sources: CalendarSources = {}): readonly Fault[] {
  try {
    makeCalendar(sources);
    return [];
  } catch (error) {
    if (error instanceof HolidaysFault) return error.faults;
    throw error;
  }
}

function makeCalendar({ extraFile, closures = [], file }: CalendarSources): Calendar {
  let known = add(undefined, read(file ?? BANK_HOLIDAYS_PATH, file ?? BANK_HOLIDAYS));
  if (extraFile !== undefined) known = add(known, read(extraFile, extraFile));
  return buildCalendar({
    holidays: [...known.holidays.values()],
    closures: closures.map(({ day, name }): Closure => ({ day: parseDay(day), name })),
    from: `${known.from}-01-01` as Day,
    to: `${known.to}-12-31` as Day,
    source: `${file ?? BANK_HOLIDAYS}, or to the file that HOLIDAYS_FILE names`,
  });
}

function read(path: string, shown: string): { readonly source: Source; readonly data: HolidaysFile } {
  let source: Source;
  try {
    source = readSource(path, shown);
  } catch (error) {
    // The words of the system name the fault (no such file, no permission) without a stack for whoever starts the bot.
    throw new HolidaysFault([{ file: shown, line: 1, col: 1, words: `cannot be read: ${(error as Error).message}` }]);
  }
  if (source.faults.length > 0) throw new HolidaysFault(source.faults);
  const parsed = holidaysFile.safeParse(source.value);
  if (parsed.success) return { source, data: parsed.data };
  throw new HolidaysFault(
    parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => fault(source, [...issue.path, key], `no word "${key}" belongs here`, 'key'))
        : [fault(source, issue.path, `${issue.path.join('.') || 'the file'}: ${issue.message}`)],
    ),
  );
}

/** The days of a file added to those known before it; a day listed again takes the newer name and standing. */
function add(
  base: Known | undefined,
  { source, data }: { readonly source: Source; readonly data: HolidaysFile },
): Known {
  const faults: Fault[] = [];
  const holidays = new Map(base?.holidays);
  const covers = data.years ?? base;
  if (covers === undefined)
    throw new HolidaysFault([fault(source, [], 'years: say which years the file lists in full')]);
  if (base !== undefined && (covers.from > base.to + 1 || covers.to < base.from - 1)) {
    faults.push(
      fault(source, ['years'], `years: ${base.from} to ${base.to} are known; the years in between are missing`),
    );
  }
  const from = Math.min(covers.from, base?.from ?? covers.from);
  const to = Math.max(covers.to, base?.to ?? covers.to);

  for (const [index, { day, name }] of data.withdrawn.entries()) {
    if (!holidays.delete(day))
      faults.push(fault(source, ['withdrawn', index, 'day'], `${name}: ${day} is no bank holiday`));
  }
  const seen = new Set<Day>();
  for (const [index, holiday] of data.holidays.entries()) {
    const at = ['holidays', index, 'day'];
    const inYear = Number(holiday.day.slice(0, 4));
    if (seen.has(holiday.day)) faults.push(fault(source, at, `${holiday.day} stands twice`));
    if (inYear < from || inYear > to) {
      faults.push(
        fault(
          source,
          at,
          `${holiday.day} lies outside ${from} to ${to}; name its year under \`years\` and list that year in full`,
        ),
      );
    }
    if (
      data.published !== undefined &&
      holiday.projected === (inYear >= data.published.from && inYear <= data.published.to)
    ) {
      const says = holiday.projected
        ? 'is published, so it is not projected'
        : 'is not published yet: add `projected: true`';
      faults.push(fault(source, at, `${inYear} ${says}`));
    }
    seen.add(holiday.day);
    holidays.set(holiday.day, holiday);
  }
  for (let listed = from; listed <= to; listed += 1) {
    if (base !== undefined && listed >= base.from && listed <= base.to) continue;
    const count = [...holidays.keys()].filter((day) => day.startsWith(String(listed))).length;
    if (count < FEWEST_A_YEAR) {
      faults.push(
        fault(source, ['years'], `${listed} has ${count} bank holidays; a whole year has at least ${FEWEST_A_YEAR}`),
      );
    }
  }
  if (faults.length > 0) throw new HolidaysFault(faults);
  return { holidays, from, to };
}

function fault(source: Source, path: readonly PropertyKey[], words: string, what?: 'key'): Fault {
  return { file: source.file, ...source.at(path, what), words };
}

function isRealDay(written: string): boolean {
  try {
    parseDay(written);
    return true;
  } catch {
    return false;
  }
}
