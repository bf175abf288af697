/**
 * People, teams, channels and mailboxes for a council that has no tenant file of its own: made up from the roles of its council.yaml,
 * the same ones every time. So a new council's folder can be tried in the sandbox before anything else is written.
 */
import { createHash } from 'node:crypto';
import type { Council, Protocol, RoleId, TeamId } from '../domain/protocol/types.ts';
import { addDays } from '../domain/time/day-number.ts';
import { parseDay } from '../domain/time/instant.ts';
import type { Group, Mailbox, Person, Team } from './context.ts';

/** One council's part of the tenant. */
export interface CouncilPart {
  readonly id: string;
  readonly name: string;
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly teams: readonly Team[];
  readonly mailboxes: readonly Mailbox[];
}

export interface Invented extends CouncilPart {
  /** The council's entry in the bot's directory file. */
  readonly directory: Readonly<Record<string, unknown>>;
}

/**
 * @param names first and last names to give, in order; taken from the front
 */
export function inventCouncil(council: Council, protocols: readonly Protocol[], names: Iterator<string>): Invented {
  const id = (what: string): string => guid(`${council.id}/${what}`);
  const domain = `${council.id}.example`;
  const people: Person[] = [];
  const groups: Group[] = [];
  const inRole = new Map<string, readonly string[]>();

  const hire = (role: RoleId, team: TeamId | undefined): string => {
    const name = names.next().value as string;
    const about = council.roles[role];
    const person: Person = {
      id: id(`person/${role}/${team ?? ''}/${people.length}`),
      aadObjectId: id(`person/${role}/${team ?? ''}/${people.length}`),
      name,
      mail: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@${domain}`,
      role,
      title: capital(about?.name ?? role),
      team: placeOf(council, role, team),
      council: council.id,
      busy: BUSY[people.length % BUSY.length] ?? [],
    };
    people.push(person);
    return person.id;
  };
  const group = (role: RoleId, team: TeamId | undefined): string => {
    const members = Array.from({ length: howMany(council, protocols, role) }, () => hire(role, team));
    const groupId = id(`group/${role}/${team ?? ''}`);
    const where = team === undefined ? council.name : (council.teams[team]?.name ?? team);
    groups.push({ id: groupId, name: `${where}: ${council.roles[role]?.name ?? role}`, members });
    inRole.set(`${role}/${team ?? ''}`, members);
    return groupId;
  };

  const ownGroups: Record<RoleId, string> = {};
  for (const [role, { held, outside }] of Object.entries(council.roles)) {
    if (outside === true && held === 'named') continue;
    if (held !== 'team') ownGroups[role] = group(role, undefined);
  }
  const teamGroups: Record<TeamId, Record<RoleId, string>> = {};
  for (const team of Object.keys(council.teams)) {
    teamGroups[team] = {};
    for (const [role, { held }] of Object.entries(council.roles)) {
      if (held === 'team') teamGroups[team][role] = group(role, team);
    }
  }

  const teams: Team[] = [];
  const channels: Record<string, { readonly team: string; readonly channel: string }> = {};
  const membersOf = (channel: string, team?: TeamId): readonly string[] =>
    Object.entries(council.roles)
      .filter(([, role]) => role.channel === channel)
      .flatMap(([role]) => inRole.get(`${role}/${team ?? ''}`) ?? (team === undefined ? everywhere(inRole, role) : []));
  for (const [channel, { name }] of Object.entries(council.channels)) {
    const thread = (part: string) => `19:${council.id}-${channel}${part}@thread.tacv2`;
    const members = membersOf(channel);
    teams.push({
      id: thread(''),
      groupId: id(`team/${channel}`),
      name: `${council.name}: ${name}`,
      channels: [{ id: thread('-deadlines'), name: 'Deadlines' }],
      members: members.length > 0 ? members : people.slice(0, 1).map((person) => person.id),
    });
    channels[channel] = { team: thread(''), channel: thread('-deadlines') };
  }
  if (Object.keys(council.teams).length > 0) {
    const thread = (part: string) => `19:${council.id}-teams${part}@thread.tacv2`;
    const members = Object.keys(council.teams).flatMap((team) =>
      Object.entries(council.roles).flatMap(([role]) => inRole.get(`${role}/${team}`) ?? []),
    );
    const workers = Object.entries(council.roles).flatMap(([role, { channel, held }]) =>
      channel === 'team' && held !== 'team' ? everywhere(inRole, role) : [],
    );
    teams.push({
      id: thread(''),
      groupId: id('team/teams'),
      name: `${council.name}: teams`,
      channels: Object.entries(council.teams).map(([team, { name }]) => ({ id: thread(`-${team}`), name })),
      members: [...new Set([...members, ...workers])],
    });
    for (const team of Object.keys(council.teams)) {
      if (!(team in channels)) channels[team] = { team: thread(''), channel: thread(`-${team}`) };
    }
  }

  const mailboxes = Object.entries(council.mailboxes).map(([name, mailbox]) => ({
    council: council.id,
    id: id(`mailbox/${name}`),
    name: mailbox.name,
    mail: `${(mailbox.address ?? name).split('@')[0]}@${domain}`,
  }));
  const rooms = ROOMS.map(({ name, seats }) => ({
    name,
    mail: `${name.toLowerCase().replaceAll(' ', '.')}@${domain}`,
    seats,
  }));
  return {
    id: council.id,
    name: council.name,
    people,
    groups,
    teams,
    mailboxes: [
      ...mailboxes,
      ...rooms.map(({ name, mail }) => ({ council: council.id, id: id(`room/${mail}`), name, mail })),
    ],
    directory: {
      groups: ownGroups,
      teams: Object.fromEntries(
        Object.entries(teamGroups).map(([team, held]) => [team, { groups: held, channel: team }]),
      ),
      channels,
      mailboxes: Object.fromEntries(Object.keys(council.mailboxes).map((name, at) => [name, mailboxes[at]?.mail])),
      rooms,
      ...numbers(council),
      ...sessions(council),
    },
  };
}

/** Mailboxes of their own, with diaries. */
const ROOMS = [
  { name: 'Meeting room 1', seats: 12 },
  { name: 'Meeting room 2', seats: 6 },
];

/** Kept free for drama: nobody answers them. */
function numbers(council: Council): object {
  const { daytime, outOfHours } = council.safeguarding;
  return daytime && outOfHours
    ? {}
    : { safeguarding: { daytime: daytime ?? '020 7946 0101', outOfHours: outOfHours ?? '020 7946 0199' } };
}

/** A Wednesday; the same after every restart. Sessions every four weeks for five years. */
const FIRST_SESSION = parseDay('2026-01-14');
const SESSIONS = 65;

/** Days for forums that the council has not set yet. In the sandbox only: a real council settles them itself. */
function sessions(council: Council): object {
  const cycles = Object.entries(council.cycles).flatMap(([name, cycle]): [string, object][] => {
    if (cycle.every === 'working day') return [];
    if (cycle.every === 'dates') {
      if (cycle.dates.length > 0 || Object.keys(cycle.datesOfTeam).length > 0) return [];
      return [[name, { dates: Array.from({ length: SESSIONS }, (_, at) => addDays(FIRST_SESSION, 28 * at)) }]];
    }
    const weekly = cycle.every.unit === 'weeks' && cycle.every.n === 1;
    if (weekly) return cycle.weekday ? [] : [[name, { weekday: 'Thursday' }]];
    return cycle.from ? [] : [[name, { from: FIRST_SESSION }]];
  });
  return cycles.length === 0 ? {} : { cycles: Object.fromEntries(cycles) };
}

/** Two where somebody is picked by name, or where the one who asked may not decide: there must be another. */
function howMany(council: Council, protocols: readonly Protocol[], role: RoleId): number {
  if (council.roles[role]?.held === 'named') return 2;
  const another = protocols.some(
    (protocol) =>
      protocol.council.id === council.id &&
      Object.values(protocol.steps).some(
        (step) => step.kind === 'decide' && step.notBy.length > 0 && step.by.includes(role),
      ),
  );
  return another ? 2 : 1;
}

function everywhere(inRole: ReadonlyMap<string, readonly string[]>, role: RoleId): readonly string[] {
  return [...inRole].flatMap(([key, members]) => (key.startsWith(`${role}/`) ? members : []));
}

function placeOf(council: Council, role: RoleId, team: TeamId | undefined): string {
  if (team !== undefined) return council.teams[team]?.name ?? team;
  const { channel, service } = council.roles[role] ?? {};
  return (channel && council.channels[channel]?.name) ?? (service && council.services[service]?.name) ?? council.name;
}

/** Weekly meetings, so that diaries are not empty; several hours are always free for all. */
const BUSY: readonly (readonly string[])[] = [
  ['Mon 09:30-11:00', 'Wed 13:00-14:30'],
  ['Tue 10:00-12:00'],
  ['Mon 14:00-15:00'],
  ['Thu 11:00-12:00'],
  [],
  ['Fri 09:00-10:00'],
  ['Wed 09:00-10:30'],
];

/** Shaped like an Entra id, and the same for the same name. */
function guid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `5a7d0c1e-${hex.slice(0, 4)}-4${hex.slice(4, 7)}-8${hex.slice(7, 10)}-${hex.slice(10, 22)}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const FIRST =
  'Aisha Bryn Carys Dev Elena Farid Gwen Hana Idris Jamila Kasper Leila Mina Nadia Osian Petra Quentin Rhian Sanjay Tamsin Uma Viktor Wanda Yusuf Zofia Anwen Bilal Chidi Delyth Emeka Freya Goran Harriet Imran Joanna Kwame Lowri Milos Noor Olwen'.split(
    ' ',
  );
const LAST =
  'Abbot Barrow Castell Denholm Eastwick Farrow Garside Hallam Ingleby Jessop Kirkby Lomax Marsden Norrie Oakden Penrose Quayle Rushton Sefton Thorne Underhill Varley Whitaker Yardley Ackroyd Birtles Cowley Dunmore Ellwood Fenby'.split(
    ' ',
  );

/** Invented names, no two the same, in a fixed order. */
export function* inventedNames(): Generator<string, never> {
  for (let n = 0; ; n += 1) {
    const round = Math.floor(n / FIRST.length);
    const last = LAST[(n * 7 + round * 11) % LAST.length];
    yield `${FIRST[n % FIRST.length]} ${last}`;
  }
}
