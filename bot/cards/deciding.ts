/** Cards on which somebody decides: one outcome a button; a disagreement, view under view; the naming of a person. */

import type { CaseSheet } from '../../src/application/sheet.ts';
import { outcomesOf } from '../../src/domain/case/steps.ts';
import type { AssignStep, DecideStep, MeetStep, ResolveStep } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { isOver, meetingOf } from './asking.ts';
import { type Block, blockOf } from './blocks.ts';
import type { Action } from './buttons.ts';
import type { Frame } from './frame.ts';
import { jointLines } from './joint.ts';
import { base, caseButton, cut, endRows, type Looking, opening, press, referralFor } from './looking.ts';
import { standsIn } from './rights.ts';
import { doneSoFar } from './so-far.ts';
import { type Line, line } from './text.ts';
import { wayOf } from './ways.ts';
import { doneWords, outcomeDone, whoAndWhen, whoDid } from './words.ts';

export function decideCard(looking: Looking, step: DecideStep): Frame {
  const { sheet, viewer, ink } = looking;
  if (standsIn(sheet, step, viewer) && looking.turned !== 'stand-in') return standInCard(looking, step);
  const { buttons, refusals } = outcomeButtons(looking, step);
  const ask: Block = {
    heading: buttons.length > 1 ? 'What should happen?' : '',
    lines: refusals.map((words) => line(words)),
    long: [],
    buttons: [],
  };
  return base(looking, step, {
    lines: [...opening(looking, step), ...jointLines(sheet, step, viewer)],
    // The question stands right above its buttons, after all that it is about.
    blocks: [...referralFor(looking), ...doneSoFar(looking, step), ask],
    buttonRows: endRows(looking, [
      ...buttons,
      ...(looking.turned === 'stand-in' ? [ink.button('Back', press(looking, step, 'step'))] : []),
      caseButton(looking),
    ]),
  });
}

/** Somebody else's decision, which cannot wait for them (KNO-U-02): one press away, and its reason is kept. */
function standInCard(looking: Looking, step: DecideStep): Frame {
  const { ink } = looking;
  return base(looking, step, {
    lines: [...(step.standIn ? [line(step.standIn.says)] : []), ...opening(looking, step)],
    blocks: referralFor(looking),
    buttonRows: endRows(looking, [
      ink.button('Decide for them', press(looking, step, 'step', { x: 'stand-in' })),
      caseButton(looking),
    ]),
  });
}

/** A button an outcome; one that still waits for something says what, and has none. */
export function outcomeButtons(
  looking: Looking,
  step: DecideStep | ResolveStep | MeetStep,
): { buttons: Action[]; refusals: string[] } {
  const { sheet, ink, viewer } = looking;
  const blocked = sheet.status.steps[step.id]?.blockedOutcomes ?? {};
  const why = looking.turned === 'stand-in' ? { x: 'stand-in' } : {};
  const buttons: Action[] = [];
  const refusals: string[] = [];
  for (const part of Object.keys(outcomesOf(step))) {
    const way = wayOf(step, part);
    const waits = (blocked[part] ?? []).filter(
      ({ needs }) =>
        needs.length === 0 ||
        !needs.every((ref) => {
          const meeting = meetingOf(sheet.protocol, ref);
          return meeting !== undefined && isOver(sheet, meeting);
        }),
    );
    const says = waits.map((gate) => gate.says).join(' ');
    const hard = waits.some(({ soft }) => soft === undefined || !viewer.roles.includes(soft));
    if (hard) {
      refusals.push(`${way.button}: not yet. ${says}`);
      continue;
    }
    if (waits.length > 0) refusals.push(`${way.button}: ${says} You may go on with a written reason.`);
    buttons.push(ink.button(way.button, press(looking, step, 'choose', { p: part, ...why })));
  }
  return { buttons, refusals };
}

export function resolveCard(looking: Looking, step: ResolveStep): Frame {
  const { sheet, ink, viewer } = looking;
  const index = sheet.status.steps[step.id]?.rung ?? 0;
  const rung = step.rungs[index];
  const { buttons, refusals } = outcomeButtons(looking, step);
  if (rung && !rung.final && index < step.rungs.length - 1)
    buttons.push(ink.button(wayOf(step, 'not-agreed').button, press(looking, step, 'choose', { p: 'not-agreed' })));
  return base(looking, step, {
    blocks: viewsOf(looking, step),
    lines: [
      ...opening(looking, step),
      ...(rung?.policy ? policyLines(sheet, rung.policy) : []),
      ...(rung?.policy
        ? []
        : [line(rung?.final ? 'Your decision is final.' : `With: ${rung?.title ?? 'the managers'}.`)]),
      ...jointLines(sheet, step, viewer),
      ...refusals.map((words) => line(words)),
    ],
    buttonRows: endRows(looking, [...buttons, caseButton(looking)]),
  });
}

/** What follows happens elsewhere: which policy it goes by, where that is, and that its end is recorded here. */
function policyLines(sheet: CaseSheet, policy: string): Line[] {
  const { texts } = sheet.protocol.council;
  const key = Object.hasOwn(texts, policy) ? policy : policy.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const text = Object.hasOwn(texts, key) ? (texts[key] ?? '') : '';
  const name = policy.includes(' ') ? policy : policy.replaceAll('-', ' ');
  const link = text === '' ? '' : `: ${text}`;
  return [
    line(`This now goes by the ${name.replace(/^the /i, '')}${link}${/[.!?]$/.test(link) ? '' : '.'}`),
    line('Record here how it ends.'),
  ];
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
  const nobody = step.mayBe.includes('none-found');
  return base(looking, step, {
    lines: [...settledBy(looking, step), ...opening(looking, step)],
    blocks: [...referralFor(looking), ...doneSoFar(looking, step)],
    buttonRows: endRows(looking, [
      ink.button(wayOf(step, undefined).button, press(looking, step, 'choose')),
      ...(nobody
        ? [ink.button(wayOf(step, 'none-found').button, press(looking, step, 'choose', { p: 'none-found' }))]
        : []),
      caseButton(looking),
    ]),
  });
}

/** Where managers have settled which team it is, that team reads who decided. */
function settledBy({ sheet }: Looking, step: AssignStep) {
  const settled = Object.values(sheet.protocol.steps).find(
    (each) => each.kind === 'resolve' && each.about === 'team' && sheet.status.steps[each.id]?.state === 'done',
  );
  const fact = settled && sheet.status.steps[settled.id]?.doneBy;
  return settled && fact
    ? [line(`${doneWords(sheet, settled, fact)} ${whoAndWhen(sheet, settled, fact)} Please ${step.title}.`)]
    : [];
}
