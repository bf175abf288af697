/** What may be done at any time and is never owed: a postponement, a further attempt, a disagreement. */
import type { Step } from '../../src/domain/protocol/types.ts';
import { askedFields } from './asked.ts';
import type { Block } from './blocks.ts';
import { type Action, inRows, LONGEST_BUTTON } from './buttons.ts';
import { openInstances } from './each.ts';
import { type Frame, frame } from './frame.ts';
import { caseButton, endRows, type Looking, press, title } from './looking.ts';
import { protocolWords } from './privacy.ts';
import { mayAct, ownNextSteps, standsIn } from './rights.ts';
import { bold, type Line, line } from './text.ts';
import { capital, isMachines } from './words.ts';

export function possibleSteps({ sheet, viewer }: Pick<Looking, 'sheet' | 'viewer'>): readonly Step[] {
  const { protocol, status } = sheet;
  if (status.ended || status.stopped) return [];
  return Object.values(protocol.steps).filter((step) => {
    const state = status.steps[step.id]?.state;
    const again = step.repeats && state === 'done';
    if (state === 'open' && standsIn(sheet, step, viewer)) return true;
    return (
      (step.optional ? state === 'open' || again : again) && !isMachines(sheet, step) && mayAct(sheet, step, viewer)
    );
  });
}

/** One press away, right where they are named; where there are very many, the rest are a card of their own. */
export function possibleBlock(looking: Looking): Block[] {
  const steps = possibleSteps(looking);
  if (steps.length === 0) return [];
  const shown = steps.length <= MOST ? steps : steps.slice(0, MOST - 1);
  const buttons = shown.map((step) => buttonFor(looking, step));
  if (shown.length < steps.length)
    buttons.push(looking.ink.button('What else is possible', { a: 'possible', c: looking.sheet.case.id }));
  const lines = [line('Also possible, and never owed:'), ...shown.flatMap((step) => aboutButton(looking, step))];
  return [{ heading: '', lines, long: [], buttons: inRows(buttons) }];
}

/** What a button does that does not say so itself: "Record it: another agency takes it further." */
function aboutButton(looking: Looking, step: Step): Line[] {
  const { words, plain } = wordsOn(looking, step);
  return plain ? [] : [line(bold(`${words}: `), `${protocolWords(step.title)}.`)];
}

/** It has a word of the step's title, or the beginning of one: "Payment has ended" of the "end of the payment". */
function saysWhat(words: string, step: Step): boolean {
  const stems = (text: string) => (text.toLowerCase().match(/[a-z]{4,}/g) ?? []).map((word) => word.slice(0, 5));
  const title = new Set(stems(step.title));
  return stems(words).some((stem) => title.has(stem));
}

/** Two rows. */
const MOST = 10;

/** What the same person may do beside the next step. */
export function othersBlock(looking: Looking): Block[] {
  const { sheet, viewer } = looking;
  const others = ownNextSteps(sheet, viewer).slice(1, 1 + MOST_OWED);
  if (others.length === 0) return [];
  const lines = [line('Also for you to do:'), ...others.flatMap((step) => aboutButton(looking, step))];
  return [{ heading: '', lines, long: [], buttons: inRows(others.map((step) => buttonFor(looking, step))) }];
}

const MOST_OWED = 5;

function buttonFor(looking: Looking, step: Step): Action {
  const again = step.repeats && looking.sheet.status.steps[step.id]?.state === 'done';
  return looking.ink.button(
    wordsOn(looking, step).words,
    again ? pressAgain(looking, step) : press(looking, step, 'step'),
  );
}

/** Where the title is too long for a button, and the protocol has no other words. */
const DOES: Readonly<Record<Step['kind'], string>> = {
  send: 'Send it',
  record: 'Record it',
  consent: 'Ask for consent',
  assign: 'Name somebody',
  decide: 'Decide',
  meet: 'Find a time',
  resolve: 'Settle it',
};

/** What its button says, and whether that is plain without its title beside it. */
function wordsOn({ sheet, viewer }: Looking, step: Step): { readonly words: string; readonly plain: boolean } {
  if (standsIn(sheet, step, viewer)) return { words: 'Decide for them', plain: false };
  const { button } = step;
  // What is in brackets or behind a comma explains: a button does without.
  const title = capital(protocolWords(step.title.replace(/(,| \().*$/, '')));
  const fits = title.length <= LONGEST_BUTTON;
  // [Record it] says nothing of what is recorded.
  const vague = button?.startsWith('Record ') === true && !saysWhat(button, step);
  if (fits && (button === undefined || vague)) return { words: title, plain: true };
  return { words: button ?? DOES[step.kind], plain: button !== undefined && saysWhat(button, step) };
}

/** What may be recorded again is asked at once: its own card says that it was done. */
function pressAgain(looking: Looking, step: Step) {
  const asks = askedFields(looking.sheet, step, undefined).length > 0 || openInstances(looking.sheet, step).length > 1;
  return press(looking, step, asks ? 'choose' : 'do');
}

/** [Record another] on the card of a step that is done. */
export function againButton(looking: Looking, step: Step): Action[] {
  const { sheet, viewer, ink } = looking;
  const may = step.repeats && (step.kind === 'record' || step.kind === 'send') && mayAct(sheet, step, viewer);
  if (!may || sheet.status.ended || sheet.status.stopped) return [];
  return [ink.button(step.kind === 'send' ? 'Send another' : 'Record another', pressAgain(looking, step))];
}

export function possibleFrame(looking: Looking): Frame {
  const steps = possibleSteps(looking);
  return frame({
    banner: looking.banner ?? [],
    title: title(looking, 'what else is possible'),
    lines: [line('None of this is owed. It can be done when it is needed.')],
    blocks: [
      {
        heading: '',
        lines: steps.flatMap((step) => aboutButton(looking, step)),
        long: [],
        buttons: inRows(steps.map((step) => buttonFor(looking, step))),
      },
    ],
    buttonRows: endRows(looking, [caseButton(looking)]),
  });
}
