/** Cards on which somebody decides: one outcome a button; a disagreement, view under view; the naming of a person. */
import { outcomesOf } from '../../src/domain/case/steps.ts';
import type { AssignStep, DecideStep, MeetStep, ResolveStep } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { isOver, meetingOf } from './asking.ts';
import { type Block, blockOf } from './blocks.ts';
import { type Action, short } from './buttons.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, cut, endRows, type Looking, opening, press, referralFor } from './looking.ts';
import { line } from './text.ts';
import { doneWords, outcomeDone, whoAndWhen, whoDid } from './words.ts';

export function decideCard(looking: Looking, step: DecideStep): Frame {
  const { buttons, refusals } = outcomeButtons(looking, step);
  const ask: Block = {
    heading: buttons.length > 1 ? 'What should happen?' : '',
    lines: refusals.map((words) => line(words)),
    long: [],
    buttons: [],
  };
  return base(looking, step, {
    // The question stands right above its buttons, after all that it is about.
    blocks: [...referralFor(looking), ask],
    buttonRows: endRows(looking, [...buttons, caseButton(looking)]),
  });
}

/** A button an outcome; one that still waits for something says what, and has none. */
export function outcomeButtons(
  looking: Looking,
  step: DecideStep | ResolveStep | MeetStep,
): { buttons: Action[]; refusals: string[] } {
  const { sheet, ink } = looking;
  const blocked = sheet.status.steps[step.id]?.blockedOutcomes ?? {};
  const buttons: Action[] = [];
  const refusals: string[] = [];
  for (const [part, outcome] of Object.entries(outcomesOf(step))) {
    const waits = (blocked[part] ?? []).filter(
      ({ needs }) =>
        !needs.every((ref) => {
          const meeting = meetingOf(sheet.protocol, ref);
          return meeting !== undefined && isOver(sheet, meeting);
        }),
    );
    if (waits.length > 0) refusals.push(`${outcome.button}: not yet. ${waits.map(({ says }) => says).join(' ')}`);
    else buttons.push(ink.button(short(outcome.button), press(looking, step, 'choose', { p: part })));
  }
  return { buttons, refusals };
}

export function resolveCard(looking: Looking, step: ResolveStep): Frame {
  const { sheet, ink } = looking;
  const rung = step.rungs[sheet.status.steps[step.id]?.rung ?? 0];
  const notAgreed = step.moments?.['not-agreed'];
  const buttons = [...outcomeButtons(looking, step).buttons];
  if (rung && !rung.final)
    buttons.push(
      ink.button(short(notAgreed?.button ?? 'We do not agree'), press(looking, step, 'choose', { p: 'not-agreed' })),
    );
  return base(looking, step, {
    blocks: viewsOf(looking, step),
    lines: [
      ...opening(looking, step),
      line(rung?.final ? 'Your decision is final.' : `With: ${rung?.title ?? 'the managers'}.`),
    ],
    buttonRows: endRows(looking, [...buttons, caseButton(looking)]),
  });
}

/** Each view under the other: what the first team wrote, then what each rung wrote. */
function viewsOf(looking: Looking, step: ResolveStep): Block[] {
  const { sheet } = looking;
  const cutAt = cut(looking);
  const sources = new Set(step.after.map((ref) => ref.split('.')[0] ?? ''));
  return [...sources, step.id].flatMap((source) => {
    const asked = sheet.protocol.steps[source];
    if (!asked) return [];
    return sheet.case.facts
      .filter(({ fact }) => fact.startsWith(`${source}.`))
      .map((fact, index) => {
        const part = fact.fact.slice(source.length + 1);
        const fields = Object.values(outcomeDone(asked, part)?.asks ?? {});
        return blockOf(
          `${whoDid(sheet, fact.by)}, ${writeInstant(fact.recordedAt)}`,
          fields,
          { ...fact.answers, ...fact.personal },
          sheet,
          cutAt,
          { id: `${source}-${index}` },
        );
      });
  });
}

export function assignCard(looking: Looking, step: AssignStep): Frame {
  const { ink } = looking;
  return base(looking, step, {
    lines: [...settledBy(looking, step), ...opening(looking, step)],
    blocks: referralFor(looking),
    buttonRows: endRows(looking, [
      ink.button(short(step.button ?? 'Name'), press(looking, step, 'choose')),
      caseButton(looking),
    ]),
  });
}

/** Where managers have settled which team it is, that team reads who decided. */
function settledBy({ sheet }: Looking, step: AssignStep) {
  const settled = Object.values(sheet.protocol.steps).find(
    (each) => each.kind === 'resolve' && sheet.status.steps[each.id]?.state === 'done',
  );
  const fact = settled && sheet.status.steps[settled.id]?.doneBy;
  return settled && fact
    ? [line(`${doneWords(sheet, settled, fact)} ${whoAndWhen(sheet, settled, fact)} Please ${step.title}.`)]
    : [];
}
