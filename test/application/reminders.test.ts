/** Who is reminded of what, where and when; and who is left in peace. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { bookConsultation, fact, fill, key, nameTeam, ok, press, record, refer } from './story.ts';
import { london, openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

const digests = () =>
  at.chat
    .posts()
    .filter(({ card }) => card.about === 'digest')
    .map(
      ({ at: when, card }) =>
        `${when.slice(0, 16)} ${card.channel}: ${(card.lines as string[]).map((line) => line.split(' ')[0]).join(' ')}`,
    );

test('a step is reminded of on the working day before, on its day and each day it is late, then its owner’s manager is told, once', async () => {
  await at.moveTo('2026-12-18', '18:45');
  const {
    case: { id },
  } = await refer(at);
  await at.moveTo('2027-01-08', '12:00');
  expect(digests().filter((line) => line.includes('front-door'))).toEqual([
    '2026-12-21T08:30 front-door: tomorrow',
    '2026-12-22T08:30 front-door: today',
    '2026-12-23T08:30 front-door: overdue',
    '2026-12-24T08:30 front-door: overdue',
    '2026-12-29T08:30 front-door: overdue',
    '2026-12-30T08:30 front-door: overdue',
    '2026-12-31T08:30 front-door: overdue',
    '2027-01-04T08:30 front-door: overdue',
    '2027-01-05T08:30 front-door: overdue',
    '2027-01-06T08:30 front-door: overdue',
    '2027-01-07T08:30 front-door: overdue',
    '2027-01-08T08:30 front-door: overdue',
  ]);
  const escalated = at.chat.posts().filter(({ card }) => card.about === 'escalation front-door');
  expect(escalated.map(({ at: when, to }) => [when, to])).toEqual([[london('2026-12-24', '08:30'), at.id('Tessa')]]);
  // Two managers owe it: no one of them is named, and the days are those on which it was reminded of.
  expect(escalated[0]?.card).toMatchObject({
    ownerNames: [],
    remindedOn: ['2026-12-21', '2026-12-22', '2026-12-23'],
    due: 'Tue 22 Dec 2026, 17:00',
  });
  await nameTeam(at, id);
  expect(at.stands('Tessa', 'front-door')?.state).toBe('done');
});

test('a named owner is named to her manager, and what is held back by a gate is not chased past its turn', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  await at.moveTo('2026-12-22', '09:00');
  const escalated = at.chat.posts().filter(({ card }) => String(card.about).startsWith('escalation'));
  // The offer was due Fri 18 Dec; two working days later the service manager of that team hears of it.
  expect(escalated.map(({ at: when, to, card }) => [when, to, card.about, card.ownerNames])).toEqual([
    [london('2026-12-22', '08:30'), at.id('Ruth'), 'escalation offer', ['Grace Adeyemi']],
  ]);
});

test('sentence 22: a step that is done before 08:30 is not in that morning’s digest, although it was queued', async () => {
  await at.moveTo('2026-12-18', '18:45');
  const {
    case: { id },
  } = await refer(at);
  await at.moveTo('2026-12-22', '08:10');
  at.chat.clear();
  ok(await at.stepwise.perform(at.id('Dawn'), id, [record('front-door', 'team', { team: 'euston' })], key()));
  await at.moveTo('2026-12-22', '12:00');
  expect(digests().filter((line) => line.includes('front-door'))).toEqual([]);
  await at.moveTo('2026-12-24', '12:00');
  expect(digests().filter((line) => line.includes('front-door'))).toEqual([]);
  expect(at.posts().filter((line) => line.includes('escalation front-door'))).toEqual([]);
});

test('what is done in the course of the day is counted on the morning’s digest, where it stands, without a bell', async () => {
  await at.moveTo('2026-12-18', '18:45');
  const {
    case: { id },
  } = await refer(at);
  await at.moveTo('2026-12-22', '10:00');
  at.chat.clear();
  await nameTeam(at, id);
  expect(at.stands('#front-door', 'digest')).toMatchObject({ lines: [], doneSince: 1 });
  expect(at.chat.posts().filter(({ card }) => card.about === 'digest')).toEqual([]);
  // The team's channel has its digest too, from the day after on.
  await at.moveTo('2026-12-23', '10:00');
  expect(at.stands('#euston', 'digest')?.counts).toMatchObject({ today: 1 });
  await bookConsultation(at, id);
  expect(at.stands('#euston', 'digest')).toMatchObject({ doneSince: 1 });
});

test('sentence 23: at night, at a weekend and on a bank holiday nothing is posted; it comes at 08:30 of the next working day', async () => {
  await at.moveTo('2026-12-24', '17:30');
  await refer(at, { completed: '2026-12-23' });
  await at.moveTo('2026-12-29', '08:29');
  expect(at.chat.sent).toEqual([]);
  await at.moveTo('2026-12-29', '08:30');
  expect(at.posts()).toEqual([
    'Tue 29 Dec 2026, 08:30 #front-door digest',
    'Tue 29 Dec 2026, 08:30 #front-door mail-line',
    'Tue 29 Dec 2026, 08:30 Amara case',
    'Tue 29 Dec 2026, 08:30 #front-door front-door',
  ]);
});

test('over seven weeks every single post falls into office hours of a working day', async () => {
  await at.moveTo('2026-12-18', '18:45');
  const {
    case: { id },
  } = await refer(at);
  await at.moveTo('2026-12-19', '22:00');
  await nameTeam(at, id);
  await at.moveTo('2027-02-05', '23:00');
  const calendar = at.world.protocols.calendar('camden');
  const posts = at.chat.posts();
  expect(posts.length).toBeGreaterThan(20);
  for (const { at: when } of posts) {
    expect(calendar.isWorkingDay(when.slice(0, 10) as never)).toBe(true);
    expect(when.slice(11, 16) >= '08:30' && when.slice(11, 16) <= '17:00').toBe(true);
  }
}, 60_000);

test('sentence 24: forty steps that are due are one card with forty lines and right counts; none, no card', async () => {
  await at.moveTo('2026-12-17', '16:30');
  for (let n = 0; n < 40; n += 1) ok(await at.stepwise.send(at.id('Amara'), await fill(at), key()));
  await at.settle();
  at.chat.clear();
  await at.moveTo('2026-12-18', '09:00');
  const [digest, ...more] = at.chat.posts().filter(({ card }) => card.about === 'digest');
  expect(more).toEqual([]);
  expect(digest?.card.channel).toBe('front-door');
  expect(digest?.card.counts).toEqual({ overdue: 0, today: 0, tomorrow: 40, week: 0 });
  expect(digest?.card.lines).toHaveLength(40);
  const cases = await at.stepwise.casesOf(at.id('Amara'));
  for (const row of cases)
    ok(
      await at.stepwise.perform(
        at.id('Dawn'),
        row.id,
        [record('front-door', 'advice', { advice: 'Try the library.' })],
        key(),
      ),
    );
  await at.settle();
  expect(at.stands('#front-door', 'digest')).toMatchObject({ lines: [], doneSince: 40 });
  at.chat.clear();
  await at.moveTo('2026-12-21', '12:00');
  expect(at.chat.posts()).toEqual([]);
}, 120_000);

test('a program that slept through the morning posts the digest when it wakes, and only that of the day', async () => {
  const {
    case: { id },
  } = await refer(at);
  const { clock } = at.sandbox.context;
  expect(id).toBeDefined();
  at.chat.clear();
  // The clock runs on while nobody carries anything out: the machine was asleep.
  at.replace({ clock: { now: () => london('2026-12-21', '10:20') } });
  await at.settle();
  expect(
    at.chat
      .posts()
      .filter(({ card }) => card.about === 'digest')
      .map(({ card }) => card.day),
  ).toEqual(['2026-12-21']);
  expect(clock.now() < london('2026-12-21', '10:20')).toBe(true);
});

describe('sentence 19: an owner who is away', () => {
  test('cover is asked for before the due date, with colleagues to choose from, and no word why', async () => {
    await at.moveTo('2026-12-18', '12:00');
    const {
      case: { id, reference },
    } = await refer(at);
    await nameTeam(at, id);
    // From when she begins to when she ends, as Outlook proposes it.
    await at.away('Grace Adeyemi', london('2026-12-21', '09:00'), london('2026-12-24', '17:00'));
    at.chat.clear();
    await at.moveTo('2026-12-18', '13:01');
    const asked = at.chat.posts().filter(({ card }) => card.about === 'away');
    expect(asked.map(({ to }) => to)).toEqual([at.id('Ruth')]);
    expect(asked[0]?.card).toMatchObject({
      person: 'Grace Adeyemi',
      until: 'Thu 24 Dec 2026',
      steps: [`${reference} offer`],
      candidates: ['Ruth Calder'],
    });
    expect(JSON.stringify(asked[0])).not.toMatch(/office|leave|sick|oof/i);
    // Reminded once, on the day on which it is late: not again the next day.
    await at.moveTo('2026-12-22', '09:00');
    const all = at.chat.posts().filter(({ card }) => card.about === 'away');
    expect(all.map(({ at: when }) => when)).toEqual([london('2026-12-18', '13:00'), london('2026-12-21', '13:00')]);
  });

  test('whoever covers may do it, is named in the reminders until the day, and not after it', async () => {
    await at.moveTo('2026-12-18', '12:00');
    const {
      case: { id },
    } = await refer(at);
    await nameTeam(at, id);
    const cover = { person: at.id('Grace'), cover: at.id('Hugh'), until: '2026-12-22' };
    await press(at, 'Ruth', id, fact('cover.set', cover));
    expect((await at.stepwise.dueFor(at.id('Hugh'))).map(({ step }) => step)).toContain('offer');
    await at.moveTo('2026-12-21', '09:00');
    expect(at.stands('#euston', 'digest')?.lines?.[0]).toMatch(/Hugh Pemberton$/);
    const sheet = (await at.stepwise.sheet(id)) as CaseSheet;
    expect((await at.stepwise.viewer(at.id('Hugh'), sheet)).roles).toContain('eh-team-manager');
    await at.moveTo('2026-12-23', '09:00');
    expect(at.stands('#euston', 'digest')?.lines?.[0]).toMatch(/Grace Adeyemi$/);
    expect((await at.stepwise.dueFor(at.id('Hugh'))).map(({ step }) => step)).toEqual([]);
    const performed = await at.stepwise.perform(at.id('Hugh'), id, [record('offer', undefined)], key());
    expect(performed).toMatchObject({ ok: false, refusal: { code: 'not-permitted' } });
  });

  test('a manager who leaves it as it is, with a reason, is not asked again', async () => {
    await at.moveTo('2026-12-18', '12:00');
    const {
      case: { id },
    } = await refer(at);
    await nameTeam(at, id);
    await at.away('Grace Adeyemi', london('2026-12-21', '08:00'), london('2026-12-24', '17:00'));
    await press(
      at,
      'Ruth',
      id,
      fact('cover.left', { person: at.id('Grace'), step: 'offer' }, { why: 'She rings in.' }),
    );
    at.chat.clear();
    await at.moveTo('2026-12-21', '12:00');
    expect(at.chat.posts().filter(({ card }) => card.about === 'away')).toEqual([]);
  });

  test('people who may be picked are shown with the day until which they are away', async () => {
    const {
      case: { id },
    } = await refer(at);
    const sheet = await nameTeam(at, id);
    await at.away('Kofi Mensah', london('2026-12-17', '08:00'), london('2026-12-22', '00:00'));
    const picked = await at.stepwise.candidates(sheet, 'family-worker');
    expect(picked.map(({ person, awayUntil }) => [person.name, awayUntil])).toEqual([
      ['Jo Marsh', undefined],
      ['Kofi Mensah', '2026-12-21'],
    ]);
  });
});
