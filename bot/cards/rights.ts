/** Who may press what, as far as a card shows it. The engine decides again at the press: this only spares people buttons that say no. */
import type { Viewer } from '../../src/application/sheet.ts';
import { recordersFor } from '../../src/domain/case/as-whom.ts';
import { rolesIn } from '../../src/domain/case/steps.ts';
import type { AssignStep, MeetStep, RoleId, Step } from '../../src/domain/protocol/types.ts';
import type { OpenSheet } from './privacy.ts';
import { nextSteps, rolePlural } from './words.ts';

export function rolesFor(sheet: OpenSheet, step: Step): readonly RoleId[] {
  return [
    ...new Set(
      owedBy(sheet, step).flatMap((role) => [role, ...recordersFor(sheet.protocol, sheet.status.named, role)]),
    ),
  ];
}

function owedBy(sheet: OpenSheet, step: Step): readonly RoleId[] {
  if (step.kind === 'meet') return [...new Set([...step.by, step.organiser])];
  if (step.kind !== 'resolve') return step.by;
  const rung = sheet.status.steps[step.id]?.rung ?? 0;
  const by = step.rungs[rung]?.by ?? [];
  // What an outside policy has decided is recorded by those who took it there.
  return by.length > 0 ? by : [...new Set([...step.by, ...step.rungs.slice(0, rung).flatMap((each) => each.by)])];
}

/** The role for which the viewer records without holding it. */
export function recordsFor(sheet: OpenSheet, step: Step, viewer: Viewer): RoleId | undefined {
  const owed = owedBy(sheet, step);
  if (owed.some((role) => viewer.roles.includes(role))) return undefined;
  return owed.find((role) =>
    recordersFor(sheet.protocol, sheet.status.named, role).some((recorder) => viewer.roles.includes(recorder)),
  );
}

export function mayAct(sheet: OpenSheet, step: Step, viewer: Viewer): boolean {
  return rolesFor(sheet, step).some((role) => viewer.roles.includes(role));
}

/** Holds a role that owes it: what somebody records for another is not their own. */
export function owes(sheet: OpenSheet, step: Step, viewer: Viewer): boolean {
  return owedBy(sheet, step).some((role) => viewer.roles.includes(role));
}

/** What this person may do next: their own before what they record for others, and what is due sooner first. */
export function ownNextSteps(sheet: OpenSheet, viewer: Viewer): readonly Step[] {
  const may = nextSteps(sheet, viewer.roles).filter((step) => mayAct(sheet, step, viewer));
  return [...may.filter((step) => owes(sheet, step, viewer)), ...may.filter((step) => !owes(sheet, step, viewer))];
}

/** Decides only where whoever should is away and it cannot wait, and says why. */
export function standsIn(sheet: OpenSheet, step: Step, viewer: Viewer): boolean {
  return (
    step.kind === 'decide' &&
    (step.standIn?.by ?? []).some((role) => viewer.roles.includes(role)) &&
    !mayAct(sheet, step, viewer)
  );
}

/** The manager of whoever opened the case: pauses it, and takes it up again. */
export function managesCase({ protocol, case: { openedAs } }: OpenSheet, viewer: Viewer): boolean {
  const { roles } = protocol.council;
  const openers = [...protocol.opening.by, ...(openedAs === undefined ? [] : [openedAs])];
  return openers.some((role) => {
    const chief = roles[role]?.reportsTo;
    return chief !== undefined && viewer.roles.includes(chief);
  });
}

/** Whether a meeting took place, and when it shall be, either of those who go may say; in a session those who hold it. */
export function mayMeet(sheet: OpenSheet, step: MeetStep, viewer: Viewer): boolean {
  return mayAct(sheet, step, viewer) || (step.sessionOf === undefined && takesPart(step, viewer));
}

/** Managers of either side may book it too, and go past its limit: story A13, where no time was found. */
export function mayBook(sheet: OpenSheet, step: MeetStep, viewer: Viewer): boolean {
  return mayMeet(sheet, step, viewer) || managesMeeting(sheet, step, viewer);
}

export function managesMeeting(sheet: OpenSheet, step: MeetStep, viewer: Viewer): boolean {
  if (step.sessionOf !== undefined) return false;
  const { roles } = sheet.protocol.council;
  return [...rolesFor(sheet, step), ...rolesIn(step.with)].some((role) => {
    const chief = roles[role]?.reportsTo;
    return chief !== undefined && viewer.roles.includes(chief);
  });
}

/** The step that could name somebody else for this meeting, with another diary. */
export function namingFor(sheet: OpenSheet, meeting: MeetStep, viewer: Viewer): AssignStep | undefined {
  const there = rolesIn(meeting.with);
  return Object.values(sheet.protocol.steps).find(
    (step): step is AssignStep => step.kind === 'assign' && there.includes(step.fills) && mayAct(sheet, step, viewer),
  );
}

export function takesPart(step: Step, viewer: Viewer): boolean {
  return step.kind === 'meet' && rolesIn(step.with).some((role) => viewer.roles.includes(role));
}

/** Reads the card of a meeting: who comes, leads it, writes it down or arranges it; and who could name somebody else for it. */
export function seesMeeting(sheet: OpenSheet, step: MeetStep, viewer: Viewer): boolean {
  const parts = [step.chair, step.notes].filter((role) => role !== undefined);
  return (
    mayBook(sheet, step, viewer) ||
    parts.some((role) => viewer.roles.includes(role)) ||
    namingFor(sheet, step, viewer) !== undefined
  );
}

export function isSafetyManager(sheet: OpenSheet, viewer: Viewer): boolean {
  return sheet.protocol.council.safeguarding.tells.some((role) => viewer.roles.includes(role));
}

/** Said to somebody who may not: whom to ask instead. */
export function askWhom(sheet: OpenSheet, step: Step): string {
  const [role] = rolesFor(sheet, step);
  const does = step.kind === 'decide' || step.kind === 'resolve' ? 'decide' : 'do';
  if (role === undefined) return 'This is not yours to do.';
  return `${rolePlural(sheet, role)}${ofTeams(sheet, role)} ${does} this. Ask one of them.`;
}

/** " of Euston": whoever holds the role in another team reads why it is not theirs. */
function ofTeams({ protocol: { council }, status }: OpenSheet, role: RoleId): string {
  const names = status.teams.flatMap((team) => council.teams[team]?.name ?? []);
  return council.roles[role]?.held === 'team' && names.length > 0 ? ` of ${names.join(' and ')}` : '';
}
