/** A person looking at a case, with the roles held on it. */
import type { PersonId } from '../domain/case/types.ts';
import { rolesOnCase } from './case-roles.ts';
import type { CaseSheet, Viewer } from './sheet.ts';
import type { World } from './world.ts';

export async function viewerOf(world: World, sheet: CaseSheet, person: PersonId): Promise<Viewer> {
  const roles = await rolesOnCase(world.directory, sheet.protocol, sheet.status, person);
  const name = (sheet.people[person] ?? (await world.directory.person(person)))?.name ?? 'you';
  return { person, roles, name };
}
