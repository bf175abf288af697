/**
 * Who may open what is personal about a case (class P): people with a part in it, not everybody of the council.
 */
import { recordersFor } from '../domain/case/as-whom.ts';
import { rolesIn } from '../domain/case/steps.ts';
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
      const there = rolesIn(step.with);
      for (const role of [...there, step.chair, step.notes]) if (role !== undefined) involved.add(role);
    }
    if (step.kind === 'decide') for (const role of step.standIn?.by ?? []) involved.add(role);
    if (step.kind === 'resolve')
      for (const rung of step.rungs.slice(0, (view.rung ?? 0) + 1)) for (const role of rung.by) involved.add(role);
    const late = status.deadlines.some(
      (deadline) => deadline.step === step.id && deadline.effective && deadline.dueAt < now,
    );
    if (late && view.state === 'open') addChief(owingRole(step, status));
  }
  if (status.stopped) for (const role of protocol.council.safeguarding.tells) involved.add(role);
  // Who records for somebody outside has to read what for.
  for (const role of [...involved])
    for (const recorder of recordersFor(protocol, status.named, role)) involved.add(recorder);
  return involved;
}
