/** What has to come before a step that is owed already: said, with the way there as a button (pattern 4.10). */
import type { Step } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { meetingOf } from './asking.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, endRows, type Looking, opening, press, title } from './looking.ts';
import { noteButton } from './recording.ts';
import { type Line, line } from './text.ts';

/** @returns undefined where the viewer may go on, with a written reason at most */
export function notYetCard(looking: Looking, step: Step): Frame | undefined {
  const blocked = hardGates(looking, step);
  // Gates of a meeting hold back what is said of it afterwards, and its card says so.
  if (blocked.length === 0 || step.kind === 'meet') return undefined;
  return base(looking, step, {
    title: title(looking, 'not yet'),
    lines: [
      ...blocked.map(({ says }) => line(says)),
      ...bookedLines(
        looking,
        blocked.flatMap(({ needs }) => needs),
      ),
      ...opening(looking, step),
    ],
    buttonRows: endRows(looking, [
      looking.ink.button('Show what comes first', press(looking, step, 'next')),
      ...(step.kind === 'record' ? noteButton(looking, step) : []),
      caseButton(looking),
    ]),
  });
}

function hardGates({ sheet, viewer }: Looking, step: Step) {
  return (sheet.status.steps[step.id]?.blockedBy ?? []).filter(
    ({ soft }) => soft === undefined || !viewer.roles.includes(soft),
  );
}

/** Where what comes first is a meeting with a time, the time is said: story A16. */
function bookedLines({ sheet }: Looking, needs: readonly string[]): Line[] {
  return needs.flatMap((ref) => {
    const meeting = meetingOf(sheet.protocol, ref);
    const booking = meeting && sheet.status.steps[meeting.id]?.booking;
    return booking ? [line(`The ${meeting.title} is booked for ${writeInstant(booking.start)}.`)] : [];
  });
}
