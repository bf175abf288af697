/**
 * Run by `every-day.test.ts` as a process of its own, in a time zone of the test's choosing: holds every addition of -60 to 60
 * working days on every day of 2015 to 2035 against a day-by-day walk that shares no code with the calendar, and prints what
 * it saw, so that the zones can be compared.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadCalendar } from '../../../src/adapters/holidays.ts';
import { BeyondCalendar } from '../../../src/domain/time/calendar.ts';
import { countAfter } from '../../../src/domain/time/count-from.ts';
import { type Day, dayOf, instantAt, parseInstant, timeOf, writeInstant } from '../../../src/domain/time/instant.ts';

const FURTHEST = 60;
const calendar = loadCalendar();
const file = new URL('../../../src/protocols/bank-holidays/england-and-wales.yaml', import.meta.url);
const listed = new Set(
  (parse(readFileSync(file, 'utf8')) as { holidays: { day: string }[] }).holidays.map(({ day }) => day),
);

const days: string[] = [];
const working: boolean[] = [];
for (let at = Date.UTC(2015, 0, 1); at <= Date.UTC(2035, 11, 31); at += 86_400_000) {
  const date = new Date(at);
  days.push(date.toISOString().slice(0, 10));
  working.push(date.getUTCDay() % 6 !== 0 && !listed.has(date.toISOString().slice(0, 10)));
}

let checked = 0;
let refused = 0;
const wrong: string[] = [];

function check(day: string, n: number, expected: string | undefined): void {
  checked += 1;
  let found: string | undefined;
  try {
    found = calendar.addWorkingDays(day as Day, n);
  } catch (error) {
    if (!(error instanceof BeyondCalendar)) throw error;
    refused += 1;
  }
  if (found !== expected) wrong.push(`${day} ${n}: ${found} instead of ${expected}`);
}

for (const [index, day] of days.entries()) {
  check(day, 0, day);
  for (const direction of [1, -1]) {
    let position = index;
    for (let n = 1; n <= FURTHEST; n += 1) {
      do position += direction;
      while (position >= 0 && position < days.length && !working[position]);
      check(day, n * direction, days[position]);
    }
  }
}

const seen = createHash('sha256');
for (const day of days.slice(4_000, 5_500) as Day[]) {
  for (const time of ['00:30', '08:30', '17:00', '23:45']) {
    const instant = instantAt(day, time);
    const counted = countAfter(instant, { n: 24, unit: 'hours' }, calendar);
    seen.update(JSON.stringify([instant, dayOf(instant), timeOf(instant), writeInstant(instant), counted]));
  }
}
seen.update(parseInstant('2026-07-01T09:00'));

console.log(
  JSON.stringify({
    offset: -new Date(Date.UTC(2026, 6, 1)).getTimezoneOffset(),
    seen: { checked, refused, wrong: wrong.slice(0, 5), digest: seen.digest('hex') },
  }),
);
