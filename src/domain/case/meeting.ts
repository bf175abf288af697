/** A meeting's diary, read off its moments: which booking stands, and which events nobody needs any more. */
import type { MeetStep, Protocol } from '../protocol/types.ts';
import { addMinutes, type Instant, parseInstant } from '../time/instant.ts';
import { partOf } from './facts.ts';
import { isSeries } from './series.ts';
import { effectOfPart, own } from './steps.ts';
import type { Booking, PersonId, RecordedFact } from './types.ts';

/** A meeting's diary: what stands, and what was booked and no longer counts. */
export interface Meeting {
  readonly booking?: Booking & { readonly by: RecordedFact };
  readonly noTime?: RecordedFact;
  /** Events in Outlook that a later booking, another worker or the end of the case has left behind. */
  readonly stray: readonly { readonly eventId: string; readonly organiser: PersonId; readonly start: Instant }[];
}

/** Moments that change the diary. */
export const OUTLOOK = ['booking', 'booked', 'moved', 'cancelled', 'no-time', 'not-held'];

export function readMeeting(
  step: MeetStep,
  facts: readonly RecordedFact[],
  named: (role: string) => RecordedFact | undefined,
  protocol: Protocol,
): Meeting {
  // A time found for one worker says nothing about the next one: what was booked before the change is left behind.
  const changed = Math.max(
    0,
    ...step.with.map((target) => (target.startsWith('role/') ? (named(target.slice(5))?.seq ?? 0) : 0)),
  );
  const minutes =
    step.sessionOf === undefined ? step.minutes : (protocol.council.cycles[step.sessionOf]?.minutes ?? step.minutes);
  const stray: { eventId: string; organiser: PersonId; start: Instant }[] = [];
  let booking: Meeting['booking'];
  let noTime: RecordedFact | undefined;
  const leave = (): void => {
    if (booking?.eventId !== undefined && booking.organiser !== undefined) {
      stray.push({ eventId: booking.eventId, organiser: booking.organiser, start: booking.start });
    }
    booking = undefined;
  };
  let held = false;
  let resettled = false;
  for (const fact of facts) {
    if (!resettled && changed > 0 && fact.seq > changed) {
      resettled = true;
      if (!held) leave();
      noTime = undefined;
    }
    const part = partOf(fact);
    if (part === 'held' || part === undefined || own(step.outcomes, part)) held = true;
    if (held && isSeries(step) && effectOfPart(step, part) === 'does') {
      // What was booked has taken place and stays in the diary; the next time wants a booking of its own.
      booking = undefined;
      noTime = undefined;
      held = false;
    }
    if (part === undefined || !OUTLOOK.includes(part)) continue;
    const eventId = text(fact, 'eventId');
    const organiser = text(fact, 'organiser');
    const times = timesOf(fact, minutes);
    switch (part) {
      case 'booking':
        if (times) {
          leave();
          booking = { ...times, state: 'asked', by: fact };
          noTime = undefined;
        }
        break;
      case 'booked': {
        if (times === undefined) break;
        // Outlook's answer to a time that has been replaced since: the event is real, the booking is not.
        const replaced = booking !== undefined && booking.start !== times.start && booking.eventId !== eventId;
        if (replaced) {
          if (eventId !== undefined && organiser !== undefined) stray.push({ eventId, organiser, start: times.start });
          break;
        }
        booking = {
          ...times,
          state: 'booked',
          by: fact,
          ...(eventId === undefined ? {} : { eventId }),
          ...(organiser === undefined ? {} : { organiser }),
        };
        noTime = undefined;
        break;
      }
      case 'moved':
        if (
          times &&
          booking &&
          (eventId === undefined || booking.eventId === undefined || eventId === booking.eventId)
        ) {
          booking = { ...booking, ...times, by: fact };
        }
        break;
      case 'cancelled': {
        const left = stray.findIndex((each) => each.eventId === eventId);
        if (left >= 0) stray.splice(left, 1);
        else if (eventId === undefined || booking?.eventId === undefined || booking.eventId === eventId)
          booking = undefined;
        break;
      }
      case 'no-time':
        leave();
        noTime = fact;
        break;
      case 'not-held':
        // What did not take place lies in the past and may stay in the diary.
        booking = undefined;
        held = false;
        break;
    }
  }
  if (changed > 0 && !resettled && !held) {
    leave();
    noTime = undefined;
  }
  return { stray, ...(booking === undefined ? {} : { booking }), ...(noTime === undefined ? {} : { noTime }) };
}

function timesOf(fact: RecordedFact, minutes: number): { readonly start: Instant; readonly end: Instant } | undefined {
  const start = instant(text(fact, 'start'));
  if (start === undefined) return undefined;
  const end = instant(text(fact, 'end'));
  return { start, end: end !== undefined && end > start ? end : addMinutes(start, minutes) };
}

function instant(value: string | undefined): Instant | undefined {
  if (value === undefined) return undefined;
  try {
    return parseInstant(value);
  } catch {
    return undefined; // an old log replays whatever stands in it
  }
}

function text(fact: RecordedFact, key: string): string | undefined {
  const value = fact.answers[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
