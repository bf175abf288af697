/** A meeting that has its time: when, where, with whom, what became of it since, and what can be done about it. */
import type { Booking } from '../../src/domain/case/types.ts';
import type { MeetStep, RecordStep } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { askedFields } from './asked.ts';
import { type Action, short } from './buttons.ts';
import { chosenBecause } from './chosen-because.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, dueLines, endRows, type Looking, press, title } from './looking.ts';
import {
  changeButtons,
  comesFirst,
  declinedButtons,
  declinedWords,
  partsThere,
  whereLines,
  withLine,
} from './meeting-people.ts';
import { meetingName, timeLines } from './meeting-words.ts';
import { protocolWords } from './privacy.ts';
import { mayAct, mayBook, mayMeet } from './rights.ts';
import { standingLines } from './standing.ts';
import { line } from './text.ts';
import { wayOf } from './ways.ts';
import { capital } from './words.ts';

export function bookedCard(looking: Looking, step: MeetStep): Frame {
  const { sheet, viewer } = looking;
  const booking = sheet.status.steps[step.id]?.booking;
  if (!booking) throw new Error('A booked meeting has a booking.');
  const arranges = mayBook(sheet, step, viewer);
  const declined = declinedWords(looking, step, arranges);
  const follow = mayMeet(sheet, step, viewer) ? followUps(looking, step) : [];
  return base(looking, step, {
    title: title(looking, `${meetingName(step)}, ${writeInstant(booking.start)}`),
    lines: [
      ...(declined ? [line(declined)] : []),
      ...whereLines(looking, step),
      line(stateWords(looking, step, booking)),
      ...(step.chooseFrom.length > 0 && viewer.roles.includes(step.organiser) ? [line('Please tell the family.')] : []),
      ...dueLines(looking, step),
      ...timeLines(sheet, step).map((words) => line(words)),
      ...chosenBecause(sheet, step).map((words) => line(words)),
      ...standingLines(looking, step),
      ...withLine(looking, step),
      ...partsThere(looking, step),
      ...comesFirst(looking, step),
    ],
    buttonRows: endRows(looking, [
      // Where somebody cannot come, the date may not stand, and the family is told of the next one.
      ...(declined
        ? [...arrangeButtons(looking, step, arranges), ...follow]
        : [...follow, ...arrangeButtons(looking, step, arranges)]),
      ...cannotCome(looking, step),
      caseButton(looking),
    ]),
  });
}

function stateWords({ sheet }: Looking, step: MeetStep, { state, eventId }: Booking): string {
  if (state === 'booked') return 'It is in the diaries of all who attend.';
  // A single hiccup is nobody's business.
  if (sheet.unsent.some((each) => each.kind === 'book' && each.step === step.id && each.attempts > 1))
    return `Outlook has not taken the ${eventId === undefined ? 'invitation' : 'new time'} yet. I keep trying.`;
  return eventId === undefined ? 'The invitation is being sent.' : 'It is being moved in the diaries.';
}

/** Before it begins: another time, none at all, other people. Where somebody cannot come, what that asks for comes first. */
function arrangeButtons(looking: Looking, step: MeetStep, arranges: boolean): Action[] {
  const { sheet, ink } = looking;
  const declined = declinedButtons(looking, step, arranges);
  if (!arranges) return declined;
  const words = declined.length > 0 ? 'Other times' : 'Move it';
  return [
    ink.button(words, press(looking, step, 'times', { x: 'more' })),
    ...declined,
    ...changeButtons(looking, step, sheet.status.steps[step.id]?.booking),
  ];
}

function cannotCome(looking: Looking, step: MeetStep): Action[] {
  if (!step.moments?.declined || !mayMeet(looking.sheet, step, looking.viewer)) return [];
  return [looking.ink.button(wayOf(step, 'declined').button, press(looking, step, 'choose', { p: 'declined' }))];
}

/** Steps without a limit that open once a meeting is booked, offered right there: "the family has been told". */
function followUps(looking: Looking, meeting: MeetStep): Action[] {
  const { sheet, ink, viewer } = looking;
  return Object.values(sheet.protocol.steps)
    .filter(
      (step): step is RecordStep =>
        step.kind === 'record' && step.optional && step.after.includes(`${meeting.id}.booked`),
    )
    .filter((step) => sheet.status.steps[step.id]?.state === 'open' && mayAct(sheet, step, viewer))
    .map((step) =>
      ink.button(
        short(step.button ?? capital(protocolWords(step.title))),
        press(looking, step, askedFields(sheet, step, undefined).length > 0 ? 'choose' : 'do'),
      ),
    );
}
