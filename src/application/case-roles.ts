/**
 * Who holds which role on a case, today: named on it, of its team, of the council's group, or covering for one who does.
 */
import { type CaseStatus, type PersonId, PROGRAM } from '../domain/case/types.ts';
import type { Protocol, RoleId, TeamId } from '../domain/protocol/types.ts';
import type { Directory, Person } from './ports.ts';

/** Everybody who holds the role on this case, cover included. */
export async function holdersOf(
  directory: Directory,
  protocol: Protocol,
  status: CaseStatus,
  role: RoleId,
): Promise<readonly Person[]> {
  const own = await ownHolders(directory, protocol, status, role);
  const found = new Map(own.map((person) => [person.id, person]));
  for (const { person, cover } of status.cover) {
    if (!found.has(person)) continue;
    const standIn = await directory.person(cover);
    if (standIn) found.set(standIn.id, standIn);
  }
  return [...found.values()];
}

async function ownHolders(
  directory: Directory,
  protocol: Protocol,
  status: CaseStatus,
  role: RoleId,
): Promise<readonly Person[]> {
  switch (protocol.council.roles[role]?.held) {
    case 'named': {
      const named = status.named[role];
      const person = named ? await directory.person(named) : undefined;
      return person ? [person] : [];
    }
    case 'group':
      return directory.holders(protocol.council.id, role);
    case 'team': {
      const lists = await Promise.all(status.teams.map((team) => directory.holders(protocol.council.id, role, team)));
      return [...new Map(lists.flat().map((person) => [person.id, person])).values()];
    }
    default:
      return [];
  }
}

/** Roles that one person holds on this case. */
export async function rolesOnCase(
  directory: Directory,
  protocol: Protocol,
  status: CaseStatus,
  person: PersonId,
): Promise<readonly RoleId[]> {
  if (person === PROGRAM) return [];
  const standsFor = [person, ...status.cover.filter(({ cover }) => cover === person).map((entry) => entry.person)];
  const teams = new Set(status.teams);
  const roles = new Set<RoleId>();
  for (const each of standsFor) {
    for (const [role, named] of Object.entries(status.named)) if (named === each) roles.add(role);
    for (const held of await directory.rolesOf(each)) {
      if (held.council !== protocol.council.id) continue;
      const kind = protocol.council.roles[held.role]?.held;
      if (kind === 'group' || (kind === 'team' && held.team !== undefined && teams.has(held.team)))
        roles.add(held.role);
    }
  }
  return [...roles];
}

/** Teams of the case whose roles the person holds: of two teams that have to agree, for which of them somebody speaks. */
export async function teamsOnCase(
  directory: Directory,
  protocol: Protocol,
  status: CaseStatus,
  person: PersonId,
): Promise<readonly TeamId[]> {
  if (person === PROGRAM) return [];
  const standsFor = [person, ...status.cover.filter(({ cover }) => cover === person).map((entry) => entry.person)];
  const held = (await Promise.all(standsFor.map((each) => directory.rolesOf(each)))).flat();
  const own = new Set(held.flatMap(({ council, team }) => (council === protocol.council.id && team ? [team] : [])));
  return status.teams.filter((team) => own.has(team));
}

/** Roles that a person holds in a council before there is a case: who may open one. */
export async function rolesInCouncil(
  directory: Directory,
  council: string,
  person: PersonId,
): Promise<readonly RoleId[]> {
  const roles = await directory.rolesOf(person);
  return [...new Set(roles.filter((held) => held.council === council).map((held) => held.role))];
}
