/** Agendas of standing forums: what waits for a session, in the channel of whoever holds it. */
import { localProtocols } from '../../src/adapters/local-protocols.ts';
import { fact, nameTeam, press, record, refer } from './story.ts';
import { openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

const PANEL = 'agenda Early Help Panel';
const toPanel = (id: string) =>
  press(at, 'Dawn', id, record('front-door', 'panel', { why: 'complex-family', short: 'Two services.' }));
const agendas = () => at.posts().filter((line) => line.includes('agenda'));

test('when the list closes, one post in the front door’s channel names every family that waits for the panel', async () => {
  const first = await refer(at);
  await at.moveTo('2026-12-17', '16:30');
  const other = await refer(at);
  const team = await refer(at);
  await toPanel(first.case.id);
  await toPanel(other.case.id);
  await nameTeam(at, team.case.id);
  await at.moveTo('2026-12-22', '09:00');
  expect(agendas()).toEqual([`Mon 21 Dec 2026, 17:00 #front-door ${PANEL}`]);
  expect(at.stands('#front-door', PANEL)).toMatchObject({
    session: 'Tue 22 Dec 2026, 10:00',
    listCloses: 'Mon 21 Dec 2026, 17:00',
    lines: [first, other].map(({ case: { reference } }) => `${reference} ${first.protocol.steps.panel?.title}`),
    came: 0,
    went: 0,
  });
});

test('what is no longer on the list leaves the post in place, and nothing is posted a second time', async () => {
  const { case: of } = await refer(at);
  const other = await refer(at);
  await toPanel(of.id);
  await toPanel(other.case.id);
  await at.moveTo('2026-12-22', '09:00');
  await press(at, 'Amara', of.id, fact('withdrawn'));
  expect(agendas()).toHaveLength(1);
  expect(at.stands('#front-door', PANEL)).toMatchObject({
    came: 0,
    went: 1,
    lines: [expect.stringContaining(other.case.reference)],
  });
});

test('what is decided after the list has closed is on the next session’s list', async () => {
  const { case: of } = await refer(at);
  await at.moveTo('2026-12-21', '17:00');
  await at.moveTo('2026-12-22', '09:00');
  await toPanel(of.id);
  expect(agendas()).toEqual([]);
  await at.moveTo('2026-12-29', '09:00');
  expect(agendas()).toEqual([`Thu 24 Dec 2026, 17:00 #front-door ${PANEL}`]);
  expect(at.stands('#front-door', PANEL)).toMatchObject({ session: 'Tue 29 Dec 2026, 10:00' });
});

test('with nothing on the list nothing is posted, week after week', async () => {
  await refer(at);
  await at.moveTo('2027-01-13', '12:00');
  expect(agendas()).toEqual([]);
});

test('after a restart in the night before, the agenda that fell due meanwhile is posted in the morning, once', async () => {
  const { case: of } = await refer(at);
  await toPanel(of.id);
  at.replace({ chat: { ...at.world.chat, post: () => Promise.reject(new Error('Teams does not answer.')) } });
  await at.moveTo('2026-12-21', '18:00');
  at.replace({ chat: at.chat });
  await at.moveTo('2026-12-22', '09:30');
  expect(agendas()).toEqual([`Tue 22 Dec 2026, 08:30 #front-door ${PANEL}`]);
});

test('a forum without a day posts nothing; once the council fills the day in, what waits has a date and a list', async () => {
  const unset = localProtocols(at.world.protocols, { tenantId: '', councils: {} });
  const without = (protocol: ReturnType<typeof unset.get>) => {
    const { weekday: _, ...panel } = protocol.council.cycles['eh-panel'] ?? ({} as never);
    return { ...protocol, council: { ...protocol.council, cycles: { ...protocol.council.cycles, 'eh-panel': panel } } };
  };
  const { protocols } = at.world;
  at.replace({
    protocols: {
      all: () => protocols.all().map(without),
      get: (id, version) => without(protocols.get(id, version)),
      calendar: (council) => protocols.calendar(council),
    },
  });
  const { case: of } = await refer(at);
  const sheet = await toPanel(of.id);
  expect(sheet.status.steps.panel?.noDate).toBe('The council has not set the day of the Early Help Panel.');
  expect(await at.stepwise.undatedFor(at.id('Dawn'))).toMatchObject([
    { reference: of.reference, step: 'panel', why: 'The council has not set the day of the Early Help Panel.' },
  ]);
  expect((await at.stepwise.dueFor(at.id('Dawn'))).map(({ step }) => step)).not.toContain('panel');

  at.replace({ protocols });
  const { workOutAgain } = await import('../../src/application/rewrite-rows.ts');
  await workOutAgain(at.world);
  expect(await at.stepwise.undatedFor(at.id('Dawn'))).toEqual([]);
  expect((await at.stepwise.dueFor(at.id('Dawn'))).map(({ step }) => step)).toContain('panel');
  await at.moveTo('2026-12-22', '09:00');
  expect(agendas()).toEqual([`Mon 21 Dec 2026, 17:00 #front-door ${PANEL}`]);
});

describe('whoever asks when a panel meets', () => {
  const told = async (name: string) =>
    (await at.stepwise.forumsFor(at.id(name))).map(({ title, next, why }) => [title, next?.day, next?.waiting, why]);

  test('is told the next session of each forum of the council and how many wait, and no family', async () => {
    const { case: of } = await refer(at);
    await toPanel(of.id);
    expect(await told('Amara')).toEqual([
      ['Daily Discussion', '2026-12-18', 0, undefined],
      ['Early Help Panel', '2026-12-22', 1, undefined],
    ]);
    expect(JSON.stringify(await at.stepwise.forumsFor(at.id('Amara')))).not.toContain(of.reference);
  });

  test('once the list is closed, is told the session for what comes now', async () => {
    await at.moveTo('2026-12-21', '17:30');
    const panel = (await at.stepwise.forumsFor(at.id('Dawn'))).find(({ cycle }) => cycle === 'eh-panel');
    expect(panel?.next).toMatchObject({ day: '2026-12-22', after: '2026-12-29' });
  });

  test('and holds no role in any council is told of none', async () => {
    expect(await at.stepwise.forumsFor('somebody-else')).toEqual([]);
  });
});
