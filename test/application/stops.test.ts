/** A case that is stopped: for safety, or because the family changed its mind. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { accept, fact, key, nameTeam, ok, press, record, refer, upToTheConsultation } from './story.ts';
import { london, openWorld, STEP_DOWN, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

const about = (what: string) => at.posts().filter((line) => line.endsWith(` ${what}`));

test('sentence 20: a safety stop reaches both managers within the minute, at any hour, and reminders are silent until one restarts it', async () => {
  const {
    case: { id, reference },
  } = await refer(at);
  await nameTeam(at, id);
  // Saturday night.
  await at.moveTo('2026-12-19', '23:12');
  at.chat.clear();
  const stopped = ok(await at.stepwise.perform(at.id('Amara'), id, [fact('safeguarding.stopped')], key()));
  expect(stopped.protocol.council.safeguarding).toMatchObject({
    daytime: '020 7946 0101',
    outOfHours: '020 7946 0199',
  });
  await at.settle();
  expect(about('safety').sort()).toEqual([
    'Sat 19 Dec 2026, 23:12 Grace safety',
    'Sat 19 Dec 2026, 23:12 Priya safety',
  ]);
  expect(at.chat.posts().map(({ bell }) => bell)).toEqual([`${reference}: safety`, `${reference}: safety`]);
  expect(at.stands('#euston', 'offer')?.stopped).toBe('safety');
  // A second press while it is stopped is no second alarm.
  await press(at, 'Amara', id, fact('safeguarding.stopped'));
  expect(about('safety').length).toBe(2);

  await press(at, 'Grace', id, fact('safeguarding.taken'));
  expect(at.stands('Priya', 'safety')?.stopped).toBe('safety taken');
  const late = await at.stepwise.perform(at.id('Priya'), id, [fact('safeguarding.taken')], key());
  expect(late).toMatchObject({ ok: false, refusal: { code: 'already-done', first: { by: at.id('Grace') } } });

  at.chat.clear();
  await at.moveTo('2027-01-08', '12:00');
  expect(at.posts().filter((line) => !line.endsWith('mail-line'))).toEqual([]);
  expect(await at.stepwise.dueFor(at.id('Grace'))).toEqual([]);
  const refused = await at.stepwise.perform(at.id('Grace'), id, [record('offer', undefined)], key());
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'stopped' } });

  await press(at, 'Priya', id, fact('safeguarding.restarted', {}, { why: 'Seen and safe.' }));
  expect(at.stands('Grace', 'safety')?.stopped).toBeNull();
  await at.moveTo('2027-01-11', '09:00');
  expect(at.stands('#euston', 'digest')?.counts?.overdue).toBeGreaterThan(0);

  // Stopped again: another alarm, and not an edit of the first one.
  at.chat.clear();
  await press(at, 'Amara', id, fact('safeguarding.stopped'));
  expect(about('safety').length).toBe(2);
});

test('a reminder or a card that was queued before a stop is not posted after it', async () => {
  await at.moveTo('2026-12-18', '18:45');
  const {
    case: { id },
  } = await refer(at);
  await press(at, 'Amara', id, fact('safeguarding.stopped'));
  at.chat.clear();
  await at.moveTo('2026-12-29', '12:00');
  expect(about('digest')).toEqual([]);
  expect(at.posts().filter((line) => line.includes('escalation'))).toEqual([]);
  // The front door never had a card of it; what it gets says that it is stopped.
  const ofCase = at.chat.posts().filter(({ card }) => card.about !== 'mail-line');
  for (const { card } of ofCase) expect(card.stopped).toBe('safety');
});

test('a booking that was asked for and not made yet waits while the case is stopped', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  await at.fault({
    match: { method: 'POST', path: '/users/grace.adeyemi@camden.example/events' },
    status: 503,
    times: 1,
  });
  const sheet = (await at.stepwise.sheet(id)) as CaseSheet;
  const { times } = await at.stepwise.timesFor(sheet, 'consultation', true);
  const start = times.find((time) => time.start > london('2026-12-22', '00:00'))?.start ?? '';
  await press(at, 'Grace', id, record('consultation', 'booking', { start }));
  await press(at, 'Amara', id, fact('safeguarding.stopped'));
  await at.moveTo('2026-12-18', '12:00');
  expect(await at.meetings('grace.adeyemi@camden.example')).toEqual([]);
  await press(at, 'Priya', id, fact('safeguarding.restarted', {}, { why: 'Seen and safe.' }));
  await at.moveTo('2026-12-21', '09:00');
  expect((await at.meetings('grace.adeyemi@camden.example')).length).toBe(1);
});

test('a family that changes its mind stops everything that rests on its agreement, and the opener’s manager decides', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  at.chat.clear();
  const sheet = await press(at, 'Amara', id, fact('withdrawn'));
  expect(sheet.status.stopped?.why).toBe('withdrawn');
  expect(at.posts()).toEqual(['Thu 17 Dec 2026, 16:20 Priya case']);
  for (const [by, step, part] of [
    ['Grace', 'offer', undefined],
    ['Grace', 'acceptance', 'other-team'],
  ] as const) {
    const refused = await at.stepwise.perform(at.id(by), id, [record(step, part)], key());
    expect(refused.ok).toBe(false);
  }
  at.chat.clear();
  await at.moveTo('2027-01-08', '12:00');
  expect(at.posts().filter((line) => !line.endsWith('mail-line'))).toEqual([]);
  await press(at, 'Priya', id, fact('withdrawn.again', {}, { why: 'They talked again.' }));
  const again = await press(at, 'Grace', id, record('offer', undefined));
  expect(again.status.steps.offer?.state).toBe('done');
});

test('a case that is ended by hand takes its coming meetings out of the diaries', async () => {
  const id = await upToTheConsultation(at, '2026-12-18');
  await accept(at, id);
  expect((await at.meetings('jo.marsh@camden.example')).length).toBe(1);
  await press(at, 'Amara', id, fact('withdrawn'));
  const ended = await press(at, 'Priya', id, fact('case.ended', { how: 'family-withdrew' }, { why: 'They stay.' }));
  expect(ended.status).toMatchObject({ ended: { how: 'family-withdrew' }, holder: 'social-care' });
  expect(await at.meetings('jo.marsh@camden.example')).toEqual([]);
  expect((await at.folder(STEP_DOWN, 'inbox')).length).toBe(1);
  at.chat.clear();
  await at.moveTo('2027-01-08', '12:00');
  expect(at.posts().filter((line) => !line.endsWith('mail-line'))).toEqual([]);
});
