/**
 * The rows that are written with each append, so that lists, reminders and searches never replay a log.
 */
import type { Case, CaseStatus } from '../domain/case/types.ts';
import type { Protocol, RoleId } from '../domain/protocol/types.ts';
import type { Instant } from '../domain/time/instant.ts';
import { channelOf, owingRole, ownersOf } from './owners.ts';
import type { CaseRow, DeadlineRow, Directory } from './ports.ts';

export async function projectCase(
  directory: Directory,
  protocol: Protocol,
  of: Case,
  status: CaseStatus,
  now: Instant,
): Promise<{ row: CaseRow; deadlines: readonly DeadlineRow[] }> {
  const deadlines = await openDeadlines(directory, protocol, of, status);
  const people = new Map<string, { person: string; role: RoleId }>();
  const add = (person: string, role: RoleId) => people.set(`${person} ${role}`, { person, role });
  for (const [role, person] of Object.entries(status.named)) add(person, role);
  for (const { cover, person } of status.cover) {
    for (const [role, named] of Object.entries(status.named)) if (named === person) add(cover, role);
  }
  for (const deadline of deadlines) for (const owner of deadline.owners) add(owner, deadline.role);
  for (const step of Object.values(protocol.steps)) {
    if (status.steps[step.id]?.state !== 'open') continue;
    const role = owingRole(step, status);
    if (role) for (const owner of await ownersOf(directory, protocol, status, role)) add(owner.id, role);
  }
  const row: CaseRow = {
    id: of.id,
    reference: of.reference,
    council: of.council,
    pathway: of.pathway,
    status: status.ended ? 'ended' : status.stopped ? 'stopped' : 'open',
    holder: status.holder,
    team: status.team ?? null,
    children: of.children.length,
    openedAt: of.openedAt,
    updatedAt: now,
    people: [...people.values()],
  };
  return { row, deadlines };
}

/** What is owed now and has a date. A stopped case owes nothing until a manager decides: nobody is chased on it. */
async function openDeadlines(
  directory: Directory,
  protocol: Protocol,
  of: Case,
  status: CaseStatus,
): Promise<readonly DeadlineRow[]> {
  if (status.ended || status.stopped) return [];
  const rows: DeadlineRow[] = [];
  for (const deadline of status.deadlines) {
    const step = protocol.steps[deadline.step];
    if (!step || !deadline.effective || step.optional || status.steps[step.id]?.state !== 'open') continue;
    const role = owingRole(step, status);
    if (!role) continue;
    rows.push({
      caseId: of.id,
      reference: of.reference,
      council: of.council,
      step: step.id,
      title: step.title,
      dueAt: deadline.dueAt,
      due: deadline.due,
      actBy: deadline.actBy,
      role,
      owners: (await ownersOf(directory, protocol, status, role)).map(({ id }) => id),
      channel: channelOf(directory, protocol, status, role),
      kind: deadline.kind,
      provisional: deadline.provisional,
    });
  }
  return rows;
}
