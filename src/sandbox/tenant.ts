/** The invented tenant, read from tenant.yaml. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Person, Tenant } from './context.ts';

interface TenantFile {
  readonly domain: string;
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
 * @param directory the bot's own file, of which the tenant's id and the council's name are taken, so that the two cannot disagree
 * @throws Error for a member who is not among the people
 */
export function readTenant(
  file: URL = new URL('./tenant.yaml', import.meta.url),
  directory: URL = new URL('../../env/directory.sandbox.yaml', import.meta.url),
): Tenant {
  const { domain, people, groups, teams, mailboxes } = readYaml<TenantFile>(file);
  const { tenantId, councils } = readYaml<DirectoryFile>(directory);
  const council = Object.keys(councils)[0] ?? '';
  const idOf = (name: string): string => {
    const found = people.find((person) => person.name === name);
    if (!found) throw new Error(`tenant.yaml: nobody is called "${name}".`);
    return found.id;
  };
  return {
    id: tenantId,
    domain,
    people: people.map((person) => ({ ...person, aadObjectId: person.id, council, busy: person.busy ?? [] })),
    groups: groups.map((group) => ({ ...group, members: group.members.map(idOf) })),
    teams: teams.map((team) => ({ ...team, members: team.members.map(idOf) })),
    mailboxes,
  };
}
