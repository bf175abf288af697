/** Who owes a step of the councils' own protocols, and where it is reminded of. The directory is a plain list of invented people. */
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { maySee } from '../../src/application/may-see.ts';
import { channelOf, owingRoles, ownersOf } from '../../src/application/owners.ts';
import type { Directory, Person } from '../../src/application/ports.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { CaseStatus, RecordedFact, StepView } from '../../src/domain/case/types.ts';
import type { Protocol, Step } from '../../src/domain/protocol/types.ts';
import { london } from './world.ts';

const protocols = loadProtocols();

/** Role, or role of a team: first names. */
type Staff = Readonly<Record<string, readonly string[]>>;

function directory(staff: Staff): Directory {
  const people = (names: readonly string[] = []): Person[] =>
    names.map((name) => ({ id: name, name, mail: `${name}@x.example` }));
  return {
    person: async (id) => people([id])[0],
    holders: async (_, role, team) => people(staff[team ? `${role}/${team}` : role]),
    rolesOf: async () => [],
    channel: () => undefined,
    teamChannel: (_, team) => `channel of ${team}`,
    mailbox: () => undefined,
    rooms: () => [],
    tenantId: '',
  };
}

function status(over: Partial<CaseStatus> = {}): CaseStatus {
  return { steps: {}, deadlines: [], holder: '', teams: [], named: {}, cover: [], lists: {}, agencies: [], ...over };
}

const names = (people: readonly Person[]) => people.map(({ name }) => name);
const said = (role: string, outcome: string, answers = {}) => ({
  role,
  outcome,
  by: { by: role, answers } as RecordedFact,
});
const view = (step: Step, over: Partial<StepView>): Record<string, StepView> => ({
  [step.id]: { step: step.id, state: 'open', blockedBy: [], blockedOutcomes: {}, ...over },
});

function joint(pathway: string): { readonly protocol: Protocol; readonly step: Step } {
  const protocol = protocols.get(pathway);
  const step = Object.values(protocol.steps).find((each) => each.kind === 'decide' && each.joint);
  if (!step) throw new Error(`${pathway} decides nothing together.`);
  return { protocol, step };
}

describe('a role that nobody inside holds', () => {
  const protocol = protocols.get('herefordshire/open-to-early-help');
  const staff = { 'advanced-practitioner': ['Asha', 'Bea'] };

  test('is owed by those who record for it, in their channel', async () => {
    const on = status({ named: { 'eh-worker': 'Dev' }, team: 'north', teams: ['north'] });
    expect(names(await ownersOf(directory(staff), protocol, on, 'lead-practitioner'))).toEqual(['Dev', 'Asha', 'Bea']);
    expect(channelOf(directory(staff), protocol, on, 'lead-practitioner')).toBe('channel of north');
    // Without a team yet: in the channel of the first who record for it and have one.
    expect(channelOf(directory(staff), protocol, status(), 'lead-practitioner')).toBe('advanced-practitioners');
  });

  test('is owed by whoever is named for it as soon as somebody is', async () => {
    const on = status({ named: { 'lead-practitioner': 'Lou', 'eh-worker': 'Dev' } });
    expect(names(await ownersOf(directory(staff), protocol, on, 'lead-practitioner'))).toEqual(['Lou']);
  });
});

describe('a decision that several take together', () => {
  const { protocol, step } = joint('barnsley/early-help-recommended');
  const roles = step.by;

  test('is owed by every role, until one has said a word', () => {
    expect(roles.length).toBeGreaterThan(1);
    expect(owingRoles(step, status({ steps: view(step, {}) }))).toEqual(roles);
    const agreed = [said(roles[0] ?? '', 'yes')];
    expect(owingRoles(step, status({ steps: view(step, { agreed }) }))).toEqual(roles.slice(1));
  });

  test('is owed by all of them again where they do not agree', () => {
    const agreed = roles.map((role, index) => said(role, `outcome ${index}`));
    expect(owingRoles(step, status({ steps: view(step, { agreed }) }))).toEqual(roles);
  });

  test('any other is owed by the first role that may do it', () => {
    const other = Object.values(protocol.steps).find(({ kind, by }) => kind === 'record' && by.length > 1);
    expect(other && owingRoles(other, status())).toEqual(other?.by.slice(0, 1));
  });
});

test('where two teams have to agree, the managers of the one that has said so owe nothing more', async () => {
  const protocol = protocols.get('camden/after-assessment');
  const step = Object.values(protocol.steps).find(({ kind, id }) => kind === 'resolve' && id === 'dispute');
  if (!step) throw new Error('There is no such ladder.');
  const staff = { 'eh-team-manager/euston': ['Grace'], 'eh-team-manager/kentish-town-east': ['Hugh'] };
  const teams = { team: 'euston', teams: ['euston', 'kentish-town-east'] };
  const owners = async (agreed: StepView['agreed']) => {
    const on = status({ ...teams, steps: view(step, { rung: 0, ...(agreed ? { agreed } : {}) }) });
    return names(await ownersOf(directory(staff), protocol, on, 'eh-team-manager', step.id));
  };
  expect(await owners(undefined)).toEqual(['Grace', 'Hugh']);
  expect(await owners([said('eh-team-manager', 'settled', { 'as-team': 'euston' })])).toEqual(['Hugh']);
});

test('who records for somebody outside may open the case; nobody else of the council may because of it', () => {
  const found = protocols.all().flatMap((protocol) =>
    Object.values(protocol.steps).flatMap((step) =>
      step.by.flatMap((role) => {
        const recorders = protocol.council.roles[role]?.recordedBy ?? [];
        const own = [...step.by, ...protocol.opening.by];
        return recorders.filter((each) => !own.includes(each)).map((recorder) => ({ protocol, step, recorder }));
      }),
    ),
  );
  expect(found.length).toBeGreaterThan(0);
  for (const { protocol, step, recorder } of found) {
    const sheet = {
      protocol,
      status: status({ steps: view(step, {}) }),
      now: london('2026-12-17', '12:00'),
    } as CaseSheet;
    const may = (held: string) => maySee({ person: 'x', name: 'x', roles: [held] }, sheet);
    expect(may(recorder)).toBe(true);
    expect(may('administrator')).toBe(false);
  }
});
