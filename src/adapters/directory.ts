/**
 * Who plays which part: a file (env/directory.*.yaml) says which Entra group, Teams channel and mailbox; Microsoft Graph
 * says who is in the groups. People are never listed in the file.
 */
import { readFile } from 'node:fs/promises';
import type { DirectoryObject, Group, User } from '@microsoft/microsoft-graph-types';
import { z } from 'zod';
import { type Clock, type Directory, type Person, PlatformFault, type Room } from '../application/ports.ts';
import type { PersonId } from '../domain/case/types.ts';
import type { Council, CouncilId, RoleId, TeamId } from '../domain/protocol/types.ts';
import { addMinutes, type Instant, parseDay } from '../domain/time/instant.ts';
import { addressFault, domainFault } from './addresses.ts';
import type { Graph } from './graph/client.ts';
import { type LocalValues, localFaults } from './local-values.ts';
import { sourceOf, writeFault } from './protocol-files/source.ts';
import { type Finding, findings } from './protocol-files/zod-words.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const guid = (what: string) =>
  z.string().regex(GUID, `is not ${what}: those look like 5a7d0c1e-0000-4000-8000-0000000000a1`);
const teamsId = z
  .string()
  .regex(/^19:.+@thread\.(tacv2|skype)$/, 'is not a Teams id: those look like 19:…@thread.tacv2');
const groups = z.record(z.string(), guid("an Entra group's object id"));

const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;
const day = z
  .string('has to be a day like 2027-01-14')
  .refine(isDayThatExists, 'has to be a day like 2027-01-14, and one that exists')
  .transform((text) => parseDay(text));

function isDayThatExists(text: string): boolean {
  try {
    return parseDay(text) === text;
  } catch {
    return false;
  }
}

function isEachOnce(rooms: readonly { readonly mail: string }[]): boolean {
  return new Set(rooms.map(({ mail }) => mail.toLowerCase())).size === rooms.length;
}

const DirectoryFile = z.strictObject({
  tenantId: guid("an Entra tenant's id"),
  councils: z.record(
    z.string(),
    z.strictObject({
      groups,
      teams: z.record(z.string(), z.strictObject({ groups, channel: z.string() })).default({}),
      channels: z.record(z.string(), z.strictObject({ team: teamsId, channel: teamsId })).default({}),
      // What is after the @ in the council's own addresses. Where it is given, mailboxes and rooms are in one of them.
      domains: z
        .array(z.string().regex(DOMAIN, 'has to be a domain like council.gov.uk, in small letters and without @'))
        .min(1, 'has to name a domain, or be left out')
        .optional(),
      mailboxes: z.record(z.string(), z.email('is not an e-mail address')).default({}),
      // Mailboxes of rooms, in the order in which they are to be taken.
      rooms: z
        .array(
          z.strictObject({
            name: z.string().trim().min(1, 'must not be empty'),
            mail: z.email('is not an e-mail address'),
            seats: z.int().min(1, 'has to be 1 or more').optional(),
          }),
        )
        .refine(isEachOnce, 'lists a room twice: each address may stand here once')
        .default([]),
      // What a council fills in beside its protocol folder: numbers to ring, readings, days of its forums, days on which it is shut.
      safeguarding: z
        .strictObject({ daytime: z.string().min(3), outOfHours: z.string().min(3) })
        .partial()
        .optional(),
      settings: z.record(z.string(), z.string('has to be the name of one of its options, in quotes')).optional(),
      cycles: z
        .record(
          z.string(),
          z
            .strictObject({
              weekday: z.enum(WEEKDAYS, `has to be ${WEEKDAYS.join(', ')}`),
              time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'has to be a time like "09:30", in quotes'),
              from: day,
              dates: z.union(
                [z.array(day), z.record(z.string(), z.array(day))],
                'has to be a list of days, or one for each team',
              ),
            })
            .partial(),
        )
        .optional(),
      'closure-days': z.array(z.strictObject({ day, name: z.string().trim().min(1, 'must not be empty') })).optional(),
    }),
  ),
});

export type DirectoryEntries = z.infer<typeof DirectoryFile>;

/** Every fault of the file, each as `file:line:col  words`. */
export class DirectoryFaults extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'DirectoryFaults';
    this.faults = faults;
  }
}

/** The councils whose settings, forums, teams and mailboxes the file may speak of. Absent: what it says of them is not looked at. */
export type KnownCouncils = (id: CouncilId) => Council | undefined;

/**
 * @param file its path: shown in faults as given
 * @throws DirectoryFaults with all faults at once
 */
export async function readDirectory(file: string, councils?: KnownCouncils): Promise<DirectoryEntries> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new DirectoryFaults([
      `${file}:1:1  cannot be read. DIRECTORY has to name a file like env/directory.sandbox.yaml.`,
    ]);
  });
  return parseDirectory(text, file, councils);
}

/** As `readDirectory`, on the text of the file. */
export function parseDirectory(text: string, file: string, councils?: KnownCouncils): DirectoryEntries {
  const source = sourceOf(text, file);
  if (source.faults.length > 0) throw new DirectoryFaults(source.faults.map(writeFault));
  const read = DirectoryFile.safeParse(source.value);
  const lost = [
    ...lostChannels(source.value),
    ...deadAddresses(source.value),
    ...(read.success && councils ? unknownValues(read.data, councils) : []),
  ];
  if (read.success && lost.length === 0) return read.data;
  const faults = [...findings(read.error?.issues ?? []), ...lost].map(({ path, key, words }) => ({
    file,
    ...source.at(path, key ? 'key' : undefined),
    words: `${path.join('.') || 'the file'}: ${key ? 'is not known here' : words}`,
  }));
  faults.sort((one, other) => one.line - other.line || one.col - other.col);
  throw new DirectoryFaults(faults.map(writeFault));
}

/** Teams whose channel is not among their council's. Apart from the schema, which looks no further once a shape is wrong. */
function lostChannels(content: unknown): Finding[] {
  const { councils } = (content ?? {}) as {
    councils?: Record<string, { teams?: Record<string, { channel?: unknown } | null>; channels?: object } | null>;
  };
  return Object.entries(councils ?? {}).flatMap(([council, entry]) =>
    Object.entries(entry?.teams ?? {}).flatMap(([team, of]) => {
      const channels = Object.keys(entry?.channels ?? {});
      if (typeof of?.channel !== 'string' || channels.includes(of.channel)) return [];
      const words = `there is no channel "${of.channel}"; channels: has ${channels.join(', ') || 'none'}`;
      return [{ path: ['councils', council, 'teams', team, 'channel'], key: false, words }];
    }),
  );
}

/** Addresses that lead nowhere or out of the council. Apart from the schema as well. */
function deadAddresses(content: unknown): Finding[] {
  const { councils } = (content ?? {}) as {
    councils?: Record<string, { domains?: unknown; mailboxes?: object; rooms?: unknown } | null>;
  };
  return Object.entries(councils ?? {}).flatMap(([council, entry]) => {
    const own = textsIn(Array.isArray(entry?.domains) ? entry.domains : []);
    const domains = own.length === 0 ? undefined : own.map(({ text }) => text);
    const rooms = Array.isArray(entry?.rooms) ? entry.rooms.map((room: { mail?: unknown } | null) => room?.mail) : [];
    const said = [
      ...own.map(({ key, text }) => ({ path: ['domains', key], text, wrong: domainFault(text) })),
      ...[
        ...textsIn(entry?.mailboxes ?? {}).map(({ key, text }) => ({ path: ['mailboxes', key], text })),
        ...textsIn(rooms).map(({ key, text }) => ({ path: ['rooms', key, 'mail'], text })),
      ].map(({ path, text }) => ({ path, text, wrong: addressFault(text, domains) })),
    ];
    return said.flatMap(({ path, text, wrong }) => {
      // What is no address at all, the schema says.
      if (!wrong || !text.includes('.')) return [];
      return [{ path: ['councils', council, ...path], key: false, words: `${text} ${wrong.fault}. ${wrong.remedy}` }];
    });
  });
}

function textsIn(values: object): { readonly key: string; readonly text: string }[] {
  return Object.entries(values).flatMap(([key, text]) => (typeof text === 'string' ? [{ key, text }] : []));
}

/** What a council fills in here, in the words of the use cases. */
export function localValuesOf(entry: DirectoryEntries['councils'][string] | undefined): LocalValues {
  const { settings, cycles, mailboxes, safeguarding, 'closure-days': closureDays } = entry ?? {};
  return withoutGaps({
    ...{ settings, mailboxes, closureDays },
    safeguarding: safeguarding && withoutGaps(safeguarding),
    cycles: cycles && Object.fromEntries(Object.entries(cycles).map(([name, cycle]) => [name, withoutGaps(cycle)])),
  });
}

type WithoutGaps<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutGaps<T extends object>(given: T): WithoutGaps<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as WithoutGaps<T>;
}

/** Settings, options, forums, teams and mailboxes that the council's folder does not have. */
function unknownValues(entries: DirectoryEntries, councils: KnownCouncils): Finding[] {
  return Object.entries(entries.councils).flatMap(([id, entry]) => {
    const council = councils(id);
    if (!council) return [];
    return localFaults(council, localValuesOf(entry)).map(({ path, words }) => ({
      path: ['councils', id, ...path],
      key: false,
      words,
    }));
  });
}

/** The directory, with what only the start and the administrator need. */
export interface GraphDirectory extends Directory {
  /** The councils that the file has entries for. */
  readonly councils: readonly CouncilId[];
  /** Asks Graph for every group. @returns in words what it does not know, or knows otherwise; empty when all is well */
  check(): Promise<string[]>;
  /** Forgets who is in which group, so that the next question is put to Graph. */
  refresh(): void;
}

/** How long a change in Entra may go unnoticed: a right taken away is gone after this at the latest. */
const MINUTES_KEPT = 5;

type Member = DirectoryObject &
  Partial<Pick<User | Group, 'displayName' | 'mail'>> & {
    readonly '@odata.type'?: string;
    readonly userPrincipalName?: string | null;
  };

interface Part {
  readonly council: CouncilId;
  readonly role: RoleId;
  readonly team?: TeamId;
  readonly group: string;
}

/** @param councils those that this installation serves; absent: all in the file */
export function graphDirectory(
  entries: DirectoryEntries,
  graph: Graph,
  clock: Clock,
  councils?: readonly CouncilId[],
): GraphDirectory {
  const served = Object.entries(entries.councils).filter(([id]) => councils === undefined || councils.includes(id));
  const councilOf = new Map(served);
  const parts = served.flatMap(([council, entry]): Part[] => [
    ...Object.entries(entry.groups).map(([role, group]) => ({ council, role, group })),
    ...Object.entries(entry.teams).flatMap(([team, of]) =>
      Object.entries(of.groups).map(([role, group]) => ({ council, role, team, group })),
    ),
  ]);

  const kept = keptFor(MINUTES_KEPT, clock);
  const membersOf = (group: string) => kept.take(`group/${group}`, () => readMembers(graph, group));
  const peopleIn = async (group: string) => (await membersOf(group)).filter(isUser).map(personOf);

  return {
    tenantId: entries.tenantId,
    councils: served.map(([id]) => id),

    async person(id) {
      // The program itself, and whatever else is no object id, has no account.
      if (!GUID.test(id)) return undefined;
      return await kept.take(`person/${id}`, () => readPerson(graph, id));
    },

    async holders(council, role, team) {
      const entry = councilOf.get(council);
      const group = (team === undefined ? undefined : entry?.teams[team]?.groups[role]) ?? entry?.groups[role];
      return group === undefined ? [] : await peopleIn(group);
    },

    async rolesOf(person) {
      const held = await Promise.all(
        parts.map(async (part) => ((await peopleIn(part.group)).some(({ id }) => id === person) ? [part] : [])),
      );
      return held
        .flat()
        .map(({ council, role, team }) => (team === undefined ? { council, role } : { council, role, team }));
    },

    channel(council, name) {
      const entry = councilOf.get(council);
      const team = name.startsWith('team/') ? entry?.teams[name.slice('team/'.length)] : undefined;
      const found = entry?.channels[team?.channel ?? name];
      return found && { teamId: found.team, channelId: found.channel };
    },

    teamChannel: (council, team) => councilOf.get(council)?.teams[team]?.channel,
    mailbox: (council, name) => councilOf.get(council)?.mailboxes[name],
    rooms: (council) => (councilOf.get(council)?.rooms ?? []).map((room) => withoutGaps(room) as Room),

    async check() {
      const missing = (councils ?? [])
        .filter((id) => !councilOf.has(id))
        .map((id) => `The directory file has no council called ${id}.`);
      const faults = await Promise.all(
        parts.map(async (part) => {
          const name = `${part.council}: the group of ${part.role}${part.team === undefined ? '' : ` in ${part.team}`} (${part.group})`;
          try {
            const members = await membersOf(part.group);
            if (members.length === 0) return `${name} has nobody in it. Add its members in Entra.`;
            return members.every(isUser)
              ? undefined
              : `${name} has a group or device in it. Only people directly in it count.`;
          } catch (fault) {
            if (!(fault instanceof PlatformFault)) throw fault;
            if (fault.status === 404)
              return `${name} is not known to Microsoft Entra. Correct its id in the directory file.`;
            return `${name} cannot be read. ${fault.message}`;
          }
        }),
      );
      return [...missing, ...faults.filter((fault) => fault !== undefined)];
    },

    refresh: () => kept.forget(),
  };
}

/** Answers kept for some minutes. Whoever asks while the answer is on its way waits for the same one; a fault is not kept. */
function keptFor(minutes: number, clock: Clock) {
  const answers = new Map<string, { readonly until: Instant; readonly answer: Promise<unknown> }>();
  return {
    forget: () => answers.clear(),
    take<T>(key: string, ask: () => Promise<T>): Promise<T> {
      const known = answers.get(key);
      const now = clock.now();
      if (known && now < known.until) return known.answer as Promise<T>;
      const answer = ask();
      const entry = { until: addMinutes(now, minutes), answer };
      answers.set(key, entry);
      answer.catch(() => answers.get(key) === entry && answers.delete(key));
      return answer;
    },
  };
}

const PERSON = '$select=id,displayName,mail,userPrincipalName';

async function readMembers(graph: Graph, group: string): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (
    let path: string | undefined = `/groups/${encodeURIComponent(group)}/members?${PERSON}&$top=999`;
    path !== undefined;
  ) {
    const page: { value: Member[]; '@odata.nextLink'?: string } = await graph.get({
      doing: 'read the members of a group',
      path,
    });
    members.push(...page.value);
    const link = page['@odata.nextLink'];
    path = link === undefined ? undefined : graph.pathOf(link);
    if (link !== undefined && path === undefined) {
      throw new PlatformFault(
        'Microsoft Graph: read the members of a group: the next page is somewhere else',
        200,
        false,
      );
    }
  }
  return members;
}

async function readPerson(graph: Graph, id: PersonId): Promise<Person | undefined> {
  try {
    return personOf(
      await graph.get<Member>({ doing: 'read a person', path: `/users/${encodeURIComponent(id)}?${PERSON}` }),
    );
  } catch (fault) {
    if (fault instanceof PlatformFault && fault.status === 404) return undefined;
    throw fault;
  }
}

function isUser(member: Member): boolean {
  return (member['@odata.type'] ?? '#microsoft.graph.user') === '#microsoft.graph.user';
}

function personOf(member: Member): Person {
  return { id: member.id ?? '', name: member.displayName ?? '', mail: member.mail ?? member.userPrincipalName ?? '' };
}
