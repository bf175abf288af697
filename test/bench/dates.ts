/** Working-day arithmetic beside date-fns, the most used library that has any. */
import { addBusinessDays } from 'date-fns';
import { loadCalendar } from '../../src/adapters/holidays.ts';
import { countAfter } from '../../src/domain/time/count-from.ts';
import { parseDay, parseInstant } from '../../src/domain/time/instant.ts';
import { against, inTurns, round, type Table } from './print.ts';

export async function dates(): Promise<Table> {
  const calendar = loadCalendar();
  const day = parseDay('2026-12-17');
  const instant = parseInstant('2026-12-17T16:20:00Z');
  const date = new Date('2026-12-17T12:00:00Z');
  const rows = [10, 60, 500].map((n) => {
    const [ours, peers] = inTurns(
      () => calendar.addWorkingDays(day, n),
      () => addBusinessDays(date, n),
      20_000,
    );
    return [`day + ${n} working days`, round(ours), round(peers), against(ours, peers)];
  });
  const [whole, bare] = inTurns(
    () => countAfter(instant, { n: 10, unit: 'working days' }, calendar),
    () => addBusinessDays(date, 10),
    5_000,
  );
  return {
    title: 'Dates: microseconds for one',
    how: 'Peer: addBusinessDays of date-fns, which knows weekends and no bank holidays. The last row is a whole deadline with its reasons.',
    columns: ['', 'Stepwise', 'date-fns', ''],
    rows: [...rows, ['deadline with reasons', round(whole), round(bare), against(whole, bare)]],
  };
}
