/** Why a meeting has the time that it has, where somebody had to say it: past its limit, at shorter notice, on another weekday; or where somebody said why it was moved. Class P. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Answers, RecordedFact } from '../../src/domain/case/types.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { openTime } from './privacy.ts';
import { whoDid } from './words.ts';

/** "Shorter notice, agreed with: the chair and the school. Recorded by Amara Okafor, Fri 18 Dec 2026, 17:30." */
export function chosenBecause(sheet: CaseSheet, step: MeetStep): readonly string[] {
  const booking = sheet.status.steps[step.id]?.booking;
  if (booking === undefined) return [];
  const facts = sheet.case.facts as readonly (RecordedFact & { readonly personal?: Answers })[];
  const chosen = facts.findLast(({ fact }) => fact === `${step.id}.booking`);
  // What was said of a time is said of no other one.
  const said = chosen?.answers.start === booking.start ? chosen : undefined;
  const kept = facts.findLast(({ fact, seq }) => fact === `${step.id}.kept` && seq === booking.kept?.seq);
  const of = kept ?? said;
  const reason = text(of?.personal, 'late-reason');
  const moved = text(said?.personal, 'moved-reason');
  const weekday = text(said?.personal, 'weekday-reason');
  return [
    ...(of && reason
      ? [
          `${booking.pastLimit ? 'Why past its limit' : 'Shorter notice, agreed with'}: ${ended(reason)} Recorded by ${whoDid(sheet, of.by)}, ${openTime(of.recordedAt)}.`,
        ]
      : []),
    ...(said && moved
      ? [`Why it was moved: ${ended(moved)} Recorded by ${whoDid(sheet, said.by)}, ${openTime(said.recordedAt)}.`]
      : []),
    ...(weekday && step.preferWeekday ? [`Why not a ${step.preferWeekday}: ${ended(weekday)}`] : []),
  ];
}

function text(answers: Answers | undefined, key: string): string | undefined {
  const answer = answers?.[key];
  return typeof answer === 'string' && answer !== '' ? answer : undefined;
}

function ended(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
