/** What became of a meeting whose time has passed: the decision that waits for it, its own outcomes, or a plain yes or no. */
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { decisionAfter } from './asking.ts';
import { outcomeButtons } from './deciding.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, dueLines, endRows, type Looking, press } from './looking.ts';
import { comesFirst, partsThere } from './meeting-people.ts';
import { standingLines } from './standing.ts';
import { line, titleText } from './text.ts';
import { wayOf } from './ways.ts';
import { holderSentence, questionOf } from './words.ts';

export function heldCard(looking: Looking, step: MeetStep, acts: boolean): Frame {
  const { sheet, ink, viewer } = looking;
  const booking = sheet.status.steps[step.id]?.booking;
  const when = booking ? line(`It was booked for ${writeInstant(booking.start)}.`) : line('');
  const decision = decisionAfter(sheet, step, viewer.roles);
  const unseen = looking.turned === 'held';
  const notHeld = ink.button(wayOf(step, 'not-held').button, press(looking, step, 'choose', { p: 'not-held' }));
  const own = outcomeButtons(looking, step);
  const tookPlace = ink.button(wayOf(step, 'held').button, press(looking, step, 'choose', { p: 'held' }));
  const others = decision?.kind === 'decide' && !unseen ? outcomeButtons(looking, decision) : undefined;
  const { buttons, refusals } = others ?? own;
  const ways = buttons.length > 0 || refusals.length > 0 ? buttons : [tookPlace];
  return base(looking, step, {
    title: titleText(questionOf(sheet, step)),
    lines: [
      ...(unseen ? [] : [when]),
      ...comesFirst(looking, step),
      ...(others ? [] : refusals.map((words) => line(words))),
      ...dueLines(looking, step),
      ...standingLines(looking, step),
      ...partsThere(looking, step),
      line(holderSentence(sheet, true)),
    ],
    buttonRows: endRows(
      looking,
      acts
        ? [...ways, ...(unseen ? [ink.button('Back', press(looking, step, 'step'))] : [notHeld]), caseButton(looking)]
        : [caseButton(looking)],
    ),
  });
}
