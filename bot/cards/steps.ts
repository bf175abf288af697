/** A step's card in somebody's own chat or in a dialog (class P): which of the cards it is. */
import type { Step } from '../../src/domain/protocol/types.ts';
import { doneCard, type StepCard, toldCard } from './afterwards.ts';
import { consentCard } from './consenting.ts';
import { assignCard, decideCard, resolveCard } from './deciding.ts';
import type { Frame } from './frame.ts';
import type { Looking } from './looking.ts';
import { meetCard } from './meeting.ts';
import { notYetCard } from './not-yet.ts';
import { recordCard } from './recording.ts';
import { mayAct, mayMeet, seesMeeting, standsIn, takesPart } from './rights.ts';
import { sendCard } from './sending.ts';
import { awaitsWord } from './words.ts';

/** @returns undefined where the step has nothing to show to this viewer now */
export function stepCard(looking: Looking, stepId: string): StepCard | undefined {
  const { sheet, viewer } = looking;
  const step = sheet.protocol.steps[stepId];
  const view = sheet.status.steps[stepId];
  if (!step || !view) return undefined;
  if (view.state === 'done') {
    const own = view.doneBy?.by === viewer.person || mayAct(sheet, step, viewer) || takesPart(step, viewer);
    return own ? doneCard(looking, step) : toldCard(looking, step);
  }
  if (view.state !== 'open' || sheet.status.ended || sheet.status.stopped) return undefined;
  const frame = openCard(looking, step);
  return frame && { template: 'step', frame };
}

function openCard(looking: Looking, step: Step): Frame | undefined {
  const { sheet, viewer } = looking;
  if (step.kind === 'meet') {
    const concerns = mayMeet(sheet, step, viewer) || takesPart(step, viewer);
    const { booking, lost, noTime } = sheet.status.steps[step.id] ?? {};
    const arranged = (booking ?? lost ?? noTime) !== undefined && seesMeeting(sheet, step, viewer);
    return concerns || arranged ? meetCard(looking, step) : undefined;
  }
  if (!mayAct(sheet, step, viewer) && !standsIn(sheet, step, viewer)) return undefined;
  // Nobody presses what the program sends of itself; that it has arrived somebody may have to say all the same.
  if (step.kind === 'send' && step.automatic && !awaitsWord(sheet, step)) return undefined;
  const notYet = notYetCard(looking, step);
  if (notYet) return notYet;
  switch (step.kind) {
    case 'send':
      return sendCard(looking, step);
    case 'record':
      return recordCard(looking, step);
    case 'consent':
      return consentCard(looking, step);
    case 'assign':
      return assignCard(looking, step);
    case 'decide':
      return decideCard(looking, step);
    case 'resolve':
      return resolveCard(looking, step);
  }
}
