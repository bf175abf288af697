/** Cards on which somebody says that something was done, mostly in another system; and what has to be done before it. */
import type { RecordStep } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { askingOf, meetingOf } from './asking.ts';
import { short } from './buttons.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, endRows, fieldsOf, type Looking, opening, press, title } from './looking.ts';
import { line } from './text.ts';

export function recordCard(looking: Looking, step: RecordStep): Frame {
  const { sheet, ink } = looking;
  const blocked = sheet.status.steps[step.id]?.blockedBy ?? [];
  const note = step.in ? [ink.button('Show note to copy', press(looking, step, 'note'))] : [];
  if (blocked.length > 0) {
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
        ink.button('Show what comes first', press(looking, step, 'next')),
        ...note,
        caseButton(looking),
      ]),
    });
  }
  const asking = askingOf(sheet, step, undefined, looking.viewer.roles);
  // What needs a diary or the directory is looked up when it is asked for; the rest is asked at once.
  const needsLooking = asking.main.fields.some(
    ({ type }) => type === 'person' || type === 'people' || type === 'times',
  );
  const titleOf = short(step.button ?? 'Record');
  return base(looking, step, {
    fields: needsLooking ? [] : fieldsOf(looking, asking.main.fields),
    buttonRows: endRows(looking, [
      ink.button(titleOf, press(looking, step, needsLooking ? 'choose' : 'do')),
      ...note,
      caseButton(looking),
    ]),
  });
}

/** Where what comes first is a meeting with a time, the time is said: story A16. */
function bookedLines(looking: Looking, needs: readonly string[]) {
  const { sheet } = looking;
  return needs.flatMap((ref) => {
    const meeting = meetingOf(sheet.protocol, ref);
    const booking = meeting && sheet.status.steps[meeting.id]?.booking;
    return booking ? [line(`The ${meeting.title} is booked for ${writeInstant(booking.start)}.`)] : [];
  });
}
