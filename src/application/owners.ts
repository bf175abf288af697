/**
 * Who owes an open step, and in which channel it is reminded of.
 */
import { recordersFor } from '../domain/case/as-whom.ts';
import { AS_TEAM } from '../domain/case/joint.ts';
import type { CaseStatus } from '../domain/case/types.ts';
import type { Protocol, RoleId, Step, StepId, TeamId } from '../domain/protocol/types.ts';
import { holdersOf } from './case-roles.ts';
import type { Directory, Person } from './ports.ts';

/** The role that owes a step as it stands: the organiser of a meeting, the present rung of a ladder, else the first who may do it. */
export function owingRole(step: Step, status: CaseStatus): RoleId | undefined {
  return owingRoles(step, status)[0];
}

/** The same; of a decision that several take together, everybody who has not said a word yet. Where all have and differ: all. */
export function owingRoles(step: Step, status: CaseStatus): readonly RoleId[] {
  if (step.kind === 'meet') return [step.organiser];
  const rung = step.kind === 'resolve' ? step.rungs[status.steps[step.id]?.rung ?? 0] : undefined;
  const by = rung?.by ?? step.by;
  const joint = rung?.joint ?? (step.kind === 'decide' && step.joint);
  if (!joint || by.length < 2) return by.slice(0, 1);
  const said = new Set(status.steps[step.id]?.agreed?.map(({ role }) => role));
  const silent = by.filter((role) => !said.has(role));
  return silent.length > 0 ? silent : by;
}

/**
 * Owners today: where somebody covers for an owner, the one who covers; where nobody inside holds the role, those who record for it.
 * @param step where teams have to agree, those whose team has said its word owe nothing more
 */
export async function ownersOf(
  directory: Directory,
  protocol: Protocol,
  status: CaseStatus,
  role: RoleId,
  step?: StepId,
): Promise<readonly Person[]> {
  const holders = await holdersOf(directory, protocol, status, role);
  if (holders.length === 0) return recordersOf(directory, protocol, status, role);
  const covered = new Set(status.cover.map(({ person }) => person));
  const present = holders.filter(({ id }) => !covered.has(id));
  const silent = await withoutTeams(directory, protocol, role, present, saidTeams(status, step));
  return [silent, present, holders].find((people) => people.length > 0) ?? [];
}

async function recordersOf(
  directory: Directory,
  protocol: Protocol,
  status: CaseStatus,
  role: RoleId,
): Promise<readonly Person[]> {
  const found = new Map<string, Person>();
  for (const recorder of recordersFor(protocol, status.named, role)) {
    for (const person of await holdersOf(directory, protocol, status, recorder)) found.set(person.id, person);
  }
  return [...found.values()];
}

function saidTeams(status: CaseStatus, step: StepId | undefined): readonly TeamId[] {
  return ((step ? status.steps[step]?.agreed : undefined) ?? []).flatMap(({ by }) => {
    const team = by.answers[AS_TEAM];
    return typeof team === 'string' ? [team] : [];
  });
}

async function withoutTeams(
  directory: Directory,
  { council }: Protocol,
  role: RoleId,
  people: readonly Person[],
  teams: readonly TeamId[],
): Promise<readonly Person[]> {
  const done = (await Promise.all(teams.map((team) => directory.holders(council.id, role, team)))).flat();
  const ids = new Set(done.map(({ id }) => id));
  return people.filter(({ id }) => !ids.has(id));
}

/**
 * Channel name in which what the role owes is reminded of. A role without a channel of its own (a service manager settling a team)
 * is reminded in the channel of the case's team; one outside the council in the channel of those who record for it; null where there
 * is none of these.
 */
export function channelOf(directory: Directory, protocol: Protocol, status: CaseStatus, role: RoleId): string | null {
  const { id, roles } = protocol.council;
  const team = () => (status.team ? (directory.teamChannel(id, status.team) ?? null) : null);
  const own = (channel: string) => (channel === 'team' ? team() : channel);
  const channel = roles[role]?.channel;
  if (channel !== undefined) return own(channel);
  const recorders = recordersFor(protocol, status.named, role).flatMap((each) => roles[each]?.channel ?? []);
  return recorders.map(own).find((each) => each !== null) ?? team();
}
