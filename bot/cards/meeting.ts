/** The card of a meeting: which of its cards it is, and the one of a meeting that has no time yet. */
import type { MeetStep, Step } from '../../src/domain/protocol/types.ts';
import { decisionAfter, isOver } from './asking.ts';
import { bookedCard } from './booked.ts';
import type { Action } from './buttons.ts';
import { outcomeButtons } from './deciding.ts';
import type { Frame } from './frame.ts';
import { heldCard } from './held.ts';
import { base, caseButton, endRows, type Looking, opening, press, referralFor } from './looking.ts';
import { comesFirst, partsThere } from './meeting-people.ts';
import { newsOf } from './meeting-words.ts';
import { lostCard, stuckCard } from './no-time.ts';
import { pastLimitCard } from './past-limit.ts';
import { mayAct, mayMeet } from './rights.ts';
import { line } from './text.ts';

export function meetCard(looking: Looking, step: MeetStep): Frame {
  const { sheet, viewer } = looking;
  const acts = mayMeet(sheet, step, viewer);
  const view = sheet.status.steps[step.id];
  if (looking.turned === 'held' && acts) return heldCard(looking, step, acts);
  if (view?.booking) {
    if (isOver(sheet, step)) return heldCard(looking, step, acts);
    return newsOf(sheet, step) === 'past-limit' ? pastLimitCard(looking, step) : bookedCard(looking, step);
  }
  if (view?.noTime) return stuckCard(looking, step);
  return newsOf(sheet, step) === 'lost' ? lostCard(looking, step) : unbookedCard(looking, step);
}

function unbookedCard(looking: Looking, step: MeetStep): Frame {
  const { sheet, ink, viewer } = looking;
  const acts = mayMeet(sheet, step, viewer);
  const view = sheet.status.steps[step.id];
  const tookPlace = acts ? [ink.button('It has taken place', press(looking, step, 'step', { x: 'held' }))] : [];
  if (step.chooseFrom.length > 0 || step.sessionOf)
    return base(looking, step, {
      // A forum whose day nobody has set has no time to book.
      lines: [
        ...opening(looking, step),
        ...(view?.noDate ? [] : [line('A time is being booked.')]),
        ...partsThere(looking, step),
      ],
      buttonRows: endRows(looking, [
        ...(acts && !view?.noDate ? [ink.button('Other times', press(looking, step, 'times', { x: 'more' }))] : []),
        ...(step.chooseFrom.length > 0 ? [] : tookPlace),
        caseButton(looking),
      ]),
    });
  const choose = ink.button('Show free times', press(looking, step, 'times'));
  return base(looking, step, {
    lines: [...opening(looking, step), ...partsThere(looking, step), ...comesFirst(looking, step)],
    blocks: referralFor(looking),
    buttonRows: endRows(
      looking,
      mayAct(sheet, step, viewer)
        ? [choose, ...otherWays(looking, step), ...tookPlace, caseButton(looking)]
        : [...tookPlace, caseButton(looking)],
    ),
  });
}

/** The decision's other ways stand beside the offer: "not the right team" needs no consultation. */
export function otherWays(looking: Looking, step: Step): Action[] {
  const { sheet, viewer } = looking;
  const decision = step.kind === 'meet' ? decisionAfter(sheet, step, viewer.roles) : undefined;
  return decision?.kind === 'decide' ? outcomeButtons(looking, decision).buttons : [];
}
