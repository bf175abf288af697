/** The invented tenant: one file of tenant/ for each council of the directory file. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Person, Tenant } from './context.ts';

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

const readYaml = <T>(file: URL): T => parse(readFileSync(file, 'utf8')) as T;

/**
 * @param councils whose people are in it; absent: all of the directory file
 * @param directory the bot's own file, of which the tenant's id and the councils are taken, so that the two cannot disagree
 * @throws Error for a member who is not among the council's people, and for a council that the directory has and tenant/ has not
 */
export function readTenant(
  councils?: readonly string[],
  folder: URL = new URL('./tenant/', import.meta.url),
  directory: URL = new URL('../../env/directory.sandbox.yaml', import.meta.url),
): Tenant {
  const { tenantId, councils: known } = readYaml<DirectoryFile>(directory);
  const unknown = councils?.find((council) => !(council in known));
  if (unknown !== undefined)
    throw new Error(`COUNCILS names "${unknown}". The sandbox has: ${Object.keys(known).join(', ')}.`);
  const parts = Object.keys(known)
    .filter((council) => councils?.includes(council) ?? true)
    .map((council) => readCouncil(council, folder));
  return {
    id: tenantId,
    domains: [...new Set(parts.flatMap(({ people }) => people.map(({ mail }) => mail.split('@')[1] ?? '')))],
    councils: parts.map(({ council, name }) => ({ id: council, name })),
    people: parts.flatMap(({ people }) => people),
    groups: parts.flatMap(({ groups }) => groups),
    teams: parts.flatMap(({ teams }) => teams),
    mailboxes: parts.flatMap(({ mailboxes }) => mailboxes),
  };
}

function readCouncil(council: string, folder: URL) {
  const file = new URL(`${council}.yaml`, folder);
  if (!existsSync(file))
    throw new Error(`The directory has the council "${council}", but tenant/${council}.yaml is not there.`);
  const { name, people, groups, teams, mailboxes } = readYaml<CouncilFile>(file);
  const idOf = (member: string): string => {
    const found = people.find((person) => person.name === member);
    if (!found) throw new Error(`tenant/${council}.yaml: nobody is called "${member}".`);
    return found.id;
  };
  return {
    council,
    name,
    people: people.map((person) => ({ ...person, aadObjectId: person.id, council, busy: person.busy ?? [] })),
    groups: groups.map((group) => ({ ...group, members: group.members.map(idOf) })),
    teams: teams.map((team) => ({ ...team, members: team.members.map(idOf) })),
    mailboxes: mailboxes.map((mailbox) => ({ ...mailbox, council })),
  };
}
