/** Who may press what, as far as a card shows it. The engine decides again at the press: this only spares people buttons that say no. */
import type { Viewer } from '../../src/application/sheet.ts';
import type { RoleId, Step } from '../../src/domain/protocol/types.ts';
import type { OpenSheet } from './privacy.ts';

export function rolesFor(sheet: OpenSheet, step: Step): readonly RoleId[] {
  if (step.kind === 'resolve') return step.rungs[sheet.status.steps[step.id]?.rung ?? 0]?.by ?? [];
  return step.by;
}

export function mayAct(sheet: OpenSheet, step: Step, viewer: Viewer): boolean {
  return rolesFor(sheet, step).some((role) => viewer.roles.includes(role));
}

export function takesPart(step: Step, viewer: Viewer): boolean {
  return (
    step.kind === 'meet' &&
    step.with.some((target) => target.startsWith('role/') && viewer.roles.includes(target.slice('role/'.length)))
  );
}

export function isSafetyManager(sheet: OpenSheet, viewer: Viewer): boolean {
  return sheet.protocol.council.safeguarding.tells.some((role) => viewer.roles.includes(role));
}
