/**
 * Who owes an open step, and in which channel it is reminded of.
 */
import type { CaseStatus } from '../domain/case/types.ts';
import type { Protocol, RoleId, Step } from '../domain/protocol/types.ts';
import { holdersOf } from './case-roles.ts';
import type { Directory, Person } from './ports.ts';

/** The role that owes a step as it stands: the organiser of a meeting, the present rung of a ladder, else the first who may do it. */
export function owingRole(step: Step, status: CaseStatus): RoleId | undefined {
  if (step.kind === 'meet') return step.organiser;
  if (step.kind === 'resolve') return step.rungs[status.steps[step.id]?.rung ?? 0]?.by[0];
  return step.by[0];
}

/** Owners today: where somebody covers for an owner, the one who covers. */
export async function ownersOf(
  directory: Directory,
  protocol: Protocol,
  status: CaseStatus,
  role: RoleId,
): Promise<readonly Person[]> {
  const holders = await holdersOf(directory, protocol, status, role);
  const covered = new Set(status.cover.map(({ person }) => person));
  const present = holders.filter(({ id }) => !covered.has(id));
  return present.length > 0 ? present : holders;
}

/**
 * Channel name in which what the role owes is reminded of. A role without a channel of its own (a service manager settling a team)
 * is reminded in the channel of the case's team; null where there is neither.
 */
export function channelOf(directory: Directory, protocol: Protocol, status: CaseStatus, role: RoleId): string | null {
  const channel = protocol.council.roles[role]?.channel ?? 'team';
  if (channel !== 'team') return channel;
  return status.team ? (directory.teamChannel(protocol.council.id, status.team) ?? null) : null;
}
