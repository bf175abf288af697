/** The search for a time beside the plain way: every half hour held against every entry with luxon's Interval. */
import { DateTime, Interval } from 'luxon';
import { loadCalendar } from '../../src/adapters/holidays.ts';
import type { Attendee } from '../../src/domain/slots/diary.ts';
import { findSlots } from '../../src/domain/slots/find-slots.ts';
import { addMinutes, instantAt, parseDay, parseInstant } from '../../src/domain/time/instant.ts';
import { against, inTurns, round, type Table } from './print.ts';

const ZONE = 'Europe/London';
const MINUTES = 60;

export async function times(): Promise<Table> {
  const calendar = loadCalendar();
  const rows = [2, 8, 20].map((count) => {
    const people = Array.from({ length: count }, (_, index) => fullDiary(index));
    const window = { from: parseInstant('2027-01-11T08:30:00Z'), to: parseInstant('2027-02-05T17:00:00Z') };
    const search = { people, window, durationMinutes: MINUTES, bufferMinutes: 15, calendar, most: 3, mostADay: 1 };
    const taken = people.map(({ busy }) =>
      busy.map(({ start, end }) =>
        Interval.fromDateTimes(
          DateTime.fromISO(start).minus({ minutes: 15 }),
          DateTime.fromISO(end).plus({ minutes: 15 }),
        ),
      ),
    );
    const [ours, peers] = inTurns(
      () => findSlots(search),
      () => sweep(taken, window.from, window.to),
      3,
      3,
    );
    return [`${count} people, 4 weeks`, round(ours), round(peers), against(ours, peers)];
  });
  return {
    title: 'A time for a meeting: microseconds for one search',
    how: 'Three times on which all are free, diaries about three quarters full. Peer: a sweep in half hours with Interval of luxon, without bank holidays, reasons or blockers.',
    columns: ['', 'Stepwise', 'luxon sweep', ''],
    rows,
  };
}

/** Entries that leave about a quarter of each day free, differently for each person; always the same for the same number. */
function fullDiary(seed: number): Attendee {
  const busy = Array.from({ length: 20 }, (_, day) => {
    const date = parseDay(
      DateTime.fromISO('2027-01-11')
        .plus({ weeks: Math.floor(day / 5), days: day % 5 })
        .toISODate() as string,
    );
    return [0, 1, 2].map((entry) => {
      const start = addMinutes(instantAt(date, '08:30'), entry * 165 + ((seed * 7 + day * 13 + entry * 5) % 4) * 15);
      return { start, end: addMinutes(start, 105), kind: 'busy' as const };
    });
  }).flat();
  return { id: `p${seed}`, required: true, busy };
}

function sweep(taken: readonly (readonly Interval[])[], from: string, to: string): DateTime[] {
  const found: DateTime[] = [];
  const end = DateTime.fromISO(to, { zone: ZONE });
  let start = DateTime.fromISO(from, { zone: ZONE });
  while (start < end && found.length < 3) {
    const slot = Interval.after(start, { minutes: MINUTES });
    const inHours = start.weekday < 6 && start.hour >= 8 && start.plus({ minutes: MINUTES }).hour < 17;
    if (inHours && taken.every((entries) => entries.every((entry) => !entry.overlaps(slot)))) {
      found.push(start);
      start = start.plus({ days: 1 }).set({ hour: 8, minute: 30 });
    } else start = start.plus({ minutes: 30 });
  }
  return found;
}
