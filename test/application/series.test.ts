/** A meeting every six weeks, of a made-up council: after each time its owner is asked anew for the next one, shortly before its date. */
import { resolve } from 'node:path';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { CaseEvent, Command } from '../../src/domain/case/types.ts';
import { type Instant, writeInstant } from '../../src/domain/time/instant.ts';
import { plain } from './drawing.ts';
import { key, ok, record } from './story.ts';
import { london, openWorld, type TestWorld } from './world.ts';

const FOLDER = resolve(import.meta.dirname, '../bot/every-kind');
const PATHWAY = 'anyshire/everything';
const ID = 'series';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld({ protocols: { folder: FOLDER, council: 'anyshire' }, start: london('2026-12-17', '10:00') });
  await begin();
});
afterEach(() => at.close());

function who(role: string): string {
  const found = at.sandbox.context.tenant.people.find((person) => person.role === role);
  if (!found) throw new Error(`Nobody is a ${role}.`);
  return found.id;
}

/** A case on which the lead is named, so that the series has begun. */
async function begin(): Promise<void> {
  const { version } = at.world.protocols.get(PATHWAY);
  const by = { recordedAt: at.now(), by: who('social-worker') };
  const fact = (name: string, answers = {}): CaseEvent => ({
    ...{ ...by, type: 'fact-recorded', fact: name, at: at.now(), answers, commandKey: `c-${name}` },
  });
  const events: CaseEvent[] = [
    {
      ...{ ...by, type: 'case-opened', reference: 'ANY-2222', council: 'anyshire', pathway: PATHWAY, version },
      ...{ children: ['c1'], settings: {}, role: 'social-worker', commandKey: 'c-open' },
    },
    fact('lead', { lead: who('early-help-manager') }),
  ];
  const row = { id: ID, reference: 'ANY-2222', council: 'anyshire', pathway: PATHWAY, status: 'open', holder: '' };
  await at.store.append({
    ...{ caseId: ID, expectedSeq: 0, events, deadlines: [], outbox: [] },
    row: { ...row, status: 'open', team: null, children: 1, openedAt: at.now(), updatedAt: at.now(), people: [] },
  });
}

async function press(...commands: Command[]): Promise<CaseSheet> {
  ok(await at.stepwise.perform(who('social-worker'), ID, commands, key()));
  await at.settle();
  return (await at.stepwise.sheet(ID)) as CaseSheet;
}
const held = (day: Instant) => press(record('taf', 'held', { attended: ['family'] }, { at: day }));
/** New messages about the series, to whom, and how many of them. */
const asked = () =>
  at.chat
    .posts()
    .filter(({ card }) => plain(card).about === 'taf')
    .map((sent) => `${writeInstant(sent.at)} ${sent.to === who('social-worker') ? 'owner' : 'channel'}`);

test('five working days before each next time a new message comes, in office hours', async () => {
  const sheet = await held(london('2026-12-17', '09:00'));
  expect(sheet.status.deadlines.find(({ step, effective }) => step === 'taf' && effective)?.due).toBe('2027-01-28');
  at.chat.clear();
  await at.moveTo('2027-01-20', '17:00');
  expect(asked()).toEqual([]);
  await at.moveTo('2027-01-21', '09:00');
  expect(asked()).toEqual(['Thu 21 Jan 2027, 08:30 owner']);

  // Held a day early: the one after that counts from there, and is asked for by itself.
  await at.moveTo('2027-01-27', '12:00');
  await held(london('2027-01-27', '10:00'));
  at.chat.clear();
  await at.moveTo('2027-03-04', '09:00');
  expect(asked()).toEqual(['Wed 3 Mar 2027, 08:30 owner']);
});

test('where the next time is booked already nobody is asked', async () => {
  await held(london('2026-12-17', '09:00'));
  await press(record('taf', 'booking', { start: london('2027-01-26', '10:00') }));
  at.chat.clear();
  await at.moveTo('2027-01-21', '09:00');
  expect(asked()).toEqual([]);
});

test('a paused case asks nobody until its day', async () => {
  await held(london('2026-12-17', '09:00'));
  const pause = {
    type: 'fact',
    fact: 'case.paused',
    answers: { until: '2027-01-25' },
    personal: { why: 'x' },
  } as const;
  ok(await at.stepwise.perform(who('manager'), ID, [pause], key()));
  at.chat.clear();
  await at.moveTo('2027-01-22', '17:00');
  expect(asked()).toEqual([]);
  await at.moveTo('2027-01-25', '09:00');
  expect(asked()).toEqual(['Mon 25 Jan 2027, 08:30 owner']);
});

test('the times offered for the next one are near its date, and on asking for more all inside the limit', async () => {
  const sheet = await held(london('2026-12-17', '09:00'));
  const near = await at.stepwise.timesFor(sheet, 'taf', false);
  expect(near.limit).toBe('2027-01-28');
  expect(near.times.map(({ start }) => writeInstant(start).slice(0, 15))).toEqual([
    ...['Thu 21 Jan 2027', 'Fri 22 Jan 2027', 'Mon 25 Jan 2027'],
  ]);
  for (const { why } of near.times) expect(why[0]).toBe('Near its date, Thu 28 Jan 2027.');
  const [first] = (await at.stepwise.timesFor(sheet, 'taf', true)).times;
  expect(first && writeInstant(first.start)).toMatch(/^Thu 17 Dec 2026/);
});
