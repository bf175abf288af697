import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { loadCalendar } from '../../../src/adapters/holidays.ts';
import type { Count, Counted } from '../../../src/domain/time/count.ts';
import { countAfter, countBefore, earliestWithNotice } from '../../../src/domain/time/count-from.ts';
import type { Weekday } from '../../../src/domain/time/day-number.ts';
import { parseInstant } from '../../../src/domain/time/instant.ts';

interface WorkedDate {
  readonly id: string;
  readonly rule: string;
  readonly at: string;
  readonly due: string;
  readonly count: Count;
  readonly direction?: 'before' | 'notice';
  readonly weekday?: Weekday;
  readonly 'act-by'?: string;
}

const calendar = loadCalendar();
const worked: readonly WorkedDate[] = parse(readFileSync(new URL('./worked-dates.yaml', import.meta.url), 'utf8'));

function count({ at, count: asked, direction, weekday }: WorkedDate): Counted {
  const anchor = parseInstant(at);
  if (direction === 'before') return countBefore(anchor, asked, calendar);
  if (direction === 'notice') return earliestWithNotice(anchor, asked, calendar, { weekday });
  return countAfter(anchor, asked, calendar);
}

describe('the worked dates of the ledger', () => {
  test.each(worked)('$id: $rule, counted from $at, is due $due', (example) => {
    const counted = count(example);
    if (example.due.includes('T')) expect(counted.dueAt).toBe(parseInstant(example.due));
    else expect(counted.due).toBe(example.due);
    expect(counted.actBy).toBe(example['act-by'] ?? counted.due);
  });

  const ledger = fileURLToPath(new URL('../../../../shared/worked-dates.json', import.meta.url));
  const here = existsSync(ledger) ? test : test.skip;
  here('are the same as in the ledger itself (skipped where the ledger is not at hand)', () => {
    const printed: readonly WorkedDate[] = JSON.parse(readFileSync(ledger, 'utf8'));
    expect(printed.map(({ id, rule, at, due }) => ({ id, rule, at, due }))).toEqual(
      worked.map(({ id, rule, at, due }) => ({ id, rule, at, due })),
    );
  });
});
