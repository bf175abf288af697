/**
 * Who may open what is personal about a case (class P): people with a part in it, not everybody of the council.
 */
import type { RoleId } from '../domain/protocol/types.ts';
import { owingRole } from './owners.ts';
import type { CaseSheet, Viewer } from './sheet.ts';

export function maySee(viewer: Viewer, sheet: CaseSheet): boolean {
  const involved = rolesInvolved(sheet);
  return viewer.roles.some((role) => involved.has(role));
}

function rolesInvolved({ protocol, status, now }: CaseSheet): ReadonlySet<RoleId> {
  const involved = new Set<RoleId>(protocol.opening.by);
  const addChief = (role: RoleId | undefined) => {
    const chief = role ? protocol.council.roles[role]?.reportsTo : undefined;
    if (chief) involved.add(chief);
  };
  for (const role of Object.keys(status.named)) {
    involved.add(role);
    addChief(role);
  }
  for (const step of Object.values(protocol.steps)) {
    const view = status.steps[step.id];
    if (view?.state !== 'open' && view?.state !== 'done') continue;
    for (const role of step.by) {
      involved.add(role);
      // Whoever records for a role that nobody inside holds reads what it owes.
      for (const recorder of protocol.council.roles[role]?.recordedBy ?? []) involved.add(recorder);
    }
    if (step.kind === 'decide') for (const role of step.standIn?.by ?? []) involved.add(role);
    if (step.kind === 'meet') {
      for (const target of step.with) if (target.startsWith('role/')) involved.add(target.slice('role/'.length));
      for (const role of [step.organiser, step.chair, step.notes]) if (role) involved.add(role);
    }
    if (step.kind === 'resolve')
      for (const rung of step.rungs.slice(0, (view.rung ?? 0) + 1)) for (const role of rung.by) involved.add(role);
    const late = status.deadlines.some(
      (deadline) => deadline.step === step.id && deadline.effective && deadline.dueAt < now,
    );
    if (late && view.state === 'open') addChief(owingRole(step, status));
  }
  if (status.stopped) for (const role of protocol.council.safeguarding.tells) involved.add(role);
  return involved;
}
