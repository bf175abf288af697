/** Who must come to a meeting and has said no to the time that stands, and whether they have taken it back. */
import type { MeetStep } from '../protocol/types.ts';
import { moment, partOf } from './facts.ts';
import type { Booking, Declined, RecordedFact } from './types.ts';

type Whom = Omit<Declined, 'by'>;
type Said = Pick<RecordedFact, 'fact' | 'answers'>;

/** What is said of another event, or of a time that has gone, says nothing about this one. */
export function concerns(booking: Booking, { answers: { eventId, start } }: Said): boolean {
  const time = moment(start);
  return (typeof eventId !== 'string' || eventId === booking.eventId) && (time === undefined || time === booking.start);
}

/** @param fact a no, or a yes that takes one back */
export function declinedAfter(step: MeetStep, { declined = [] }: Booking, fact: RecordedFact): readonly Declined[] {
  const others = declined.filter((each) => !sameWhom(each, fact));
  const no = partOf(fact) !== 'accepted' && mustCome(step, fact);
  return no ? [...others, { ...whom(fact), by: fact }] : others;
}

/** Who is asked as optional holds nothing up. */
function mustCome(step: MeetStep, fact: Said): boolean {
  const { role } = whom(fact);
  if (role === undefined || !step.mayCome.includes(`role/${role}`)) return true;
  return (
    [...step.with, ...step.invite].includes(`role/${role}`) || [step.organiser, step.chair, step.notes].includes(role)
  );
}

/** Of whom it was said: `declined.family-worker` in old logs. */
export function whom({ fact, answers }: Said): Whom {
  const role = fact.split('.')[2] ?? answers.role;
  const { person } = answers;
  return {
    ...(typeof role === 'string' && role !== '' ? { role } : {}),
    ...(typeof person === 'string' && person !== '' ? { person } : {}),
  };
}

/** By the person where both name one, else by the role. */
export function sameWhom(one: Whom, said: Said): boolean {
  const other = whom(said);
  if (one.person !== undefined && other.person !== undefined) return one.person === other.person;
  return one.role !== undefined && one.role === other.role;
}
