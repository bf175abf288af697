/** Decisions that several take together: who has said what so far, and for whom it waits. */
import type { Viewer } from '../../src/application/sheet.ts';
import { jointly } from '../../src/domain/case/joint.ts';
import type { DecideStep, ResolveStep } from '../../src/domain/protocol/types.ts';
import { type Open, type OpenSheet, open, openList, openTime, protocolWords } from './privacy.ts';
import { type Line, line } from './text.ts';
import { wayOf } from './ways.ts';
import { countOf, roleName, whoDid } from './words.ts';

export function jointLines(sheet: OpenSheet, step: DecideStep | ResolveStep, viewer: Viewer): Line[] {
  const waiting = waitsFor(sheet, step);
  const said = sheet.status.steps[step.id]?.agreed ?? [];
  if (waiting === undefined) return [];
  return [
    ...said.map(({ role, outcome, by }) =>
      line(
        open`${by.by === viewer.person ? protocolWords('You') : whoDid(sheet, by.by)} (${roleName(sheet, role)}): ${protocolWords(wayOf(step, outcome).button)}, ${openTime(by.recordedAt)}.`,
      ),
    ),
    ...(said.length > 0 ? [line(waiting)] : [line(open`It is decided when all say the same. ${waiting}`)]),
  ];
}

/** "Waiting for the team manager." Undefined where one alone decides. */
export function waitsFor(sheet: OpenSheet, step: DecideStep | ResolveStep): Open | undefined {
  const { status, protocol } = sheet;
  const view = status.steps[step.id];
  const together = jointly(protocol, step, view?.rung ?? 0, () => status.teams.length);
  if (together === undefined) return undefined;
  const said = view?.agreed ?? [];
  if (together.each === 'team') {
    const [role = ''] = together.by;
    const left = together.voices - said.length;
    return left > 0
      ? open`Waiting for ${countOf(left, protocol.council.roles[role]?.name ?? role, `${protocol.council.roles[role]?.name ?? role}s`)}.`
      : protocolWords('They have not said the same.');
  }
  const silent = together.by.filter((role) => said.every((each) => each.role !== role));
  return silent.length > 0
    ? open`Waiting for ${openList(
        silent.map((role) => open`the ${roleName(sheet, role)}`),
        ' and ',
      )}.`
    : protocolWords('They have not said the same.');
}
