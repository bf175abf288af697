/** The final Child in Need review, which is the first TAF meeting too (CAM-B-09, CAM-B-10): nothing is gained by it without the family worker. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Answers } from '../../src/domain/case/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { FAMILY, key, nameTeam, ok, press as perform, record } from '../application/story.ts';
import { london, type Shown } from '../application/world.ts';
import { buttonsOf, faultsOf, wordsOf } from './check-card.ts';
import { type Answered, openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

const AMARA = 'amara.okafor@camden.example';
const JO = 'jo.marsh@camden.example';
let play: Play;
let id = '';

/** It is Mon 21 Dec 2026, 16:00; Jo is named, and the review is booked for Tue 19 Jan 2027, 10:00. */
beforeAll(async () => {
  play = await openPlay({ watching: 'told' });
  const { at } = play;
  const { drafts } = at.stepwise;
  const draft = await drafts.begin(at.id('Amara'), 'camden/after-cin-review');
  const pages: Readonly<Record<string, Answers>> = {
    agreement: { who: ['mother'], at: '2026-12-17', how: 'in-person' },
    'review-planned': { at: '2027-01-19' },
    'child.1': {
      ...{ name: 'Perpetua Quillfeather', 'birth-date': '27 3 2015', mosaic: '4417720', schools: 'Larkspur Primary' },
      ...{ 'support-needed': 'Bedtimes', reasons: 'Reports of head-banging' },
    },
    plan: { summary: 'Bedtimes.', outline: 'Weekly visits.', 'way-back': 'If it starts again.' },
    check: { 'agreement-covers-all': true, 'assessment-document': 'https://camden.example/assessment' },
  };
  for (const [page, answers] of Object.entries(pages)) await drafts.save(at.id('Amara'), draft.id, page, answers);
  id = ok(await at.stepwise.send(at.id('Amara'), draft.id, key())).case.id;
  await at.settle();
  await nameTeam(at, id);
  const { times } = await at.stepwise.timesFor(await sheet(), 'consultation', false);
  const start = times[0]?.start ?? '';
  await perform(at, 'Grace', id, record('offer', undefined), record('consultation', 'booking', { start }));
  await at.moveTo('2026-12-21', '16:00');
  await perform(at, 'Grace', id, record('consultation', 'held'));
  await perform(
    at,
    'Grace',
    id,
    record('acceptance', 'accepted'),
    record('worker', undefined, { worker: at.id('Jo'), 'c1.course': 'accept' }),
  );
  await perform(at, 'Amara', id, record('review', 'booking', { start: london('2027-01-19', '10:00') }));
  await at.told();
});
afterAll(async () => {
  for (const { card, bell, to } of play.at.chat.sent) {
    expect(faultsOf(card)).toEqual([]);
    for (const name of FAMILY) {
      expect(bell).not.toContain(name);
      if (to.startsWith('19:')) expect(JSON.stringify(card)).not.toContain(name);
    }
  }
  await play.close();
});

const sheet = async () => (await play.at.stepwise.sheet(id)) as CaseSheet;
const titles = (card: Answered['card']) => buttonsOf(card).map(({ title }) => String(title));
async function cardFor(who: string): Promise<Answered['card']> {
  const now = await sheet();
  const viewer = await play.at.stepwise.viewer(play.at.id(who), now);
  return play.at.world.drawing.step(now, 'review', { viewer })?.card ?? {};
}

test('the day that the referral names is offered first, and what comes after it says so', async () => {
  const { times } = await play.at.stepwise.timesFor(await sheet(), 'review', false);
  expect(times.map(({ start, why }) => `${writeInstant(start).slice(0, 15)}: ${why[0]}`)).toEqual([
    'Tue 19 Jan 2027: The day that was planned.',
    'Wed 20 Jan 2027: Planned for Tue 19 Jan 2027.',
    'Thu 21 Jan 2027: Planned for Tue 19 Jan 2027.',
  ]);
  const [other] = (await play.at.stepwise.timesFor(await sheet(), 'review', true)).times;
  expect(other && writeInstant(other.start)).toMatch(/ Dec 2026/);
});

test('its card names who comes, who leads it, and the room', async () => {
  const words = wordsOf(await cardFor('Amara'));
  expect(words).toMatch(/CAM-.{4}: final Child in Need review, Tue 19 Jan 2027, 10:00/);
  expect(words).toMatch(/With: Amara Okafor, Jo Marsh, Carys Bevan, the family and the network\./);
  expect(words).toContain('Chair: Carys Bevan. Notes: Carys Bevan.');
  expect(words).toContain('Room: Meeting room 1.');
});

test('the chair reads it, and arranges nothing that she does not attend for', async () => {
  expect(titles(await cardFor('Carys'))).toContain('Cancel it');
  expect(await cardFor('Nia')).toEqual({});
});

test('the family worker declines: owner and manager are asked at once, each for what is theirs to do', async () => {
  play.at.chat.clear();
  const { value } = await play.at.outlook<{ value: Shown[] }>('GET', `/users/${JO}/events?$top=500`);
  const copy = value.find(({ subject }) => /Final Child in Need review/.test(subject));
  await play.at.outlook('POST', `/users/${JO}/events/${copy?.id}/decline`, { sendResponse: true });
  await play.at.told();
  const asked = play.at.chat.posts().filter(({ bell }) => /the family worker cannot come$/.test(bell));
  const names = play.at.sandbox.context.tenant.people;
  expect(asked.map(({ to }) => names.find((person) => person.id === to)?.name).sort()).toEqual([
    'Amara Okafor',
    'Grace Adeyemi',
  ]);
  const own = play.cardOf('Amara', 'Go on without');
  expect(wordsOf(own).match(/The family worker cannot come/g)).toHaveLength(1);
  const manager = play.cardOf('Grace', 'Name another worker');
  expect(wordsOf(manager)).toContain('The family worker cannot come. Choose a time or a worker.');
  expect(titles(manager).slice(0, 3)).toEqual(['Other times', 'Name another worker', 'Go on without']);
});

test('the case says so too, and the worker that is named instead is invited to the same event', async () => {
  const whole = (await play.type('Amara', `case ${(await sheet()).case.reference}`)).card;
  expect(wordsOf(whole)).toMatch(/final Child in Need review.*booked for Tue 19 Jan 2027, 10:00.*/);
  expect(wordsOf(whole)).toContain('The family worker cannot come.');
  const before = (await play.at.meetings(AMARA)).find(({ subject }) => /Final Child in Need review/.test(subject));
  const page = (await play.press('Grace', play.cardOf('Grace', 'Name another worker'), 'Name another worker')).card;
  await play.press('Grace', page, 'Name the worker', { worker: play.at.id('Kofi') });
  await play.at.told();
  expect(wordsOf(await cardFor('Amara'))).not.toContain('cannot come');
  expect(wordsOf(await cardFor('Kofi'))).toContain('Kofi Mensah');
  const after = (await play.at.meetings(AMARA)).find(({ subject }) => /Final Child in Need review/.test(subject));
  expect(after?.id).toBe(before?.id);
  expect(JSON.stringify(after?.attendees)).toContain('kofi.mensah@camden.example');
  expect(JSON.stringify(after?.attendees)).not.toContain(JO);
});
