/** K4: a time for a meeting that wants notice and would rather be on a Wednesday, with Knowsley's own file and invented people. */
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Answers, Command } from '../../src/domain/case/types.ts';
import { dayOf } from '../../src/domain/time/instant.ts';
import { inputsOf, wordsOf } from './check-card.ts';
import { type Answered, openPlay, type Play } from './play.ts';

jest.setTimeout(60_000);

const FOLDER = join(resolve(import.meta.dirname, '../..'), 'src/protocols');
const PATHWAY = 'knowsley/planned-step-up';

let play: Play;
let id = '';
beforeAll(async () => {
  play = await openPlay({ protocols: { folder: FOLDER, council: 'knowsley' } });
  id = await upToTheTaf();
});
afterAll(() => play?.close());

function who(role: string): string {
  const found = play.at.sandbox.context.tenant.people.find((person) => person.role === role);
  if (!found) throw new Error(`Nobody is a ${role}.`);
  return found.id;
}

let presses = 0;
async function does(role: string, command: Command): Promise<CaseSheet> {
  presses += 1;
  const performed = await play.at.stepwise.perform(who(role), id, [command], `notice-${presses}`);
  if (!performed.ok) throw new Error(`${performed.refusal.words} ${JSON.stringify(performed.refusal.faults)}`);
  await play.at.settle();
  return performed.sheet;
}
const record = (step: string, part: string, answers: Answers): Command => ({ type: 'record', step, part, answers });

/** The form is with MASH on Thu 17 Dec 2026, which agrees: a step-up TAF is to be booked. @returns the case's id */
async function upToTheTaf(): Promise<string> {
  const { drafts } = play.at.stepwise;
  const worker = who('lead-practitioner');
  const draft = await drafts.begin(worker, PATHWAY);
  const pages: Readonly<Record<string, Answers>> = {
    start: { advised: 'no', team: 'north' },
    discussion: { at: '2026-12-17', with: 'own', view: 'To be taken to MASH.' },
    'child.1': { name: 'Perpetua Quillfeather', 'birth-date': '27 3 2015', school: 'Larkspur Academy' },
    evidence: { risk: 'Head-banging.', tried: 'Visits.', summary: 'A family of two.', 'eha-date': '2026-11-02' },
    reason: { reasons: ['other'], 'other-reason': 'Harm.' },
    taf: { members: 'A teacher, Larkspur Academy' },
  };
  for (const [page, answers] of Object.entries(pages)) await drafts.save(worker, draft.id, page, answers);
  const sent = await play.at.stepwise.send(worker, draft.id, 'notice-open');
  if (!sent.ok) throw new Error(JSON.stringify(sent.refusal));
  await play.at.settle();
  id = sent.sheet.case.id;
  await does(
    'team-manager',
    record('approve', 'approved', { discussed: true, 'risk-exists': true, 'all-tried': true, oversight: 'Yes.' }),
  );
  await does('mash-duty-sw', record('screening', 'level-4', { 'case-note': true, why: 'Level 4.' }));
  return id;
}

const sheet = async () => (await play.at.stepwise.sheet(id)) as CaseSheet;
const offeredOn = (card: Answered['card']) =>
  ((inputsOf(card).find((input) => input.id === 'start')?.choices ?? []) as { title: string; value: string }[]).map(
    ({ title }) => title,
  );
async function timesCard(): Promise<Answered['card']> {
  const reference = (await sheet()).case.reference;
  const whole = (await play.type(who('lead-practitioner'), `case ${reference}`)).card;
  const step = (await play.press(who('lead-practitioner'), whole, 'Show my next step')).card;
  return (await play.press(who('lead-practitioner'), step, 'Show free times')).card;
}

test('asked on Fri 18 Dec 2026 at 17:30, after hours, the first time offered is on Wed 30 Dec (WD-23)', async () => {
  await play.at.moveTo('2026-12-18', '17:30');
  const card = await timesCard();
  const offered = offeredOn(card);
  expect(offered[0]).toMatch(
    /^Wed 30 Dec 2026, \d\d:\d\d \(first Wednesday with 5 working days' notice; invite must go by Mon 21 Dec 2026, 17:00; the first time on which everybody required is free\)$/,
  );
  expect(offered).toHaveLength(3);
  for (const time of offered.slice(1)) expect(time).toMatch(/^Wed .* \(Wednesday, as the protocol prefers\)$/);
  expect(wordsOf(card)).toContain('An invitation that goes now allows Wed 30 Dec 2026 or later');
  // Why: when it counts as sent, what is passed over, and the rule.
  expect(wordsOf(card)).toContain('Why Wed 30 Dec?');
  expect(wordsOf(card)).toMatch(/counts as sent Mon 21 Dec\..*KNO-U-09/s);
});

test('other times are on other weekdays too and say so, and never with shorter notice', async () => {
  const card = (await play.press(who('lead-practitioner'), await timesCard(), 'Other times')).card;
  const offered = offeredOn(card);
  expect(offered[0]).toMatch(/^Wed 30 Dec 2026/);
  expect(offered.find((time) => time.startsWith('Thu 31 Dec'))).toMatch(/\(a Thursday, not a Wednesday\)$/);
  const { times } = await play.at.stepwise.timesFor(await sheet(), 'taf', true);
  expect(times.every(({ start }) => dayOf(start) >= '2026-12-30')).toBe(true);
  expect(inputsOf(card).map(({ label }) => label)).toContain('If not a Wednesday: why (optional)');
});

test('where no Wednesday suits, any other day is offered rather than none', async () => {
  for (const role of ['lead-practitioner', 'mash-duty-sw', 'mash-business-support'])
    await play.at.outlook('POST', `/users/${who(role)}/events`, {
      ...{ subject: 'Away', showAs: 'oof' },
      start: { dateTime: '2026-12-30T00:00:00', timeZone: 'UTC' },
      end: { dateTime: '2027-01-13T23:00:00', timeZone: 'UTC' },
    });
  const { times } = await play.at.stepwise.timesFor(await sheet(), 'taf', false);
  expect(times.map(({ start }) => dayOf(start))).toEqual(['2027-01-14']);
  expect(times[0]?.why).toEqual([
    'Invite must go by Thu 7 Jan 2027, 17:00.',
    'The first time on which everybody required is free.',
    'A Thursday, not a Wednesday.',
  ]);
});

test('a time typed under other times that gives less notice asks with whom it was agreed', async () => {
  const other = (await play.press(who('lead-practitioner'), await timesCard(), 'Other times')).card;
  const day = { 'start.date': '2026-12-22', 'start.time': '10:00' };
  const asked = (await play.press(who('lead-practitioner'), other, 'Book and invite', day)).card;
  expect(wordsOf(asked)).toContain('Say who agreed.');
  expect(inputsOf(asked).find(({ id }) => id === 'reason~')?.label).toBe('Agreed with (needs fixing)');
  expect((await sheet()).status.steps.taf?.booking).toBeUndefined();
});

test('shorter notice has a page of its own: day, time, who agreed; it is kept, and stands with the time', async () => {
  const page = (await play.press(who('lead-practitioner'), await timesCard(), 'Shorter notice')).card;
  expect(wordsOf(page)).toContain('a time at shorter notice for the step-up TAF');
  const day = { 'start.date': '2026-12-22', 'start.time': '10:00', 'weekday~': 'The family can only come then.' };
  const asked = (await play.press(who('lead-practitioner'), page, 'Book and invite', day)).card;
  expect(wordsOf(asked)).toContain('Say who agreed.');
  expect((await sheet()).status.steps.taf?.booking).toBeUndefined();
  const reason = { ...day, 'reason~': 'the chair and the school' };
  const booked = (await play.press(who('lead-practitioner'), asked, 'Book and invite', reason)).card;
  const now = await sheet();
  expect(now.status.steps.taf?.booking).toMatchObject({ start: '2026-12-22T10:00:00.000Z', state: 'booked' });
  expect(now.case.facts.find(({ fact }) => fact === 'taf.booking')?.personal).toMatchObject({
    'late-reason': 'the chair and the school',
    'weekday-reason': 'The family can only come then.',
  });
  expect(wordsOf(booked)).toMatch(
    /Shorter notice, agreed with: the chair and the school\. Recorded by [A-Z]\w+ \w+, Fri 18 Dec 2026, 17:30\./,
  );
  expect(wordsOf(booked)).toContain('Why not a Wednesday: The family can only come then.');
});

test('the family and the professionals are to be asked: their diaries are not visible', async () => {
  const { unseen } = await play.at.stepwise.timesFor(await sheet(), 'taf', false);
  expect(unseen).toEqual([{ target: 'family' }, { target: 'network' }]);
});

test('the invitation says by role who chairs and who takes the notes, and nothing of the family', async () => {
  const path = `/users/${who('lead-practitioner')}/calendarView?startDateTime=2026-12-22T00:00:00Z&endDateTime=2026-12-23T00:00:00Z`;
  const { value } = await play.at.outlook<{ value: { subject: string; body: { content: string } }[] }>('GET', path);
  const invite = value.find(({ subject }) => subject.startsWith('KNO-'));
  expect(invite?.body.content).toContain('Chair: MASH duty social worker. Notes: MASH business support.');
  expect(JSON.stringify(invite)).not.toMatch(/Quillfeather|Larkspur|Head-banging/);
});
