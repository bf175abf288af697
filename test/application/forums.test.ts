/** Forums that take the entries of a register, and forums of teams: with the councils' own files and invented people. */
import { join, resolve } from 'node:path';
import { type LocalCycle, withLocalValues } from '../../src/adapters/local-values.ts';
import { agendaItem, forumsOf, sessionAfterThat, sessionToCome } from '../../src/application/agendas.ts';
import type { RegisterRow } from '../../src/application/ports.ts';
import { parseDay, writeInstant } from '../../src/domain/time/instant.ts';
import { type PlainCard, plain } from './drawing.ts';
import { london, openWorld, type TestWorld } from './world.ts';

const FOLDER = join(resolve(import.meta.dirname, '../..'), 'src/protocols');

let at: TestWorld;
afterEach(() => at.close());

const open = async (council: string, day = '2026-12-17') => {
  at = await openWorld({ protocols: { folder: FOLDER, council }, start: london(day, '12:00') });
};

/** A case of which nothing is known but its entry in a register. */
async function entry(pathway: string, list: string, state: string, since: string, n: number): Promise<string> {
  const protocol = at.world.protocols.get(pathway);
  const reference = `${protocol.council.referencePrefix}-222${n}`;
  const id = `case-${n}`;
  const row: RegisterRow = {
    council: protocol.council.id,
    list,
    state,
    since: parseDay(since),
    caseId: id,
    reference,
    pathway,
  };
  const opened = {
    ...{ type: 'case-opened' as const, recordedAt: at.now(), by: 'x', commandKey: `open-${n}`, reference },
    ...{ council: protocol.council.id, pathway, version: protocol.version, children: [], settings: {} },
  };
  await at.store.append({
    ...{ caseId: id, expectedSeq: 0, events: [opened], deadlines: [], outbox: [], lists: [row] },
    row: {
      ...{ id, reference, council: protocol.council.id, pathway, status: 'ended', holder: '', team: null, children: 0 },
      ...{ openedAt: at.now(), updatedAt: at.now(), people: [] },
    },
  });
  return reference;
}

const agendas = (): readonly PlainCard[] =>
  at.chat
    .posts()
    .map(({ card }) => plain(card))
    .filter(({ about }) => about.startsWith('agenda'));

test('Barnsley: the list of paused assessments is posted before its monthly look, each with since when, and new ones marked', async () => {
  await open('barnsley');
  const old = await entry('barnsley/specialist-step-in', 'eha', 'paused', '2026-10-01', 2);
  const fresh = await entry('barnsley/specialist-step-in', 'eha', 'paused', '2026-12-14', 3);
  await entry('barnsley/specialist-step-in', 'eha', 'active', '2026-12-14', 4);
  await at.moveTo('2027-01-07', '09:00');
  expect(agendas()).toHaveLength(1);
  expect(agendas()[0]).toMatchObject({
    about: 'agenda List of paused Early Help Assessments',
    session: 'Thu 7 Jan 2027, 10:00',
    lines: [`${old} Early Help Assessments: paused`, `${fresh} Early Help Assessments: paused (new)`],
  });
  expect(await at.stepwise.register('barnsley', 'eha', 'active')).toMatchObject([
    { reference: 'BAR-2224', state: 'active' },
  ]);
  expect(await at.stepwise.register('barnsley', 'eha')).toHaveLength(3);
});

test('Knowsley: as long as the council has not set a day nothing is posted, and nothing falls due', async () => {
  await open('knowsley');
  await entry('knowsley/planned-step-up', 'step-up-log', 'planned', '2026-12-01', 2);
  await at.moveTo('2027-03-01', '12:00');
  expect(agendas()).toEqual([]);
});

test('Herefordshire: each locality with days of its own has its own agenda, and the others none', async () => {
  await open('herefordshire');
  const { protocols } = at.world;
  const local = { cycles: { mag: { dates: { north: [parseDay('2027-01-14')], south: [parseDay('2027-01-12')] } } } };
  const fill = (protocol: ReturnType<typeof protocols.get>) => ({
    ...protocol,
    council: withLocalValues(protocol.council, local),
  });
  at.replace({
    protocols: {
      all: () => protocols.all().map(fill),
      get: (id, version) => fill(protocols.get(id, version)),
      calendar: (council) => protocols.calendar(council),
    },
  });
  const calendar = protocols.calendar('herefordshire');
  const forums = forumsOf(at.world, 'herefordshire').filter(({ name }) => name === 'mag');
  expect(forums.map(({ team }) => team)).toEqual(['hereford', 'north', 'south']);
  const items = forums.map((forum) => {
    const session = sessionToCome(forum, calendar, at.now());
    return session && agendaItem(forum, session);
  });
  expect(items.map((item) => item && `${item.key} ${writeInstant(item.notBefore)}`)).toEqual([
    undefined,
    'agenda/herefordshire/mag/2027-01-14/north Wed 13 Jan 2027, 08:30',
    'agenda/herefordshire/mag/2027-01-12/south Mon 11 Jan 2027, 08:30',
  ]);
  // Once the last listed day is over there is no further one.
  const [, north] = forums;
  expect(north && sessionToCome(north, calendar, london('2027-01-14', '10:00'))).toBeUndefined();
});

/** The council has filled in when its forums meet. */
function meets(cycles: Readonly<Record<string, LocalCycle>>): void {
  const { protocols } = at.world;
  const fill = (protocol: ReturnType<typeof protocols.get>) => ({
    ...protocol,
    council: withLocalValues(protocol.council, { cycles }),
  });
  at.replace({
    protocols: {
      all: () => protocols.all().map(fill),
      get: (id, version) => fill(protocols.get(id, version)),
      calendar: (council) => protocols.calendar(council),
    },
  });
}

/** The next sessions from that day on, each with when its agenda is posted. */
function sessions(council: string, name: string, from: string, many: number): readonly string[] {
  const forum = forumsOf(at.world, council).find((each) => each.name === name);
  if (!forum) throw new Error(`${council} has no ${name}.`);
  const calendar = at.world.protocols.calendar(council);
  const found: string[] = [];
  let session = sessionToCome(forum, calendar, london(from, '00:00'));
  while (session && found.length < many) {
    found.push(`${writeInstant(session.begins)}, posted ${writeInstant(session.postAt)}`);
    session = sessionAfterThat(forum, calendar, session);
  }
  return found;
}

describe('in Christmas and Easter weeks', () => {
  test('Camden’s panel leaves out a bank-holiday Tuesday, and its list closes on the working day before', async () => {
    await open('camden');
    expect(sessions('camden', 'eh-panel', '2026-12-16', 3)).toEqual([
      'Tue 22 Dec 2026, 10:00, posted Mon 21 Dec 2026, 17:00',
      'Tue 29 Dec 2026, 10:00, posted Thu 24 Dec 2026, 17:00',
      'Tue 5 Jan 2027, 10:00, posted Mon 4 Jan 2027, 17:00',
    ]);
    expect(sessions('camden', 'eh-panel', '2027-12-20', 2)).toEqual([
      'Tue 21 Dec 2027, 10:00, posted Mon 20 Dec 2027, 17:00',
      'Tue 4 Jan 2028, 10:00, posted Fri 31 Dec 2027, 17:00',
    ]);
    // Easter Monday is no day on which a list could close.
    expect(sessions('camden', 'eh-panel', '2027-03-25', 1)).toEqual([
      'Tue 30 Mar 2027, 10:00, posted Thu 25 Mar 2027, 17:00',
    ]);
  });

  test('Camden’s Daily Discussion is held on working days only', async () => {
    await open('camden');
    expect(sessions('camden', 'daily-discussion', '2026-12-24', 2)).toEqual([
      'Thu 24 Dec 2026, 09:30, posted Wed 23 Dec 2026, 08:30',
      'Tue 29 Dec 2026, 09:30, posted Thu 24 Dec 2026, 08:30',
    ]);
    expect(sessions('camden', 'daily-discussion', '2027-03-26', 1)).toEqual([
      'Tue 30 Mar 2027, 09:30, posted Thu 25 Mar 2027, 08:30',
    ]);
  });

  test('Barnsley’s weekly review on a Friday moves to the next working day, and the monthly list of pauses too', async () => {
    await open('barnsley');
    meets({ 'one-to-one-review': { weekday: 'Friday' }, 'early-help-panel': { weekday: 'Monday' } });
    expect(sessions('barnsley', 'one-to-one-review', '2026-12-17', 4)).toEqual([
      'Fri 18 Dec 2026, 10:00, posted Thu 17 Dec 2026, 08:30',
      'Tue 29 Dec 2026, 10:00, posted Thu 24 Dec 2026, 08:30',
      'Mon 4 Jan 2027, 10:00, posted Thu 31 Dec 2026, 08:30',
      'Fri 8 Jan 2027, 10:00, posted Thu 7 Jan 2027, 08:30',
    ]);
    expect(sessions('barnsley', 'early-help-panel', '2027-03-26', 2)).toEqual([
      'Tue 30 Mar 2027, 10:00, posted Thu 25 Mar 2027, 08:30',
      'Mon 5 Apr 2027, 10:00, posted Fri 2 Apr 2027, 08:30',
    ]);
    // The seventh of February and of March 2027 are Sundays.
    expect(sessions('barnsley', 'paused-watch', '2027-01-01', 3)).toEqual([
      'Thu 7 Jan 2027, 10:00, posted Wed 6 Jan 2027, 08:30',
      'Mon 8 Feb 2027, 10:00, posted Fri 5 Feb 2027, 08:30',
      'Mon 8 Mar 2027, 10:00, posted Fri 5 Mar 2027, 08:30',
    ]);
  });

  test('Herefordshire’s transfer meeting on a Monday is left out, its Multi Agency Group is on the day that is listed', async () => {
    await open('herefordshire');
    meets({ 'transfer-meeting': { weekday: 'Monday' }, mag: { dates: { hereford: [parseDay('2026-12-29')] } } });
    expect(sessions('herefordshire', 'transfer-meeting', '2026-12-21', 2)).toEqual([
      'Mon 21 Dec 2026, 10:00, posted Fri 18 Dec 2026, 17:00',
      'Mon 4 Jan 2027, 10:00, posted Thu 31 Dec 2026, 17:00',
    ]);
    expect(sessions('herefordshire', 'transfer-meeting', '2027-03-23', 1)).toEqual([
      'Mon 5 Apr 2027, 10:00, posted Fri 2 Apr 2027, 17:00',
    ]);
    expect(sessions('herefordshire', 'mag', '2026-12-21', 2)).toEqual([
      'Tue 29 Dec 2026, 10:00, posted Thu 24 Dec 2026, 08:30',
    ]);
  });

  test('Knowsley’s meetings every two months, every month and every four weeks move to the next working day', async () => {
    await open('knowsley');
    meets({
      'qa-meeting': { from: parseDay('2026-10-26') },
      'step-up-log-review': { from: parseDay('2026-11-25') },
      'step-down-meeting': { from: parseDay('2026-11-27') },
    });
    expect(sessions('knowsley', 'qa-meeting', '2026-12-01', 2)).toEqual([
      'Tue 29 Dec 2026, 10:00, posted Thu 24 Dec 2026, 17:00',
      'Fri 26 Feb 2027, 10:00, posted Thu 25 Feb 2027, 17:00',
    ]);
    expect(sessions('knowsley', 'step-up-log-review', '2026-12-01', 2)).toEqual([
      'Tue 29 Dec 2026, 09:30, posted Thu 24 Dec 2026, 08:30',
      'Mon 25 Jan 2027, 09:30, posted Fri 22 Jan 2027, 08:30',
    ]);
    // The four weeks count from the day that was moved away from, not from the day that it was moved to.
    expect(sessions('knowsley', 'step-down-meeting', '2026-12-01', 3)).toEqual([
      'Tue 29 Dec 2026, 10:00, posted Thu 24 Dec 2026, 08:30',
      'Fri 22 Jan 2027, 10:00, posted Thu 21 Jan 2027, 08:30',
      'Fri 19 Feb 2027, 10:00, posted Thu 18 Feb 2027, 08:30',
    ]);
  });
});
