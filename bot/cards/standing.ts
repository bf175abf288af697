/** How a step stands beside its date: a series and its last time, a forum without a day, a gate that may be passed, a warning, for whom it is recorded. Class P. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import { readCase } from '../../src/domain/case/reading.ts';
import type { Ref, Step } from '../../src/domain/protocol/types.ts';
import type { Count } from '../../src/domain/time/count.ts';
import { type Open, type OpenSheet, open, openTime, protocolWords } from './privacy.ts';
import { recordsFor } from './rights.ts';
import { type Line, line } from './text.ts';
import { roleName } from './words.ts';

export function standingLines(
  { sheet, viewer }: { readonly sheet: CaseSheet; readonly viewer: Viewer },
  step: Step,
): Line[] {
  const role = recordsFor(sheet, step, viewer);
  return [
    ...passableLines({ sheet, viewer }, step),
    ...openStanding(sheet, step).map((words) => line(words)),
    ...warnings(sheet, step).map((words) => line(words)),
    ...(role ? [line(`You record it for the ${roleName(sheet, role)}.`)] : []),
  ];
}

/** Gates that this viewer may pass, and how. */
function passableLines({ sheet, viewer }: { readonly sheet: OpenSheet; readonly viewer: Viewer }, step: Step): Line[] {
  return (sheet.status.steps[step.id]?.blockedBy ?? [])
    .filter(({ soft }) => soft !== undefined && viewer.roles.includes(soft))
    .map(({ says }) => line(`${says} You may go on with a written reason.`));
}

/** The part of it that a channel may read. */
export function openStanding(sheet: OpenSheet, step: Step): Open[] {
  const { noDate, last } = sheet.status.steps[step.id] ?? {};
  const series = step.due.find((due) => due.form === 'every');
  const word = protocolWords(step.kind === 'meet' ? 'held' : 'done');
  return [
    ...(noDate ? [protocolWords(noDate)] : []),
    ...(series?.form === 'every'
      ? [
          last
            ? open`Every ${often(series.count)}. Last ${word} ${openTime(last.at)}.`
            : open`Every ${often(series.count)}.`,
        ]
      : []),
  ];
}

/** `week`, `6 weeks`. */
function often({ n, unit }: Count): Open {
  return protocolWords(n === 1 ? unit.replace(/s$/, '') : `${n} ${unit}`);
}

/** Speaks and lets pass (vocabulary: warns). */
function warnings(sheet: CaseSheet, step: Step): string[] {
  if (step.warns.length === 0) return [];
  const reading = readCase(sheet.protocol, sheet.case);
  return step.warns
    .filter(({ when }) => !saysItself(step, when) && reading.truth(when).is === 'true')
    .map(({ says }) => says);
}

/** Who has said no to a meeting its own card says, until somebody else is named or another time is found. */
function saysItself({ id, kind }: Step, when: Ref): boolean {
  return kind === 'meet' && when.startsWith(`${id}.declined`);
}
