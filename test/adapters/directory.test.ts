import { fileURLToPath } from 'node:url';
import { DirectoryFaults, graphDirectory, parseDirectory, readDirectory } from '../../src/adapters/directory.ts';
import { councilsOf, localProtocols } from '../../src/adapters/local-protocols.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { PROGRAM } from '../../src/domain/case/types.ts';
import { addMinutes, parseDay } from '../../src/domain/time/instant.ts';
import { groups, holdAgainstContract, openTenant, PEOPLE, type TestTenant } from './graph/tenant.ts';

// Group 1: managers at the front door. 2 and 3: family workers of two teams. 4: service managers of both. 5: empty.
const GROUPS = groups([1, 2], [3, 4], [4, 5], [6], []);
const [FRONT_DOOR, EUSTON, KENTISH_TOWN, SERVICE, EMPTY] = GROUPS.map(({ id }) => id);
const UNKNOWN = '5a7d0c1e-0000-4000-8000-0000000000ff';

const FILE = `
tenantId: 5a7d0c1e-0000-4000-8000-000000000001
councils:
  camden:
    groups: { front-door-manager: ${FRONT_DOOR} }
    teams:
      euston:
        groups: { family-worker: ${EUSTON}, service-manager: ${SERVICE} }
        channel: euston
      kentish-town-east:
        groups: { family-worker: ${KENTISH_TOWN}, service-manager: ${SERVICE} }
        channel: kte
    channels:
      euston: { team: '19:eh@thread.tacv2', channel: '19:eh-euston@thread.tacv2' }
      kte: { team: '19:eh@thread.tacv2', channel: '19:eh-kte@thread.tacv2' }
    mailboxes: { step-down: EHstepdown@camden.example }
    rooms:
      - { name: Fern room, mail: fern@camden.example, seats: 8 }
      - { name: Ash room, mail: ash@camden.example }
  knowsley:
    groups: { mash-manager: ${FRONT_DOOR} }
`;

const protocols = loadProtocols();
const entries = parseDirectory(FILE, 'env/directory.test.yaml');
const person = (number: number) => PEOPLE[number - 1]?.id ?? '';
const names = (people: readonly { name: string }[]) => people.map(({ name }) => name);

let tenant: TestTenant;
beforeEach(async () => {
  tenant = await openTenant(GROUPS);
});
afterEach(() => tenant.close());

const clock = { now: () => tenant.now };
const directory = (from = entries, councils?: readonly string[]) => graphDirectory(from, tenant.graph, clock, councils);
const groupCalls = async () => (await tenant.calls()).filter(({ path }) => path.startsWith('/groups/')).length;

describe('The directory', () => {
  test('knows who holds a role of the council, and of each team', async () => {
    const found = directory();
    expect(names(await found.holders('camden', 'front-door-manager'))).toEqual(['Worker 1', 'Worker 2']);
    expect(names(await found.holders('camden', 'family-worker', 'euston'))).toEqual(['Worker 3', 'Worker 4']);
    expect(names(await found.holders('camden', 'family-worker', 'kentish-town-east'))).toEqual([
      'Worker 4',
      'Worker 5',
    ]);
  });

  test('gives the council’s holders of a role that a team has none of its own of', async () => {
    expect(names(await directory().holders('camden', 'front-door-manager', 'euston'))).toEqual([
      'Worker 1',
      'Worker 2',
    ]);
  });

  test('gives nobody where no group plays the part: a role held by team without a team, another council’s role', async () => {
    const found = directory();
    expect(await found.holders('camden', 'family-worker')).toEqual([]);
    expect(await found.holders('knowsley', 'front-door-manager')).toEqual([]);
    expect(await found.holders('barnsley', 'front-door-manager')).toEqual([]);
  });

  test('tells every role of a person, with council and team', async () => {
    const found = directory();
    expect(await found.rolesOf(person(1))).toEqual([
      { council: 'camden', role: 'front-door-manager' },
      { council: 'knowsley', role: 'mash-manager' },
    ]);
    expect(await found.rolesOf(person(4))).toEqual([
      { council: 'camden', role: 'family-worker', team: 'euston' },
      { council: 'camden', role: 'family-worker', team: 'kentish-town-east' },
    ]);
    expect(await found.rolesOf(person(6))).toEqual([
      { council: 'camden', role: 'service-manager', team: 'euston' },
      { council: 'camden', role: 'service-manager', team: 'kentish-town-east' },
    ]);
    expect(await found.rolesOf(person(20))).toEqual([]);
  });

  test('serves only the councils that this installation serves', async () => {
    const found = directory(entries, ['camden']);
    expect(found.councils).toEqual(['camden']);
    expect(await found.rolesOf(person(1))).toEqual([{ council: 'camden', role: 'front-door-manager' }]);
  });

  test('knows a person by object id, also one in no group, and nobody else', async () => {
    const found = directory();
    expect(await found.person(person(20))).toEqual({
      id: person(20),
      name: 'Worker 20',
      mail: 'worker20@camden.example',
    });
    expect(await found.person(UNKNOWN)).toBeUndefined();
    expect(await found.person(PROGRAM)).toBeUndefined();
  });

  test('knows channels by name and by team, and mailboxes by name', () => {
    const found = directory();
    const euston = { teamId: '19:eh@thread.tacv2', channelId: '19:eh-euston@thread.tacv2' };
    expect(found.channel('camden', 'euston')).toEqual(euston);
    expect(found.channel('camden', 'team/euston')).toEqual(euston);
    expect(found.channel('camden', 'team/kentish-town-east')?.channelId).toBe('19:eh-kte@thread.tacv2');
    expect(found.channel('camden', 'team/nowhere')).toBeUndefined();
    expect(found.channel('knowsley', 'euston')).toBeUndefined();
    expect(found.teamChannel('camden', 'kentish-town-east')).toBe('kte');
    expect(found.mailbox('camden', 'step-down')).toBe('EHstepdown@camden.example');
    expect(found.tenantId).toBe('5a7d0c1e-0000-4000-8000-000000000001');
  });

  test('knows the rooms of a council in the order in which they are to be taken', () => {
    const found = directory();
    expect(found.rooms('camden')).toEqual([
      { name: 'Fern room', mail: 'fern@camden.example', seats: 8 },
      { name: 'Ash room', mail: 'ash@camden.example' },
    ]);
    expect(found.rooms('knowsley')).toEqual([]);
    expect(found.rooms('barnsley')).toEqual([]);
  });

  test('a room without an address, with half a seat, or listed twice is told where it stands', () => {
    const room = (text: string) => () =>
      parseDirectory(FILE.replace('{ name: Ash room, mail: ash@camden.example }', text), 'f.yaml');
    expect(room('{ name: Ash room, mail: ash }')).toThrow(
      /^f\.yaml:\d+:\d+ {2}councils\.camden\.rooms\.1\.mail: is not an e-mail/,
    );
    expect(room('{ name: "", mail: ash@camden.example }')).toThrow('rooms.1.name: must not be empty');
    expect(room('{ name: Ash room, mail: ash@camden.example, seats: 2.5 }')).toThrow('must be a whole number');
    expect(room('{ name: Ash room, mail: Fern@camden.example }')).toThrow('rooms: lists a room twice');
  });

  test('asks Graph once in five minutes for each group, however many ask', async () => {
    const found = directory();
    await Promise.all([
      found.rolesOf(person(1)),
      found.rolesOf(person(2)),
      found.holders('camden', 'front-door-manager'),
    ]);
    expect(await groupCalls()).toBe(4);
    tenant.now = addMinutes(tenant.now, 4.9);
    await found.rolesOf(person(3));
    expect(await groupCalls()).toBe(4);
    tenant.now = addMinutes(tenant.now, 0.1);
    await found.rolesOf(person(3));
    expect(await groupCalls()).toBe(8);
    found.refresh();
    await found.rolesOf(person(3));
    expect(await groupCalls()).toBe(12);
  });

  test('does not keep a fault: the next question is asked again', async () => {
    const found = directory();
    await tenant.fault({ match: { path: '/groups/' }, status: 503 });
    await expect(found.holders('camden', 'front-door-manager')).rejects.toMatchObject({ again: true });
    expect(await found.holders('camden', 'front-door-manager')).toHaveLength(2);
  });

  test('answers no roles at all rather than some of them when a group cannot be read', async () => {
    const found = directory();
    await tenant.fault({ match: { path: `/groups/${SERVICE}` }, status: 503 });
    await expect(found.rolesOf(person(3))).rejects.toMatchObject({ status: 503 });
  });

  test('reads a group page by page to its end', async () => {
    await tenant.close();
    tenant = await openTenant(groups(PEOPLE.map((_, index) => index + 1)));
    const pages: string[] = [];
    // The sandbox gives up to 999 at once; asked for ten at a time, it makes three pages.
    const tens: typeof tenant.graph = {
      ...tenant.graph,
      get: (call) => {
        pages.push(call.path);
        return tenant.graph.get({ ...call, path: call.path.replace('$top=999', '$top=10') });
      },
    };
    const found = graphDirectory(entries, tens, clock);
    expect(await found.holders('camden', 'front-door-manager')).toHaveLength(30);
    expect(pages).toHaveLength(3);
  });
});

describe('The check at the start', () => {
  test('has nothing to say when every group is known and has people', async () => {
    expect(await directory().check()).toEqual([]);
  });

  test('names each group that Entra does not know, by part and id, and each that is empty', async () => {
    const wrong = FILE.replace(`family-worker: ${EUSTON}`, `family-worker: ${UNKNOWN}`).replace(
      `mash-manager: ${FRONT_DOOR}`,
      `mash-manager: ${EMPTY}`,
    );
    expect(await directory(parseDirectory(wrong, 'f.yaml')).check()).toEqual([
      `camden: the group of family-worker in euston (${UNKNOWN}) is not known to Microsoft Entra. Correct its id in the directory file.`,
      `knowsley: the group of mash-manager (${EMPTY}) has nobody in it. Add its members in Entra.`,
    ]);
  });

  test('names a council that is to be served and is not in the file', async () => {
    expect(await directory(entries, ['camden', 'barnsley']).check()).toEqual([
      'The directory file has no council called barnsley.',
    ]);
  });

  test('says what is wrong with a group that cannot be read', async () => {
    await tenant.fault({ match: { path: `/groups/${FRONT_DOOR}` }, status: 403 });
    const [fault] = await directory(entries, ['camden']).check();
    expect(fault).toContain(`camden: the group of front-door-manager (${FRONT_DOOR}) cannot be read.`);
    expect(fault).toContain('403 ErrorAccessDenied');
  });
});

describe('The directory file', () => {
  test('of the sandbox is in order', async () => {
    const file = fileURLToPath(new URL('../../env/directory.sandbox.yaml', import.meta.url));
    const read = await readDirectory(file);
    expect(Object.keys(read.councils)).toContain('camden');
  });

  test('tells every fault at once, each with file, line and column', () => {
    const wrong = `tenantId: camden
councils:
  camden:
    groups: { social-worker: everybody }
    colour: blue
    teams:
      euston: { groups: {}, channel: nowhere }
    channels:
      front-door: { team: General, channel: '19:fd-step-down@thread.tacv2' }
    mailboxes: { step-down: nobody }
`;
    let faults: readonly string[] = [];
    try {
      parseDirectory(wrong, 'env/directory.camden.yaml');
    } catch (fault) {
      if (fault instanceof DirectoryFaults) faults = fault.faults;
    }
    expect(faults.map((fault) => fault.split(': ')[0])).toEqual([
      'env/directory.camden.yaml:1:11  tenantId',
      'env/directory.camden.yaml:4:30  councils.camden.groups.social-worker',
      'env/directory.camden.yaml:5:5  councils.camden.colour',
      'env/directory.camden.yaml:7:38  councils.camden.teams.euston.channel',
      'env/directory.camden.yaml:9:27  councils.camden.channels.front-door.team',
      'env/directory.camden.yaml:10:29  councils.camden.mailboxes.step-down',
    ]);
    expect(faults[3]).toContain('there is no channel "nowhere"; channels: has front-door');
  });

  test('refuses addresses that lead nowhere or out of the council, with the line, the fault and the remedy', () => {
    const file = (
      domains: string,
      mailbox: string,
      room = 'fern@council.gov.uk',
    ) => `tenantId: 5a7d0c1e-0000-4000-8000-000000000001
councils:
  barnsley:
    groups: {}
    ${domains}
    mailboxes:
      early-help: ${mailbox}
    rooms: [{ name: Fern room, mail: ${room} }]
`;
    const faults = (...parts: Parameters<typeof file>) => {
      try {
        parseDirectory(file(...parts), 'env/directory.council.yaml');
        return [];
      } catch (fault) {
        return fault instanceof DirectoryFaults ? fault.faults : [String(fault)];
      }
    };
    const where = 'env/directory.council.yaml:7:19  councils.barnsley.mailboxes.early-help: ';
    const own = 'domains: [council.gov.uk, council.example]';
    expect(faults(own, 'earlyhelp@council.gcsx.gov.uk')).toEqual([
      `${where}earlyhelp@council.gcsx.gov.uk is in gcsx.gov.uk, a secure network that has been switched off: mail to it goes nowhere. Put the address that the council uses now`,
    ]);
    expect(faults('', 'earlyhelp@council.go.uk')).toEqual([
      `${where}earlyhelp@council.go.uk is in "council.go.uk", which is a misprint: mail to it goes nowhere. Perhaps council.gov.uk is meant`,
    ]);
    expect(faults('', 'earlyhelp@council.gov')).toEqual([expect.stringContaining('Perhaps council.gov.uk is meant')]);
    expect(faults(own, 'earlyhelp@concil.gov.uk')).toEqual([
      `${where}earlyhelp@concil.gov.uk is in concil.gov.uk, which is none of the council's own domains: council.gov.uk, council.example. Correct the address, or add the domain to domains if it is right`,
    ]);
    expect(faults(own, 'EarlyHelp@Council.gov.uk')).toEqual([]);
    expect(faults('', 'earlyhelp@concil.gov.uk')).toEqual([]);
    // To a meeting in such a room a stranger would be invited.
    expect(faults(own, 'a@council.gov.uk', 'fern@elsewhere.example')).toEqual([
      expect.stringMatching(
        /^env\/directory\.council\.yaml:8:38 {2}councils\.barnsley\.rooms\.0\.mail: fern@elsewhere\.example is in/,
      ),
    ]);
    expect(faults('domains: [council.gov.uk, council.gsi.gov.uk]', 'a@council.gov.uk')).toEqual([
      expect.stringMatching(/^env\/directory\.council\.yaml:5:31 {2}councils\.barnsley\.domains\.1: .*switched off/),
    ]);
    expect(faults('domains: ["@council.gov.uk"]', 'a@council.gov.uk')[0]).toContain('without @');
    expect(faults('domains: []', 'a@council.gov.uk')).toEqual([expect.stringContaining('or be left out')]);
  });

  test('may say what a council fills in, and every word of it that the council does not know is told', () => {
    const wrong = `tenantId: 5a7d0c1e-0000-4000-8000-000000000001
councils:
  knowsley:
    groups: {}
    settings: { notice: clear-days, documents-days: weekly, colour: blue }
    cycles:
      qa-meeting: { from: 2027-01-13, weekday: Wednesday }
      council-tax: { time: "09:30" }
    mailboxes: { cp-lead: cp.lead@knowsley.example, post-room: post@knowsley.example }
`;
    let faults: readonly string[] = [];
    try {
      parseDirectory(wrong, 'f.yaml', councilsOf(protocols));
    } catch (fault) {
      if (fault instanceof DirectoryFaults) faults = fault.faults;
    }
    expect(faults).toEqual([
      'f.yaml:5:53  councils.knowsley.settings.documents-days: "weekly" is none of its options: working, calendar',
      expect.stringMatching(
        /^f\.yaml:5:\d+ {2}councils\.knowsley\.settings\.colour: Knowsley has no setting of this name; it has notice, /,
      ),
      'f.yaml:7:48  councils.knowsley.cycles.qa-meeting.weekday: is for a forum that meets every week',
      expect.stringContaining(
        'councils.knowsley.cycles.council-tax: Knowsley has no forum of this name; it has qa-meeting, ',
      ),
      expect.stringContaining('councils.knowsley.mailboxes.post-room: Knowsley has no mailbox of this name'),
    ]);
    const shapes = wrong
      .replace('2027-01-13', '2027-02-30')
      .replace('"09:30"', '"9.30"')
      .replace('Wednesday', 'Sunday');
    expect(() => parseDirectory(shapes, 'f.yaml')).toThrow(
      /qa-meeting\.from: has to be a day like 2027-01-14.*qa-meeting\.weekday: has to be Monday, .*council-tax\.time: has to be a time like/s,
    );
  });

  test('its values stand over those of the council’s folder: readings, days, addresses, days off and numbers', () => {
    const text = `tenantId: 5a7d0c1e-0000-4000-8000-000000000001
councils:
  knowsley:
    groups: {}
    safeguarding: { daytime: 0151 496 0001 }
    settings: { notice: clear-days }
    cycles:
      qa-meeting: { from: 2027-01-13, time: "09:00" }
    mailboxes: { cp-lead: cp.lead@knowsley.example }
    closure-days: [{ day: 2026-12-29, name: Christmas closure }]
  herefordshire:
    groups: {}
    cycles: { mag: { dates: { north: [2027-01-14, 2027-02-11] } }, transfer-meeting: { weekday: Thursday } }
`;
    const read = parseDirectory(text, 'f.yaml', councilsOf(protocols));
    const here = localProtocols(protocols, read);
    const council = (id: string) => councilsOf(here)(id);
    expect(council('knowsley')?.settings.notice?.default).toBe('clear-days');
    expect(council('knowsley')?.settings['documents-days']?.default).toBe('working');
    expect(council('knowsley')?.cycles['qa-meeting']).toMatchObject({ from: '2027-01-13', time: '09:00', minutes: 90 });
    expect(council('knowsley')?.mailboxes['cp-lead']?.address).toBe('cp.lead@knowsley.example');
    expect(council('knowsley')?.safeguarding).toMatchObject({ emergency: '999', daytime: '0151 496 0001' });
    expect(council('knowsley')?.safeguarding.outOfHours).toBeUndefined();
    expect(council('herefordshire')?.cycles['transfer-meeting']?.weekday).toBe('Thursday');
    expect(council('herefordshire')?.cycles.mag?.datesOfTeam).toEqual({
      ...{ hereford: [], south: [] },
      north: ['2027-01-14', '2027-02-11'],
    });
    expect(here.calendar('knowsley').isWorkingDay(parseDay('2026-12-29'))).toBe(false);
    expect(here.calendar('herefordshire').isWorkingDay(parseDay('2026-12-29'))).toBe(true);
    // What the protocols were is left as it was.
    expect(councilsOf(protocols)('knowsley')?.settings.notice?.default).toBe('counted');
    const [first] = here.all();
    expect(first && here.get(first.id)).toBe(first);
  });

  test('that is no YAML, empty, or not there is said as such', async () => {
    expect(() => parseDirectory('councils: [', 'f.yaml')).toThrow(/^f\.yaml:1:\d+ {2}this is not YAML/);
    expect(() => parseDirectory('', 'f.yaml')).toThrow('f.yaml:1:1');
    await expect(readDirectory('env/directory.nowhere.yaml')).rejects.toThrow('cannot be read. DIRECTORY has to name');
  });
});

holdAgainstContract();
