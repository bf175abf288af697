/** What is said of a meeting in made-up lives. */
import type { Answers, Booking } from '../../../src/domain/case/types.ts';
import type { Instant } from '../../../src/domain/time/instant.ts';

/**
 * Mostly about the event that stands.
 * @param whose first part of the ids of people, `worker` or `person`
 */
export function meetingAnswers(
  booking: Booking | undefined,
  part: string,
  n: number,
  start: Instant,
  whose: string,
): Answers {
  const eventId = n % 4 === 0 || booking?.eventId === undefined ? `e${n}` : booking.eventId;
  const about = ['booked', 'declined', 'accepted'].includes(part) && n % 3 > 0 ? booking?.start : undefined;
  const whom = part === 'attendees' ? { also: [`${whose}-${n}`], without: [] } : { person: `${whose}-${n % 3}` };
  return { start: about ?? start, eventId, organiser: `${whose}-1`, ...whom };
}
