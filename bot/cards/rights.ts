/** Who may press what, as far as a card shows it. The engine decides again at the press: this only spares people buttons that say no. */
import type { Viewer } from '../../src/application/sheet.ts';
import type { MeetStep, RoleId, Step } from '../../src/domain/protocol/types.ts';
import type { OpenSheet } from './privacy.ts';

export function rolesFor(sheet: OpenSheet, step: Step): readonly RoleId[] {
  if (step.kind === 'resolve') return step.rungs[sheet.status.steps[step.id]?.rung ?? 0]?.by ?? [];
  return step.kind === 'meet' ? [...new Set([...step.by, step.organiser])] : step.by;
}

export function mayAct(sheet: OpenSheet, step: Step, viewer: Viewer): boolean {
  return rolesFor(sheet, step).some((role) => viewer.roles.includes(role));
}

/** Whether a meeting took place, and when it shall be, either of those who go may say; in a session those who hold it. */
export function mayMeet(sheet: OpenSheet, step: MeetStep, viewer: Viewer): boolean {
  return mayAct(sheet, step, viewer) || (step.sessionOf === undefined && takesPart(step, viewer));
}

/** Managers of those who owe a meeting may book it: story A13, where no time was found. */
export function mayBook(sheet: OpenSheet, step: MeetStep, viewer: Viewer): boolean {
  const chiefs = rolesFor(sheet, step).flatMap((role) => sheet.protocol.council.roles[role]?.reportsTo ?? []);
  return mayMeet(sheet, step, viewer) || chiefs.some((role) => viewer.roles.includes(role));
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
