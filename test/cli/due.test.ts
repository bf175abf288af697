/** `stepwise due`, as scripts call it. */
import { jest } from '@jest/globals';
import { json, stepwise } from './run-stepwise.ts';

// Each question is a process of its own, which waits its turn on a busy machine.
jest.setTimeout(60_000);

interface Due {
  readonly rule: string;
  readonly due: string | null;
  readonly actBy: string | null;
  readonly because: readonly string[];
}

async function batch(
  lines: readonly unknown[],
): Promise<readonly (Partial<Due> & { readonly error?: string; readonly phrase?: string })[]> {
  const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const { exit, out } = await stepwise(['due', '--batch'], { input });
  expect(exit).toBe(0);
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('a rule and a time give the day, the day to act by, and why', async () => {
  const due = await json<Due>(['due', 'CAM-A-14', '--from', '2026-12-18T18:45:00Z']);
  expect(due).toMatchObject({ rule: 'CAM-A-14', due: '2026-12-22', actBy: '2026-12-22' });
  expect(due.because[0]).toBe('2 working days from Fri 18 Dec 2026, when the referral arrived.');
  expect(due.because.at(-1)).toContain('CAM-A-14');
});

test('without --json it reads like a card', async () => {
  const { exit, out } = await stepwise(['due', 'CAM-A-04', '--from', '2026-12-17T16:00']);
  expect(exit).toBe(0);
  expect(out).toContain('Due Tue 5 Jan 2027, 17:00');
  expect(out).toContain('Christmas Day (Fri 25 Dec)');
});

test('a phrase is counted without any protocol', async () => {
  expect(await json(['due', '10 working days after 2026-12-17'])).toMatchObject({
    due: '2027-01-05',
    actBy: '2027-01-05',
  });
});

test('a council can read a sentence in another way, and a family can have gone to panel', async () => {
  const from = '2026-12-17T10:00';
  const [panel, contact, mail, wrong] = await batch([
    { rule: 'CAM-A-24', from, set: { 'front-door': 'panel' } },
    { rule: 'CAM-B-06', from },
    { rule: 'CAM-B-06', from, set: { 'consultation-counts-from': 'e-mail' } },
    { rule: 'CAM-B-06', from, set: { 'consultation-counts-from': 'fax' } },
  ]);
  expect(panel?.due).toBe('2027-01-12');
  expect(contact?.due).toBe('2026-12-22');
  expect(contact?.because?.[0]).toContain('offer');
  expect(mail?.because?.[0]).toContain('referral');
  expect(wrong?.error).toContain('It has: contact, e-mail.');
});

test('--set takes a switch as the ledger prints it, and --sent the sending of an invitation', async () => {
  const notice = ['due', 'KNO-U-09', '--from', '2026-12-30T10:00'];
  expect(await json(notice)).toMatchObject({ due: '2026-12-21' });
  expect(await json([...notice, '--set', 'clearDays'])).toMatchObject({ due: '2026-12-18' });
  expect(await json(['due', 'KNO-U-09', '--sent', '2026-12-18T17:30'])).toMatchObject({ due: '2026-12-30' });
  expect((await stepwise([...notice, '--set', 'clear days?'])).exit).toBe(2);
});

test('every number that the ledger prints for these pathways comes out, in one batch', async () => {
  const expected: readonly (readonly [string, string, string | null])[] = [
    ['CAM-A-02', '2026-12-17', null],
    ['CAM-A-03', '2026-12-17', '2027-01-05'],
    ['CAM-A-04', '2026-12-17', '2027-01-05'],
    ['CAM-A-05', '2026-12-17', '2027-01-05'],
    ['CAM-A-14', '2026-12-18', '2026-12-22'],
    ['CAM-A-15', '2026-12-21', '2026-12-22'],
    ['CAM-A-16', '2026-12-18', '2026-12-29'],
    ['CAM-A-18', '2026-12-17', '2027-01-05'],
    ['CAM-A-24', '2026-12-17', '2027-01-05'],
    ['CAM-A-25', '2026-12-21T16:59', '2026-12-22'],
    ['CAM-A-25', '2026-12-21T17:00', '2026-12-29'],
    ['CAM-A-27', '2026-12-22', '2026-12-24'],
    ['CAM-A-28', '2026-12-17', '2027-01-12'],
    ['CAM-B-02', '2027-01-20', '2026-12-18'],
    ['CAM-B-04', '2026-12-18', '2026-12-21'],
    ['CAM-B-05', '2026-12-21', '2026-12-23'],
    ['CAM-B-06', '2026-12-22', '2026-12-29'],
    ['CAM-B-15', '2027-01-20', '2027-02-03'],
    ['CAM-B-16', '2027-02-01', '2027-02-15'],
    ['CAM-B-17', '2027-01-20', '2027-02-03'],
    ['CAM-B-18', '2027-01-20', '2027-01-27'],
  ];
  const found = await batch(expected.map(([rule, from]) => ({ rule, from })));
  expect(found.map(({ rule, due }, index) => [rule, expected[index]?.[1], due])).toEqual(expected);
  for (const { rule, because } of found) expect([rule, because?.length]).not.toEqual([rule, 0]);
});

test('ten thousand lines are answered in order, bad ones in their place', async () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => {
    if (index % 1_000 === 500) return 'not json';
    const day = String((index % 28) + 1).padStart(2, '0');
    return index % 2 === 0
      ? { rule: 'CAM-A-14', from: `2026-10-${day}T18:45:00Z` }
      : { phrase: '10 working days after', from: `2026-03-${day}` };
  });
  const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const { out } = await stepwise(['due', '--batch'], { input });
  const answers = out.trim().split('\n');
  expect(answers).toHaveLength(10_000);
  expect(JSON.parse(answers[500] ?? '')).toHaveProperty('error');
  expect(JSON.parse(answers[17] ?? '')).toMatchObject({ phrase: '10 working days after', due: '2026-04-01' });
  expect(JSON.parse(answers[18] ?? '')).toMatchObject({ rule: 'CAM-A-14', due: '2026-10-21' });
});

test('bad lines say what is wrong with them', async () => {
  const found = await batch([
    {},
    { rule: 'CAM-A-14' },
    { rule: 'CAM-A-14', from: 'soon' },
    '[]',
    { rule: 'CAM-A-99', from: '2026-12-17' },
    { phrase: 'whenever' },
    { rule: 'CAM-A-14', from: '2040-01-01' },
  ]);
  expect(found.map(({ error }) => typeof error)).toEqual(Array(7).fill('string'));
  expect(found[4]?.error).toContain('CAM-A-09');
  expect(found[6]?.error).toContain('HOLIDAYS_FILE');
});

test('what the protocol gives no number for has no date, and that is no error', async () => {
  const found = await batch([
    { rule: 'CAM-A-02', from: '2026-12-17' },
    { rule: 'CAM-A-07', from: '2026-12-17' },
    { rule: 'BSC-N-03', from: '2026-12-17' },
  ]);
  expect(found.map(({ due }) => due)).toEqual([null, null, null]);
  expect(found.map(({ because }) => because?.[0])).toEqual([
    expect.stringMatching(/^No number in the protocol/),
    expect.stringMatching(/^No number is counted here/),
    'The council has not set the day of the weekly review of requests for one to one support.',
  ]);
});

test('an unknown rule is a no with the nearest ones; a missing or unreadable date is bad usage', async () => {
  const unknown = await stepwise(['due', 'CAM-A-41', '--from', '2026-12-17', '--json']);
  expect(unknown.exit).toBe(1);
  expect(JSON.parse(unknown.out)).toHaveProperty('error');
  expect(unknown.err).toContain('Near it:');
  for (const args of [
    ['due'],
    ['due', 'CAM-A-14'],
    ['due', 'CAM-A-14', '--from', 'soon'],
    ['due', 'CAM-A-14', '--form', '2026-12-17'],
  ]) {
    const { exit, out, err } = await stepwise(args);
    expect([args, exit, out]).toEqual([args, 2, '']);
    expect(err).toContain('stepwise due');
  }
});
