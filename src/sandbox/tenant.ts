/**
 * The invented tenant: for each council either its file of tenant/ (which goes with env/directory.sandbox.yaml) or people made up from
 * the roles of its council.yaml.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { foldersOf, readProtocols } from '../adapters/protocol-files/load.ts';
import type { Person, Tenant } from './context.ts';
import { type CouncilPart, inventCouncil, inventedNames } from './invent.ts';

interface CouncilFile {
  /** As the page shows it. */
  readonly name: string;
  readonly people: readonly (Omit<Person, 'aadObjectId' | 'council'> & { readonly busy?: readonly string[] })[];
  readonly groups: readonly { readonly id: string; readonly name: string; readonly members: readonly string[] }[];
  readonly teams: readonly {
    readonly id: string;
    readonly groupId: string;
    readonly name: string;
    readonly channels: readonly { readonly id: string; readonly name: string }[];
    readonly members: readonly string[];
  }[];
  readonly mailboxes: readonly { readonly id: string; readonly name: string; readonly mail: string }[];
}

interface DirectoryFile {
  readonly tenantId: string;
  readonly councils: Readonly<Record<string, unknown>>;
}

export interface InventedTenant {
  readonly tenant: Tenant;
  /** What the bot's directory file says of it. */
  readonly directory: DirectoryFile;
}

export interface TenantOptions {
  /** Whose people are in it; absent: every council whose protocols are there. */
  readonly councils?: readonly string[] | undefined;
  /** Folder with protocols of councils of one's own (PROTOCOLS). */
  readonly protocols?: string | undefined;
}

const DIRECTORY = new URL('../../env/directory.sandbox.yaml', import.meta.url);
const TENANT = new URL('./tenant/', import.meta.url);

const readYaml = <T>(file: URL): T => parse(readFileSync(file, 'utf8')) as T;

/** @throws Error for a council that is not there, and for a member who is not among the council's people */
export function readTenant({ councils, protocols }: TenantOptions): InventedTenant {
  const { tenantId, councils: written } = readYaml<DirectoryFile>(DIRECTORY);
  // Where only councils with files of their own are wanted, nobody has to be made up.
  const allWritten = councils?.every((council) => council in written) ?? false;
  const data = readProtocols(foldersOf(protocols), allWritten ? [] : undefined);
  const known = [...new Set([...Object.keys(written), ...data.councils.map(({ id }) => id)])];
  const unknown = councils?.find((council) => !known.includes(council));
  if (unknown !== undefined) throw new Error(`COUNCILS names "${unknown}". The sandbox has: ${known.join(', ')}.`);
  const names = inventedNames();
  // All are made up, and then those wanted are taken: so nobody's name depends on who else is there.
  const parts = known
    .flatMap((id): { readonly part: CouncilPart; readonly entry: unknown }[] => {
      if (id in written) return [{ part: readCouncil(id), entry: written[id] }];
      const council = data.councils.find((each) => each.id === id);
      if (council === undefined) return [];
      const { directory, ...part } = inventCouncil(council, data.protocols, names);
      return [{ part, entry: directory }];
    })
    .filter(({ part }) => councils?.includes(part.id) ?? true);
  const all = parts.map(({ part }) => part);
  return {
    tenant: {
      id: tenantId,
      domains: [...new Set(all.flatMap(({ people }) => people.map(({ mail }) => mail.split('@')[1] ?? '')))],
      councils: all.map(({ id, name }) => ({ id, name })),
      people: all.flatMap(({ people }) => people),
      groups: all.flatMap(({ groups }) => groups),
      teams: all.flatMap(({ teams }) => teams),
      mailboxes: all.flatMap(({ mailboxes }) => mailboxes),
    },
    directory: { tenantId, councils: Object.fromEntries(parts.map(({ part, entry }) => [part.id, entry])) },
  };
}

function readCouncil(council: string): CouncilPart {
  const file = new URL(`${council}.yaml`, TENANT);
  if (!existsSync(file))
    throw new Error(`The directory has the council "${council}", but tenant/${council}.yaml is not there.`);
  const { name, people, groups, teams, mailboxes } = readYaml<CouncilFile>(file);
  const idOf = (member: string): string => {
    const found = people.find((person) => person.name === member);
    if (!found) throw new Error(`tenant/${council}.yaml: nobody is called "${member}".`);
    return found.id;
  };
  return {
    id: council,
    name,
    people: people.map((person) => ({ ...person, aadObjectId: person.id, council, busy: person.busy ?? [] })),
    groups: groups.map((group) => ({ ...group, members: group.members.map(idOf) })),
    teams: teams.map((team) => ({ ...team, members: team.members.map(idOf) })),
    mailboxes: mailboxes.map((mailbox) => ({ ...mailbox, council })),
  };
}
