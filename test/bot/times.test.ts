/** Pattern 5 on the cards: times with their why, who has to be asked, and where none fits who is in the way and what can be done. */
import { afterEach, expect, jest, test } from '@jest/globals';
import { createInk } from '../../bot/cards/buttons.ts';
import { type TimesPage, timesFrame } from '../../bot/cards/choose-time.ts';
import { render } from '../../bot/cards/render.ts';
import type { CaseSheet, OfferedTimes } from '../../src/application/sheet.ts';
import { timesFor } from '../../src/application/times.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { dayOf } from '../../src/domain/time/instant.ts';
import { accept, bookConsultation, nameTeam, press as perform, record, refer } from '../application/story.ts';
import { london } from '../application/world.ts';
import { buttonsOf, faultsOf, inputsOf, wordsOf } from './check-card.ts';
import { type Answered, openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

let play: Play;
afterEach(() => play.close());

type Card = Answered['card'];
const titles = (card: Card) => buttonsOf(card).map(({ title }) => title);
const choices = (card: Card) =>
  (inputsOf(card).find(({ id }) => id === 'start')?.choices ?? []) as { title: string; value: string }[];

async function withTeam(): Promise<CaseSheet> {
  play = await openPlay();
  const { case: opened } = await refer(play.at);
  return nameTeam(play.at, opened.id);
}
async function timesCard(sheet: CaseSheet, who = 'Grace'): Promise<Card> {
  const whole = (await play.type(who, `case ${sheet.case.reference}`)).card;
  const step = (await play.press(who, whole, 'Show my next step')).card;
  return (await play.press(who, step, 'Show free times')).card;
}

/** The card of a case as it would be, had the protocol or the diaries said something else. */
async function cardOf(sheet: CaseSheet, step: string, change: Partial<TimesPage>, who = 'Grace'): Promise<Card> {
  const meeting = sheet.protocol.steps[step] as MeetStep;
  const offered = change.offered ?? (await timesFor(play.at.world, sheet, step, false));
  const viewer = await play.at.stepwise.viewer(play.at.id(who), sheet);
  const ink = createInk({ sign: (press) => JSON.stringify(press) });
  const card = render(
    'page',
    timesFrame({
      sheet,
      viewer,
      ink,
      step: meeting,
      search: 'first',
      typed: {},
      fault: '',
      asksReason: false,
      ...change,
      offered,
    }),
  );
  expect(faultsOf(card)).toEqual([]);
  return card;
}

test('three times, each with its why, under the limit; other times are one press away', async () => {
  const card = await timesCard(await withTeam());
  expect(wordsOf(card)).toContain('Limit Thu 24 Dec 2026.');
  expect(wordsOf(card)).toContain('You are both free:');
  expect(choices(card).map(({ title }) => title)).toEqual([
    'Fri 18 Dec 2026, 09:00 (the first time inside the limit on which everybody required is free)',
    'Mon 21 Dec 2026, 11:00 (everybody required is free)',
    'Tue 22 Dec 2026, 10:30 (everybody required is free)',
  ]);
  expect(titles(card)).toEqual(expect.arrayContaining(['Offer and book', 'Other times']));
  expect(titles(card)).not.toContain('Shorter notice');
  expect(choices((await play.press('Grace', card, 'Other times')).card)).toHaveLength(10);
});

test('where nobody is free, the card says who is away on which days and busy at which times, and what can be done', async () => {
  const sheet = await withTeam();
  await play.at.away(play.at.id('Grace'), london('2026-12-17', '00:00'), london('2026-12-31', '00:00'));
  const card = await timesCard(sheet);
  expect(wordsOf(card)).toContain('no shared time yet');
  expect(wordsOf(card)).toContain('Limit Thu 24 Dec 2026.');
  expect(wordsOf(card)).toContain('Fri 18 Dec to Thu 24 Dec: Early Help team manager away.');
  expect(wordsOf(card)).toContain('Mon 21 Dec, 08:30 to 11:15: social worker busy.');
  expect(wordsOf(card)).not.toMatch(/Out of office|Private appointment/);
  expect(titles(card)).toContain('Other times');
  // Nobody else manages this team.
  expect(titles(card)).not.toContain('Ask for cover');
});

test('where whoever owes the meeting is away, somebody who holds the same role can be asked to cover', async () => {
  play = await openPlay();
  const { case: opened } = await refer(play.at);
  const sheet = await nameTeam(play.at, opened.id);
  const step = { ...(sheet.protocol.steps.consultation as MeetStep), organiser: 'social-worker' };
  const steps = { ...sheet.protocol.steps, consultation: step };
  await play.at.away(play.at.id('Amara'), london('2026-12-17', '00:00'), london('2026-12-31', '00:00'));
  const card = await cardOf({ ...sheet, protocol: { ...sheet.protocol, steps } }, 'consultation', {}, 'Amara');
  expect(titles(card)).toEqual(expect.arrayContaining(['Other times', 'Ask for cover']));
});

test('a manager may go past a limit for which the protocol asks no reason: the reason is asked, kept, and shown with the time', async () => {
  const sheet = await withTeam();
  await play.at.away(play.at.id('Amara'), london('2026-12-17', '00:00'), london('2026-12-31', '00:00'));
  // Grace has the consultation to hold; her own service manager is the one who may go past its limit.
  const manager = Object.entries({ Ruth: 'service-manager', Priya: 'social-work-team-manager' }).find(([, role]) =>
    Object.values(sheet.protocol.council.roles).some(({ reportsTo }) => reportsTo === role),
  )?.[0] as string;
  const card = await cardOf(sheet, 'consultation', {}, manager);
  expect(titles(card)).toContain('Go past the limit');

  const first = await timesCard(sheet);
  expect(titles(first)).not.toContain('Go past the limit');
  expect(wordsOf(first)).toContain('For a day past the limit type day and time. The reason is kept.');
  expect(wordsOf(card)).not.toContain('type day and time');
  const other = (await play.press('Grace', first, 'Other times')).card;
  const day = { 'start.date': '2027-01-05', 'start.time': '11:00' };
  const asked = (await play.press('Grace', other, 'Offer and book', day)).card;
  expect(wordsOf(asked)).toContain('Give the reason. It is kept.');
  expect((await play.at.stepwise.sheet(sheet.case.id))?.status.steps.consultation?.booking).toBeUndefined();
  const booked = (await play.press('Grace', asked, 'Offer and book', { ...day, 'reason~': 'Worker away' })).card;
  const now = (await play.at.stepwise.sheet(sheet.case.id)) as CaseSheet;
  expect(now.status.steps.consultation?.booking).toMatchObject({
    start: '2027-01-05T11:00:00.000Z',
    pastLimit: '2026-12-24',
    kept: { answers: { late: true } },
  });
  expect(wordsOf(booked)).toMatch(
    /Why past its limit: Worker away\. Recorded by Grace Adeyemi, Thu 17 Dec 2026, \d\d:\d\d\./,
  );
});

test('before the worker is named the card says so instead of offering times for half of the people', async () => {
  const sheet = await withTeam();
  const card = await cardOf(sheet, 'joint-visit', {}, 'Amara');
  expect(wordsOf(card)).toContain(
    'The family worker has not been named yet. Times are offered once everybody is known.',
  );
  expect(wordsOf(card)).toContain('Limit Tue 5 Jan 2027.');
  expect(inputsOf(card)).toEqual([]);
  expect(titles(card)).not.toContain('Other times');
});

test('the family is asked by a person: on other times it stands there, not among those that it offered itself', async () => {
  const sheet = await withTeam();
  const { id } = sheet.case;
  await play.at.moveTo('2026-12-18', '10:00');
  const consulted = await bookConsultation(play.at, id);
  await play.at.moveTo(dayOf(consulted.status.steps.consultation?.booking?.end ?? play.at.now()), '16:00');
  await perform(play.at, 'Grace', id, record('consultation', 'held'));
  await accept(play.at, id);
  const card = (await play.press('Amara', play.cardOf('Amara', 'Move it'), 'Move it')).card;
  expect(wordsOf(card)).toContain('The family: Diary not visible. Please ask.');
  const now = (await play.at.stepwise.sheet(id)) as CaseSheet;
  expect((await timesFor(play.at.world, now, 'joint-visit', false)).unseen).toBeUndefined();
});

test('who has no visible diary is named by the part that they have, and the others are said to be free', async () => {
  const sheet = await withTeam();
  const offered = await timesFor(play.at.world, sheet, 'consultation', false);
  const [amara] = sheet.holders['social-worker'] ?? [];
  const unseen = [{ person: amara as NonNullable<typeof amara> }, { target: 'network' }] as const;
  const card = await cardOf(sheet, 'consultation', { offered: { ...offered, unseen } });
  expect(wordsOf(card)).toContain('The social worker and the professionals: Diary not visible. Please ask.');
  expect(wordsOf(card)).toContain('Those whose diaries are visible are free:');
});

test('a room that is free stands beside its time and goes with it into the booking; without any the card says that it is a Teams link', async () => {
  const sheet = await withTeam();
  const offered = await timesFor(play.at.world, sheet, 'consultation', false);
  const room = { name: 'Meeting room 1', mail: 'meeting.room.1@camden.example' };
  const times = offered.times.map((time) => ({ ...time, room, why: [...time.why, 'Meeting room 1.'] }));
  const [first] = choices(await cardOf(sheet, 'consultation', { offered: { ...offered, times } }));
  expect(first?.title).toMatch(/; Meeting room 1\)$/);
  expect(first?.value).toBe('2026-12-18T09:00:00.000Z meeting.room.1@camden.example');

  const none = await cardOf(sheet, 'consultation', { offered: { ...offered, noRooms: true } });
  expect(wordsOf(none)).toContain('The council has listed no room: a Teams link instead.');

  const card = await timesCard(sheet);
  await play.press('Grace', card, 'Offer and book', { start: first?.value ?? '' });
  const now = (await play.at.stepwise.sheet(sheet.case.id)) as CaseSheet;
  expect(now.case.facts.find(({ fact }) => fact === 'consultation.booking')?.answers).toMatchObject({
    start: '2026-12-18T09:00:00.000Z',
    room: room.mail,
  });
});

test('of many who are in the way eight are named, and how many more there are', async () => {
  const sheet = await withTeam();
  const [person] = sheet.holders['eh-team-manager'] ?? [];
  const blockers = Array.from({ length: 11 }, (_, n): OfferedTimes['blockers'][number] => ({
    start: london('2026-12-18', `${String(8 + n).padStart(2, '0')}:00`),
    person: { ...person, id: `p${n}`, name: `Colleague ${n}` } as NonNullable<typeof person>,
    kind: 'outside-hours',
  }));
  const offered: OfferedTimes = { times: [], blockers, limit: undefined, diariesUnread: false };
  const card = await cardOf(sheet, 'consultation', { offered });
  expect(wordsOf(card)).toContain('Fri 18 Dec: Colleague 0 not working then.');
  expect(wordsOf(card)).toContain('And 3 more.');
  expect(wordsOf(card)).not.toContain('Colleague 8');
});
