/** Forums that take the entries of a register, and forums of teams: with the councils' own files and invented people. */
import { join, resolve } from 'node:path';
import { withLocalValues } from '../../src/adapters/local-values.ts';
import { agendaItem, forumsOf, sessionToCome } from '../../src/application/agendas.ts';
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
