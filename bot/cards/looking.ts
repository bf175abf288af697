/** What every card of a step is drawn with: the case, who looks, the ink of its buttons; and the pieces that all of them share. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import type { Answers, Deadline } from '../../src/domain/case/types.ts';
import type { Field, Step } from '../../src/domain/protocol/types.ts';
import { dayOf, writeDay } from '../../src/domain/time/instant.ts';
import { asksWhen, HAPPENED, type Section } from './asking.ts';
import { type Block, type Cutting, childrenOf, cutting, recordedAnswers, referralBlocks } from './blocks.ts';
import { type Action, type ButtonRow, IMMEDIATE_RISK, type Ink, rows } from './buttons.ts';
import { forWhom, ofField } from './each.ts';
import { type FieldData, fieldWithFault, inputsOf } from './fields.ts';
import { type Banner, type Frame, frame } from './frame.ts';
import { openReference, open as openWords, protocolWords } from './privacy.ts';
import { mayAct } from './rights.ts';
import type { Press, Verb } from './signed.ts';
import { standingLines } from './standing.ts';
import { line, titleText } from './text.ts';
import { whys } from './why.ts';
import { deadlineOf, dueSentence, fill, headingOf, holderSentence, isMachines } from './words.ts';

export interface Looking {
  readonly sheet: CaseSheet;
  readonly viewer: Viewer;
  readonly ink: Ink;
  readonly banner?: readonly Banner[];
  /** The same card turned to another question: a meeting that nobody booked here has taken place; somebody decides for another. */
  readonly turned?: Turned;
}

export type Turned = 'held' | 'stand-in';

export function base(looking: Looking, step: Step, parts: Partial<Frame>): Frame {
  const { sheet } = looking;
  return frame({
    banner: looking.banner ?? [],
    title: titleText(headingOf(sheet, step)),
    lines: opening(looking, step),
    whys: whys([deadlineOf(sheet, step.id)]),
    ...parts,
  });
}

export function title({ sheet }: Pick<Looking, 'sheet'>, words: string): string {
  return titleText(openWords`${openReference(sheet)}: ${protocolWords(words)}`);
}

/** A sentence or two, the deadline, the holder. */
export function opening(looking: Looking, step: Step) {
  const { sheet } = looking;
  return [
    ...forWhom(sheet, step),
    ...(step.says ? [line(fill(step.says, sheet, { byName: true }))] : []),
    ...dueLines(looking, step),
    ...standingLines(looking, step),
    line(holderSentence(sheet, true)),
  ];
}

export function dueLines({ sheet }: Looking, step: Step) {
  const deadline = deadlineOf(sheet, step.id);
  return deadline ? [line([dueSentence(deadline, sheet.now), ...aims(sheet, step, deadline)].join(' '))] : [];
}

/** A target before the limit, as long as it can still be met (AMB-24, AMB-32). The program's own reminders are nobody's aim. */
function aims({ status, now }: CaseSheet, { id }: Step, limit: Deadline): string[] {
  return status.deadlines
    .filter(({ step, kind, effective, metAt }) => step === id && kind === 'target' && !effective && metAt === undefined)
    .filter(({ due, dueAt }) => dueAt >= now && due < limit.due)
    .map(({ due }) => `Aim at ${writeDay(due)}.`);
}

/** The inputs of a step that is done on its own card: of which children or agencies, what is asked, and when it was. */
export function formOf({ sheet }: Pick<Looking, 'sheet'>, section: Section) {
  return [
    ...ofField(sheet, section.step),
    ...fieldsOf({ sheet }, section.fields, saidBefore(sheet, section)),
    ...(asksWhen(sheet, section) ? [whenField(sheet)] : []),
  ];
}

export function whenField(sheet: CaseSheet, typed?: unknown, fault = ''): FieldData {
  const value = typeof typed === 'string' ? typed : dayOf(sheet.now);
  return fieldWithFault(HAPPENED, 'When', 'date', fault, { value });
}

/** What was written when it was done before a later decision set that aside: to be changed, not typed again. Its dates are new ones. */
export function saidBefore(sheet: CaseSheet, { step, part, fields }: Section): Answers {
  const once = (step.kind === 'record' || step.kind === 'send') && !step.repeats && step.each === undefined;
  if (!once || part !== undefined || step.due.some(({ form }) => form === 'every')) return {};
  const said = recordedAnswers(sheet, step.id);
  return Object.fromEntries(
    fields.flatMap(({ id, type }) =>
      type === 'date' || type === 'agencies' || !(id in said) ? [] : [[id, said[id] ?? '']],
    ),
  );
}

export function fieldsOf({ sheet }: Pick<Looking, 'sheet'>, fields: readonly Field[], answers: Answers = {}) {
  return inputsOf(fields, {
    council: sheet.protocol.council,
    now: sheet.now,
    answers,
    faults: {},
    children: childrenOf(sheet),
    datesAreToday: true,
  });
}

/** How often the step has been recorded: a second round's press is another press, and nothing else changes the card. */
export function roundOf({ sheet }: Pick<Looking, 'sheet'>, step: string): number {
  return sheet.case.facts.filter(({ fact }) => fact === step || fact.startsWith(`${step}.`)).length;
}

export function press(
  looking: Pick<Looking, 'sheet'>,
  step: Pick<Step, 'id'>,
  verb: Verb,
  more: Partial<Press> = {},
): Press {
  const { sheet } = looking;
  const since = sheet.status.steps[step.id]?.since ?? sheet.case.openedAt;
  return { a: verb, c: sheet.case.id, s: step.id, n: roundOf(looking, step.id), i: since, ...more };
}

export function caseButton({ sheet, ink }: Pick<Looking, 'sheet' | 'ink'>): Action {
  return ink.button('Show the whole case', { a: 'case', c: sheet.case.id });
}

/** Every card of an open case ends with the one press that needs nothing else. */
export function endRows({ sheet, ink }: Pick<Looking, 'sheet' | 'ink'>, buttons: readonly Action[]): ButtonRow[] {
  const running = !sheet.status.ended && !sheet.status.stopped;
  return rows(
    buttons,
    running
      ? ink.button(IMMEDIATE_RISK, { a: 'stop', c: sheet.case.id, n: roundOf({ sheet }, 'safeguarding') })
      : undefined,
  );
}

export function cut(looking: Looking, room: Parameters<typeof cutting>[1] = {}): Cutting {
  const { ink, sheet } = looking;
  return cutting(
    (key) =>
      rows([
        ink.button(/^c\d+$/.test(key) ? `Read child ${key.slice(1)}` : 'Read it all', {
          a: 'text',
          c: sheet.case.id,
          x: key,
        }),
      ]),
    room,
  );
}

/** What the opening asked, for whoever has to decide on it: never back to the one who wrote it. */
export function referralFor(looking: Looking, room: Parameters<typeof cutting>[1] = {}): Block[] {
  const { sheet, viewer } = looking;
  return viewer.person === sheet.case.openedBy ? [] : referralBlocks(sheet, cut(looking, room));
}

/** What the same person can do next, where it opened by this step. */
export function laterSteps(looking: Looking, done: Step): Action[] {
  const { sheet, viewer, ink } = looking;
  const next = Object.values(sheet.protocol.steps).find(
    (step) =>
      step.id !== done.id &&
      sheet.status.steps[step.id]?.state === 'open' &&
      !step.optional &&
      !isMachines(sheet, step) &&
      mayAct(sheet, step, viewer) &&
      sheet.status.steps[step.id]?.blockedBy.length === 0,
  );
  return next && !sheet.status.ended ? [ink.button('Show my next step', press(looking, next, 'step'))] : [];
}
