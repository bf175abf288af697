/** Somebody has moved it in Outlook to after its limit (story X2): a time inside it, a reason, or the time that it had. */
import { outcomesOf } from '../../src/domain/case/steps.ts';
import type { MeetStep, Step } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, endRows, type Looking, press, title } from './looking.ts';
import { changeButtons, declinedButtons, declinedWords, partsThere, withLine } from './meeting-people.ts';
import { meetingName, timeToPutBack } from './meeting-words.ts';
import { type OpenSheet, openDay } from './privacy.ts';
import { mayBook } from './rights.ts';
import { line } from './text.ts';
import { holderSentence } from './words.ts';

export function pastLimitCard(looking: Looking, step: MeetStep): Frame {
  const { sheet, ink, viewer } = looking;
  const { booking } = sheet.status.steps[step.id] ?? {};
  if (!booking?.pastLimit) throw new Error('A time past its limit has a limit.');
  const back = timeToPutBack(sheet, step);
  const ahead = booking.start > sheet.now;
  const arranges = mayBook(sheet, step, viewer);
  const declined = declinedWords(looking, step, arranges);
  const buttons = [
    ink.button('Find a time inside it', press(looking, step, 'times')),
    ...(ahead ? [ink.button('Keep, and say why', press(looking, step, 'arrange', { p: 'kept' }))] : []),
    ...(back
      ? [ink.button('Put it back', press(looking, step, 'arrange', { p: 'back', x: `${back}|${booking.start}` }))]
      : []),
  ];
  return base(looking, step, {
    title: title(looking, `${meetingName(step)} moved past its limit`),
    lines: [
      line(`In Outlook it is now ${writeInstant(booking.start)}. The limit is ${openDay(booking.pastLimit)}.`),
      ...(booking.was?.at(-1) ? [line(`It was ${writeInstant(booking.was.at(-1)?.start ?? booking.start)}.`)] : []),
      ...(declined ? [line(declined)] : []),
      line(staysWith(sheet, step)),
      ...withLine(looking, step),
      ...partsThere(looking, step),
    ],
    buttonRows: endRows(looking, [
      ...(arranges ? buttons : []),
      ...declinedButtons(looking, step, arranges),
      ...(arranges ? changeButtons(looking, step, booking) : []),
      caseButton(looking),
    ]),
  });
}

/** Where the holder moves only after this meeting, what its delay means for the family; else who holds it. */
export function staysWith(sheet: OpenSheet, step: MeetStep): string {
  const { protocol, status } = sheet;
  if (status.holder !== protocol.holder.starts || !holderWaitsFor(sheet, step)) return holderSentence(sheet, true);
  const service = protocol.council.services[status.holder]?.name ?? status.holder;
  return `The family stays open to ${service} until it has been held.`;
}

function holderWaitsFor({ protocol }: OpenSheet, { id }: MeetStep): boolean {
  return protocol.holder.moves.some(({ on }) => {
    const step = protocol.steps[on.split('.')[0] ?? ''];
    const needs = step ? gatesOf(step, on.split('.')[1]) : [];
    return on === `${id}.held` || needs.includes(`${id}.held`);
  });
}

function gatesOf(step: Step, part: string | undefined): readonly string[] {
  const outcome = part === undefined ? undefined : outcomesOf(step)[part];
  return [...step.gates, ...(outcome?.gates ?? [])].flatMap(({ needs }) => needs);
}
