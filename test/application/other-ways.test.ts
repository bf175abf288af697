/** Where the story leaves the straight road: the panel, no shared time, a visit past its limit, two teams that disagree. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { writeDay, writeInstant } from '../../src/domain/time/instant.ts';
import { accept, key, nameTeam, ok, press, record, refer, upToTheConsultation } from './story.ts';
import { london, openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

const due = ({ status }: CaseSheet, step: string) => {
  const deadline = status.deadlines.find((each) => each.step === step && each.effective);
  return deadline && writeDay(deadline.due);
};
const bookedFor = (sheet: CaseSheet, step: string) => {
  const booking = sheet.status.steps[step]?.booking;
  return booking && `${writeInstant(booking.start)} ${booking.state}`;
};
const toPanel = (id: string) =>
  press(at, 'Dawn', id, record('front-door', 'panel', { why: 'complex-family', short: 'Several services.' }));

describe('the panel', () => {
  test.each([
    ['16:59', 'Tue 22 Dec 2026, 10:00 booked'],
    ['17:01', 'Tue 29 Dec 2026, 10:00 booked'],
  ])('sentence 12: chosen on Mon 21 Dec 2026 at %s it is %s', async (time, session) => {
    const {
      case: { id },
    } = await refer(at);
    await at.moveTo('2026-12-21', time);
    expect(bookedFor(await toPanel(id), 'panel')).toBe(session);
    const [event] = await at.meetings('amara.okafor@camden.example');
    expect(event).toMatchObject({
      subject: expect.stringMatching(/^CAM-.{4} Early Help Panel$/),
      sensitivity: 'private',
    });
  });

  test('sentence 13: every open card shows the new limit, and new visit times are asked for', async () => {
    await at.moveTo('2026-12-18', '12:00');
    const {
      case: { id },
    } = await refer(at);
    await at.moveTo('2026-12-21', '11:00');
    at.chat.clear();
    const sheet = await toPanel(id);
    expect(due(sheet, 'close')).toBe('Tue 12 Jan 2027');
    expect(due(sheet, 'joint-visit')).toBe('Tue 12 Jan 2027');
    expect(at.posts().map((line) => line.slice(23))).toEqual([
      'Amara new-times',
      '#front-door panel',
      'Amara front-door',
    ]);
    expect(at.stands('Amara', 'case')?.steps).toContain('close open Tue 12 Jan 2027, 17:00');
    const times = [london('2027-01-06', '10:00'), london('2027-01-07', '10:00'), london('2027-01-12', '14:00')];
    const after = await press(at, 'Amara', id, record('new-times', undefined, { times }));
    expect(after.status.steps['new-times']?.state).toBe('done');
  });

  test('a Tuesday that is a bank holiday is passed over', async () => {
    // Boxing Day 2023 was a Tuesday.
    await at.close();
    at = await openWorld({ start: london('2023-12-21', '09:00') });
    const {
      case: { id },
    } = await refer(at, {
      completed: '2023-12-20',
      agreement: { who: ['mother'], at: '2023-12-20', how: 'in-person' },
      times: [london('2023-12-27', '10:00'), london('2023-12-28', '10:00'), london('2023-12-29', '10:00')],
    });
    expect(bookedFor(await toPanel(id), 'panel')).toBe('Tue 2 Jan 2024, 10:00 booked');
  });

  test('a panel that did not meet is booked for the next session, and what it decides is told by mail', async () => {
    const {
      case: { id, reference },
    } = await refer(at);
    await toPanel(id);
    await at.moveTo('2026-12-22', '11:00');
    // The channel is asked what became of it, a quarter of an hour after its end.
    expect(
      at
        .posts()
        .filter((line) => line.endsWith('#front-door panel'))
        .at(-1),
    ).toBe('Tue 22 Dec 2026, 10:45 #front-door panel');
    let sheet = await press(at, 'Tomasz', id, record('panel', 'not-held'));
    expect(bookedFor(sheet, 'panel')).toBe('Tue 29 Dec 2026, 10:00 booked');
    expect(due(sheet, 'close')).toBe('Tue 12 Jan 2027');
    await at.moveTo('2026-12-29', '11:00');
    sheet = await press(at, 'Tomasz', id, record('panel', 'team', { team: 'families-in-focus' }));
    expect(sheet.status.steps['panel-answer']?.state).toBe('done');
    const mails = await at.folder('amara.okafor@camden.example', 'inbox');
    const answer = mails.find(({ subject }) => subject === `${reference} Team named by the panel`);
    expect(JSON.stringify(answer?.body)).toContain('The panel chose Families in Focus.');
    expect(at.stands('#families-in-focus', 'offer')?.state).toBe('open');
    expect(at.stands('Ines', 'offer')?.state).toBe('open');
  });
});

describe('the joint visit', () => {
  async function readyForWorker(): Promise<string> {
    const id = await upToTheConsultation(at, '2026-12-18');
    return id;
  }

  test('sentence 15: when no offered date fits, the card names who is busy or away, and never with what', async () => {
    const id = await readyForWorker();
    await at.away('Jo Marsh', london('2026-12-30', '00:00'), london('2026-12-31', '00:00'));
    await at.outlook('POST', '/users/jo.marsh@camden.example/events', {
      subject: 'Dentist',
      start: { dateTime: '2026-12-31T13:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-12-31T15:00:00', timeZone: 'UTC' },
    });
    // Mondays at 10:00 the social worker is in a meeting of her own.
    const sheet = await accept(at, id);
    expect(await at.meetings('jo.marsh@camden.example')).toEqual([]);
    const card = at.stands('Amara', 'joint-visit');
    expect(card?.noTime).toEqual([
      `2026-12-30T10:00:00.000Z|${at.id('Jo')}|away`,
      `2026-12-31T14:00:00.000Z|${at.id('Jo')}|busy`,
      `2027-01-04T10:00:00.000Z|${at.id('Amara')}|busy`,
    ]);
    // Both who were to go, and the manager who could name somebody else.
    for (const name of ['Jo', 'Grace']) expect(at.stands(name, 'joint-visit')?.noTime).toEqual(card?.noTime);
    expect(JSON.stringify(at.chat.sent)).not.toMatch(/Dentist|Out of office/);

    const offered = await at.stepwise.timesFor(sheet, 'joint-visit', true);
    expect(offered.times.length).toBeGreaterThan(0);
    for (const { end } of offered.times) expect(end <= london('2027-01-05', '17:00')).toBe(true);
    const start = offered.times[0]?.start ?? '';
    const booked = await press(at, 'Amara', id, record('joint-visit', 'booking', { start }));
    expect(booked.status.steps['joint-visit']?.booking).toMatchObject({ start, state: 'booked' });
    expect((await at.meetings('jo.marsh@camden.example')).length).toBe(1);
  });

  test('another worker is another diary: the offered dates are looked through again', async () => {
    const id = await readyForWorker();
    await at.away('Jo Marsh', london('2026-12-29', '00:00'), london('2027-01-08', '00:00'));
    const none = await accept(at, id);
    expect(none.status.steps['joint-visit']?.noTime).toBeDefined();
    const sheet = await press(
      at,
      'Grace',
      id,
      record('worker', 'named', { worker: at.id('Kofi'), 'c1.course': 'accept', 'c2.course': 'accept' }),
    );
    // Wednesdays until noon he is busy; Thursday it is.
    expect(bookedFor(sheet, 'joint-visit')).toBe('Thu 31 Dec 2026, 14:00 booked');
    expect((await at.meetings('kofi.mensah@camden.example')).length).toBe(1);
  });

  test('past the limit the visit needs a reason, which is kept as a breach; inside it, none', async () => {
    const id = await readyForWorker();
    await accept(at, id);
    const start = london('2027-01-07', '10:00');
    const booking = record('joint-visit', 'booking', { start });
    const refused = await at.stepwise.perform(at.id('Grace'), id, [booking], key());
    expect(refused).toMatchObject({
      ok: false,
      refusal: { code: 'late-reason-needed', words: 'The limit was Tue 5 Jan 2027. What got in the way?' },
    });
    const sheet = await press(at, 'Grace', id, { ...booking, reason: 'The family asked for it.' } as never);
    expect(bookedFor(sheet, 'joint-visit')).toBe('Thu 7 Jan 2027, 10:00 booked');
    const recorded = sheet.case.facts.find(({ fact }) => fact === 'joint-visit.booking');
    expect(recorded).toMatchObject({
      answers: { late: true },
      personal: { 'late-reason': 'The family asked for it.' },
    });
    // The first time is given back: one event stands.
    const visits = (await at.meetings('jo.marsh@camden.example')).map(
      ({ start: when }) => (when as { dateTime: string }).dateTime,
    );
    expect(visits).toEqual(['2027-01-07T10:00:00.0000000']);
  });

  test('a visit that did not take place is asked for again, and both may say what became of it', async () => {
    const id = await readyForWorker();
    await accept(at, id);
    await at.moveTo('2026-12-30', '11:30');
    const sheet = await press(at, 'Jo', id, record('joint-visit', 'not-held', { what: 'nobody-at-home' }));
    expect(sheet.status.steps['joint-visit']).toMatchObject({ state: 'open' });
    expect(sheet.status.steps['joint-visit']?.booking).toBeUndefined();
    expect(at.stands('Amara', 'joint-visit')?.booking).toBeNull();
    const offered = await at.stepwise.timesFor(sheet, 'joint-visit', false);
    expect(offered.times.map(({ start }) => writeInstant(start))).toContain('Thu 31 Dec 2026, 14:00');
  });
});

test('sentence 14: a team that disagrees: the limit stays, somebody owns the next step by a date, and the final team cannot refuse', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  at.chat.clear();
  let sheet = await press(
    at,
    'Grace',
    id,
    record('acceptance', 'other-team', { 'better-team': 'families-in-focus', why: 'Several needs at once.' }),
  );
  expect(due(sheet, 'dispute')).toBe('Tue 5 Jan 2027');
  expect(due(sheet, 'close')).toBe('Tue 5 Jan 2027');
  expect(
    at
      .posts()
      .map((line) => line.slice(23))
      .sort(),
  ).toEqual(['#euston dispute', 'Amara acceptance', 'Grace dispute', 'Ines dispute']);
  const owes = async (...names: string[]) => {
    const lists = await Promise.all(names.map(async (name) => [name, await at.stepwise.dueFor(at.id(name))] as const));
    return lists
      .filter(([, rows]) => rows.some(({ step, owners }) => step === 'dispute' && owners.length > 0))
      .map(([name]) => name);
  };
  expect(await owes('Grace', 'Ines', 'Hugh')).toEqual(['Grace', 'Ines']);

  sheet = await press(at, 'Ines', id, record('dispute', 'not-agreed', { why: 'We think not.' }));
  expect(sheet.status.steps.dispute?.rung).toBe(1);
  expect(await owes('Ruth', 'Stephen')).toEqual(['Ruth', 'Stephen']);
  // Service managers have no channel of their own: the team's channel is reminded.
  await at.moveTo('2027-01-04', '09:00');
  expect(at.stands('#euston', 'digest')?.lines).toContainEqual(
    expect.stringMatching(/^tomorrow CAM-.{4} settling the team Tue 5 Jan 2027$/),
  );

  sheet = await press(at, 'Ruth', id, record('dispute', 'not-agreed', { why: 'We do not agree.' }));
  const final = await at.stepwise.perform(at.id('Tessa'), id, [record('dispute', 'not-agreed', { why: 'No.' })], key());
  expect(final).toMatchObject({ ok: false, refusal: { words: 'This decision is final: choose one.' } });
  sheet = await press(at, 'Tessa', id, record('dispute', 'settled', { team: 'families-in-focus' }));
  expect(sheet.status.team).toBe('families-in-focus');
  expect(sheet.status.steps.worker?.state).toBe('open');
  const again = await at.stepwise.perform(
    at.id('Ines'),
    id,
    [record('acceptance', 'other-team', { 'better-team': 'euston', why: 'Still not.' })],
    key(),
  );
  expect(again.ok).toBe(false);
  sheet = ok(
    await at.stepwise.perform(
      at.id('Ines'),
      id,
      [record('worker', undefined, { worker: at.id('Omar'), 'c1.course': 'accept', 'c2.course': 'accept' })],
      key(),
    ),
  );
  expect(sheet.status.named['family-worker']).toBe(at.id('Omar'));
});

test('advice ends the referral: the social worker reads it, and nobody is asked anything more', async () => {
  const {
    case: { id },
  } = await refer(at);
  at.chat.clear();
  const sheet = await press(at, 'Dawn', id, record('front-door', 'advice', { advice: 'Try the library.' }));
  expect(sheet.status).toMatchObject({ ended: { how: 'advice-given' }, holder: 'social-care' });
  expect(at.posts()).toEqual(['Thu 17 Dec 2026, 16:20 Amara front-door']);
  expect(at.stands('Amara', 'front-door')?.personal).toMatchObject({ advice: 'Try the library.' });
  at.chat.clear();
  await at.moveTo('2027-01-08', '12:00');
  expect(at.posts().filter((line) => !line.endsWith('mail-line'))).toEqual([]);
});

test('an assessment that is still to be completed counts as expected, and moves with its date', async () => {
  let sheet = await refer(at, { completed: '2026-12-18' });
  expect(due(sheet, 'close')).toBe('Wed 6 Jan 2027');
  expect(sheet.status.deadlines.find(({ step }) => step === 'close')?.provisional).toBe(true);
  await at.moveTo('2026-12-21', '10:00');
  sheet = await press(at, 'Amara', sheet.case.id, {
    type: 'fact',
    fact: 'assessment-completed',
    at: '2026-12-21' as never,
    answers: { 'lead-service': 'early-help' },
  });
  expect(due(sheet, 'close')).toBe('Thu 7 Jan 2027');
  expect(sheet.status.deadlines.find(({ step }) => step === 'close')?.provisional).toBe(false);
});
