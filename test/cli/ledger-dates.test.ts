/** `stepwise due` against dates that were counted by hand from the ledger: every rule with a number, every switch. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isOutcome, readData, readTime } from '../../src/cli/data.ts';
import { type DueAnswer, dueOfRule, type NoAnswer } from '../../src/cli/due-of-rule.ts';
import { makeRulebook } from '../../src/cli/rulebook.ts';
import { switchOf } from '../../src/cli/switches.ts';

interface Row {
  readonly rule: string;
  readonly from: string;
  readonly sent?: boolean;
  readonly set?: readonly string[];
  readonly due: string | null;
  readonly 'act-by'?: string;
  readonly says?: string;
}

const ROOT = join(import.meta.dirname, '../..');
const rows = parse(readFileSync(join(import.meta.dirname, 'ledger-dates.yaml'), 'utf8')) as readonly Row[];
const data = readData();
if (isOutcome(data)) throw new Error(data.error);
const book = makeRulebook(data);

function ask({ rule, from, sent, set }: Pick<Row, 'rule' | 'from' | 'sent' | 'set'>): DueAnswer | NoAnswer {
  const time = readTime(from);
  if (time === undefined) throw new Error(`${from} is no time`);
  const pairs = (set ?? []).map((text) => switchOf(text) ?? [text, '']);
  return dueOfRule(book, rule, { from: time, sent: sent === true, set: Object.fromEntries(pairs) });
}

const named = rows.map((row) => {
  const anchor = `${row.sent ? 'sent' : 'from'} ${row.from}`;
  const set = row.set === undefined ? '' : ` with ${row.set.join(' and ')}`;
  return [`${row.rule} ${anchor}${set}: ${row.due ?? 'no date'}`, row] as const;
});

test.each(named)('%s', (_, row) => {
  const found = ask(row);
  if ('error' in found) throw new Error(found.error);
  expect({ due: found.due, actBy: found.actBy }).toEqual({
    due: row.due,
    // Where limit and day to act by differ, the row says both; of hours only where it matters.
    actBy: row['act-by'] ?? (row.due?.includes('T') ? found.actBy : row.due),
  });
  expect(found.because.join(' ')).toContain(row.says ?? row.rule);
});

/** Section 7.2 of the ledger, rules by the kind of their number. */
const WITH_NUMBER = [
  ...['BSC-D-14', 'BSC-R-02', 'BSC-X-05', 'BSP-B-20'],
  ...['CAM-A-03', 'CAM-A-04', 'CAM-A-05', 'CAM-A-14', 'CAM-A-15', 'CAM-A-16', 'CAM-A-18', 'CAM-A-24', 'CAM-A-25'],
  ...['CAM-A-27', 'CAM-A-28', 'CAM-B-02', 'CAM-B-04', 'CAM-B-05', 'CAM-B-06', 'CAM-B-15', 'CAM-B-16', 'CAM-B-17'],
  ...['CAM-B-18', 'CAM-C-04'],
  ...['HER-A-05', 'HER-B-05', 'HER-C-05', 'HER-A-08', 'HER-B-08', 'HER-C-06', 'HER-B-12', 'HER-C-11', 'HER-B-13'],
  ...['HER-C-12', 'HER-A-09', 'HER-C-15', 'HER-D-05', 'HER-F-01'],
  ...['KNO-S-01', 'KNO-F-04', 'KNO-F-06', 'KNO-F-07', 'KNO-U-09', 'KNO-P-02', 'KNO-P-03', 'KNO-P-05'],
];
/** Weekly, on a day that the document does not print; or at once. */
const WITHOUT = [
  ...['BSC-U-04', 'BSC-U-06', 'BSC-N-03', 'BSC-N-04', 'BSP-B-15', 'CAM-A-02', 'HER-A-10', 'HER-B-14', 'HER-C-13'],
  ...['HER-D-03', 'HER-E-01', 'HER-E-02', 'HER-E-03'],
];

test('every rule of the ledger’s list of deadlines has a row, and every switch', () => {
  const dated = new Set(rows.filter(({ due }) => due !== null).map(({ rule }) => rule));
  const undated = new Set(rows.filter(({ due }) => due === null).map(({ rule }) => rule));
  expect(WITH_NUMBER.filter((rule) => !dated.has(rule))).toEqual([]);
  expect(WITHOUT.filter((rule) => !undated.has(rule))).toEqual([]);
  const switched = rows.flatMap(({ set }) => set ?? []).join(' ');
  const switches = ['unit=workingDays', 'rollToWorkingTime', 'strict', 'lateCountsAsNextDay', 'clearDays', 'anchor=T0'];
  const anchors = ['anchor=e-mail date', 'anchor=initial-taf', 'anchor=step-down', 'anchor=ICS closure'];
  const others = ['AMB-30=calendar', 'AMB-32=calendar', 'every=2 weeks', 'bank-holiday=keep', 'weekday=', 'dates='];
  expect([...switches, ...anchors, ...others].filter((each) => !switched.includes(each))).toEqual([]);
});

test('hours are not counted from a day without a time', () => {
  expect(ask({ rule: 'HER-B-12', from: '2026-12-18' })).toEqual({ error: expect.stringContaining('a time of day') });
});

test('the first day for a meeting is asked of a notice and of nothing else', () => {
  expect(ask({ rule: 'CAM-A-14', from: '2026-12-18', sent: true })).toEqual({
    error: expect.stringContaining('--from instead of --sent'),
  });
});

test('a switch that is none is refused with those that there are', () => {
  expect(ask({ rule: 'HER-B-12', from: '2026-12-18T15:00', set: ['rollToWorkTime=true'] })).toEqual({
    error: expect.stringMatching(/No setting or step.*twenty-four-hours/),
  });
  expect(ask({ rule: 'BSC-N-03', from: '2026-12-18', set: ['weekday=Sunday'] })).toEqual({
    error: expect.stringContaining('Monday'),
  });
});

const worked = join(ROOT, '../shared/worked-dates.json');
const ledger = join(ROOT, '../shared/rules-ledger.json');
const SKIPPED = '(skipped where the ledger is not beside the project)';

(existsSync(worked) ? test : test.skip)(`the worked dates of the ledger come out ${SKIPPED}`, () => {
  const all = JSON.parse(readFileSync(worked, 'utf8')) as readonly {
    readonly id: string;
    readonly rule: string;
    readonly at: string;
    readonly due: string;
  }[];
  expect(all).toHaveLength(9);
  const found = all.map(({ id, rule, at }) => {
    const answer = ask({ rule, from: at });
    return [id, 'error' in answer ? answer.error : answer.due];
  });
  const instant = (text: string) => (text.includes('T') ? new Date(text).toISOString() : text);
  expect(found).toEqual(all.map(({ id, due }) => [id, instant(due)]));
});

(existsSync(ledger) ? test : test.skip)(
  `every rule of the ledger has a date or a reason for having none ${SKIPPED}`,
  () => {
    const rules = (JSON.parse(readFileSync(ledger, 'utf8')) as readonly { readonly id: string }[]).map(({ id }) => id);
    expect(rules).toHaveLength(311);
    const without = rules.filter((rule) => {
      const answer = ask({ rule, from: '2026-12-17T10:00' });
      return 'error' in answer || answer.because.length === 0;
    });
    expect(without).toEqual([]);
  },
);
