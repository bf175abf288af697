/** What may be done at any time and is never owed: a postponement, a further attempt, a disagreement. */
import type { Step } from '../../src/domain/protocol/types.ts';
import { askedFields } from './asked.ts';
import type { Block } from './blocks.ts';
import { type Action, type ButtonRow, inRows, short } from './buttons.ts';
import { openInstances } from './each.ts';
import { type Frame, frame } from './frame.ts';
import { caseButton, endRows, type Looking, press, title } from './looking.ts';
import { protocolWords } from './privacy.ts';
import { mayAct, standsIn } from './rights.ts';
import { line } from './text.ts';
import { capital, isMachines, nextSteps } from './words.ts';

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
  return [{ heading: '', lines: [line('Also possible, and never owed:')], long: [], buttons: inRows(buttons) }];
}

/** Two rows. */
const MOST = 10;

/** What the same person owes beside the next step. */
export function otherButtons(looking: Looking): ButtonRow[] {
  const { sheet, viewer } = looking;
  const own = nextSteps(sheet, viewer.roles).filter((step) => mayAct(sheet, step, viewer));
  return inRows(own.slice(1, 1 + MOST_OWED).map((step) => buttonFor(looking, step)));
}

const MOST_OWED = 5;

function buttonFor(looking: Looking, step: Step): Action {
  const again = step.repeats && looking.sheet.status.steps[step.id]?.state === 'done';
  const stands = standsIn(looking.sheet, step, looking.viewer);
  const words = short(stands ? 'Decide for them' : (step.button ?? capital(protocolWords(step.title))));
  return looking.ink.button(words, again ? pressAgain(looking, step) : press(looking, step, 'step'));
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
    blocks: [{ heading: '', lines: [], long: [], buttons: inRows(steps.map((step) => buttonFor(looking, step))) }],
    buttonRows: endRows(looking, [caseButton(looking)]),
  });
}
