/**
 * A meeting's diary, read off its moments: which booking stands and what became of it, and which events nobody needs any more. One
 * event is booked for a meeting, and it stays the same one while its organiser does: another time moves it, other people change who is
 * invited to it. Only a time looked for in offered ones rests on the diaries of those it was found for: it falls with them.
 */
import type { MeetStep, Protocol } from '../protocol/types.ts';
import { addMinutes, type Instant } from '../time/instant.ts';
import { concerns, declinedAfter } from './declining.ts';
import { moment, partOf } from './facts.ts';
import { isSeries } from './series.ts';
import { effectOfPart, own, rolesIn } from './steps.ts';
import { type Booking, type PersonId, PROGRAM, type RecordedFact, type SupersededTime } from './types.ts';

/** A meeting's diary: what stands, and what was booked and no longer counts. */
export interface Meeting {
  /** `by` set the time that stands. */
  readonly booking?: Booking & { readonly by: RecordedFact };
  readonly noTime?: RecordedFact;
  /** It had a time and has none any more. */
  readonly lost?: RecordedFact;
  /** Events in Outlook that a later booking, another worker or the end of the case has left behind. */
  readonly stray: readonly Stray[];
}

export interface Stray {
  readonly eventId: string;
  readonly organiser: PersonId;
  readonly start: Instant;
  /** Somebody cancelled it: it is not that another time has taken its place. */
  readonly cancelled?: true;
}

/** Moments that change the diary. */
export const OUTLOOK = ['booking', 'booked', 'moved', 'cancelled', 'no-time', 'not-held'];

type Times = Pick<Booking, 'start' | 'end'>;

/** What is known of a meeting at one point of its log. */
interface Diary {
  booking: Meeting['booking'];
  noTime: RecordedFact | undefined;
  lost: RecordedFact | undefined;
  stray: Stray[];
  /** The last time that stood in the diaries, and those before it. */
  last: Times | undefined;
  was: readonly SupersededTime[];
  also: readonly PersonId[] | undefined;
  without: readonly PersonId[] | undefined;
  /** Cancelled before Outlook had answered: what it answers then is needed by nobody. */
  dropped: Instant | undefined;
  held: boolean;
}

/** @param named the fact by which a role's holder took the place of another one */
export function readMeeting(
  step: MeetStep,
  facts: readonly RecordedFact[],
  named: (role: string) => RecordedFact | undefined,
  protocol: Protocol,
): Meeting {
  const changed = leftBehindBy(step, named);
  const minutes =
    step.sessionOf === undefined ? step.minutes : (protocol.council.cycles[step.sessionOf]?.minutes ?? step.minutes);
  const at = blank();
  let resettled = changed === 0;
  for (const fact of facts) {
    if (!resettled && fact.seq > changed) {
      resettled = true;
      resettle(at, step);
    }
    const part = partOf(fact);
    if (part === 'held' || part === undefined || own(step.outcomes, part)) at.held = true;
    if (at.held && isSeries(step) && effectOfPart(step, part) === 'does') {
      // What was booked has taken place and stays in the diary; the next time wants a booking of its own.
      Object.assign(at, { ...blank(), stray: at.stray });
    }
    if (part !== undefined && (OUTLOOK.includes(part) || !own(step.outcomes, part)))
      record(at, step, part, fact, timesOf(fact, minutes));
  }
  if (!resettled && !at.held) resettle(at, step);
  return asMeeting(at, named);
}

function blank(): Diary {
  return {
    booking: undefined,
    noTime: undefined,
    lost: undefined,
    stray: [],
    last: undefined,
    was: [],
    also: undefined,
    without: undefined,
    dropped: undefined,
    held: false,
  };
}

/**
 * Number of the event after which what was booked before it no longer stands. An offered time found for one worker says nothing about
 * the next one. A time that somebody chose stays as it is for the next one too, who is invited to it and may move it; unless it stands
 * on the calendar of the one who has gone.
 */
function leftBehindBy(step: MeetStep, named: (role: string) => RecordedFact | undefined): number {
  const attend = rolesIn(step.with);
  const roles = step.chooseFrom.length > 0 ? attend : [step.organiser];
  return Math.max(0, ...roles.map((role) => named(role)?.seq ?? 0));
}

function resettle(at: Diary, step: MeetStep): void {
  if (!at.held) leave(at);
  at.noTime = undefined;
  // The offered times are looked through again by themselves.
  if (step.chooseFrom.length > 0) at.lost = undefined;
}

/** The event that stands is needed no longer. */
function leave(at: Diary, cancelled = false): void {
  const { eventId, organiser, start } = at.booking ?? {};
  if (eventId !== undefined && organiser !== undefined && start !== undefined) {
    at.stray.push({ eventId, organiser, start, ...(cancelled ? { cancelled } : {}) });
  }
  at.booking = undefined;
}

function record(at: Diary, step: MeetStep, part: string, fact: RecordedFact, times: Times | undefined): void {
  const { booking } = at;
  const eventId = text(fact, 'eventId');
  const organiser = text(fact, 'organiser');
  // `declined.family-worker` in old logs.
  switch (part.split('.')[0]) {
    case 'booking':
      if (times) asked(at, fact, times);
      break;
    case 'booked':
      if (times) booked(at, fact, times, eventId, organiser);
      break;
    case 'moved':
      if (times && booking && (eventId === undefined || (booking.eventId ?? eventId) === eventId)) {
        supersede(at, times, fact);
        at.booking = { ...withTimes(booking, times), by: fact, inOutlook: { at: fact.recordedAt } };
        if (booking.eventId !== undefined) at.last = times;
      }
      break;
    case 'kept':
      if (booking) at.booking = { ...booking, kept: fact };
      break;
    case 'cancelled':
      cancelled(at, fact, eventId);
      break;
    case 'no-time':
      leave(at);
      at.noTime = fact;
      at.lost = undefined;
      break;
    case 'not-held':
      // What did not take place lies in the past and may stay in the diary.
      at.booking = undefined;
      at.without = undefined;
      at.lost = fact;
      at.held = false;
      break;
    case 'declined':
    case 'accepted':
      if (booking && concerns(booking, fact)) at.booking = { ...booking, declined: declinedAfter(step, booking, fact) };
      break;
    case 'attendees': {
      const without = ids(fact, 'without');
      const again = (at.without ?? []).filter((id) => !without.includes(id));
      at.also = ids(fact, 'also');
      at.without = without;
      if (booking && again.length > 0) at.booking = askedAgain(booking, again);
      break;
    }
  }
}

/** A time is asked for. The event that stands is moved to it. */
function asked(at: Diary, fact: RecordedFact, times: Times): void {
  supersede(at, times, fact);
  const { eventId, organiser, room } = at.booking ?? {};
  at.booking = {
    ...times,
    state: 'asked',
    by: fact,
    ...(eventId === undefined ? {} : { eventId }),
    ...(organiser === undefined ? {} : { organiser }),
    ...(room === undefined ? {} : { room }),
    ...(fact.answers.late === true ? { kept: fact } : {}),
  };
  at.noTime = undefined;
  at.lost = undefined;
  at.dropped = undefined;
}

/** What Outlook answers: to the time that was asked for, or to one that has been replaced since. */
function booked(
  at: Diary,
  fact: RecordedFact,
  times: Times,
  eventId: string | undefined,
  organiser: PersonId | undefined,
): void {
  const { booking } = at;
  if (eventId !== undefined && at.stray.some((stray) => stray.eventId === eventId)) return;
  const other = booking !== undefined && booking.start !== times.start;
  // The event has been moved, and is being moved on.
  if (other && booking.eventId === eventId && booking.state === 'asked') return;
  // The event is real, the booking is not.
  const replaced = (other && booking.eventId !== eventId) || (booking === undefined && at.dropped === times.start);
  if (replaced) {
    if (eventId !== undefined && organiser !== undefined) at.stray.push({ eventId, organiser, start: times.start });
    return;
  }
  // The event that was to be moved is gone, and another one was booked in its place.
  if (booking?.eventId !== undefined && booking.eventId !== eventId) leave(at);
  supersede(at, times, fact);
  const room = text(fact, 'room');
  at.booking = {
    ...times,
    state: 'booked',
    by: fact,
    ...(eventId === undefined ? {} : { eventId }),
    ...(organiser === undefined ? {} : { organiser }),
    ...(room === undefined ? {} : { room }),
    ...(booking?.kept === undefined ? {} : { kept: booking.kept }),
    ...(booking?.declined === undefined ? {} : { declined: booking.declined }),
  };
  at.last = times;
  at.noTime = undefined;
  at.lost = undefined;
}

/** Whoever was left out of a time that is gone comes to the next one: it went on without them, the meeting does not. */
function cancelled(at: Diary, fact: RecordedFact, eventId: string | undefined): void {
  const { booking } = at;
  const left = at.stray.findIndex((each) => each.eventId === eventId);
  if (left >= 0) {
    at.stray.splice(left, 1);
  } else if (fact.by !== PROGRAM) {
    if (booking && booking.eventId === undefined) at.dropped = booking.start;
    leave(at, true);
    at.without = undefined;
    at.lost = fact;
  } else if (eventId === undefined || (booking?.eventId ?? eventId) === eventId) {
    // Somebody has just chosen another time for it, and gets it: with an event of its own.
    const moving = eventId !== undefined && booking?.state === 'asked' && booking.eventId === eventId;
    at.booking = moving ? { start: booking.start, end: booking.end, state: 'asked', by: booking.by } : undefined;
    if (moving || !booking) return;
    at.without = undefined;
    at.lost = fact;
  }
}

/** The time that stood in the diaries is kept, with who set the one that comes after it. */
function supersede(at: Diary, { start, end }: Times, { by, recordedAt }: RecordedFact): void {
  const { last } = at;
  if (last === undefined || (last.start === start && last.end === end)) return;
  at.was = [...at.was, { ...last, by, at: recordedAt }];
  at.last = undefined;
}

/** Answers and reasons were given for the time that stood; another one asks for them anew. */
function withTimes({ kept: _, declined: __, ...booking }: NonNullable<Meeting['booking']>, times: Times) {
  return { ...booking, ...times };
}

/** Whoever was left out and is invited once more has not answered that invitation. */
function askedAgain(booking: NonNullable<Meeting['booking']>, people: readonly PersonId[]) {
  const { declined = [], ...rest } = booking;
  const stand = declined.filter(({ person }) => person === undefined || !people.includes(person));
  return stand.length === 0 ? rest : { ...rest, declined: stand };
}

function asMeeting(at: Diary, named: (role: string) => RecordedFact | undefined): Meeting {
  const { booking, noTime, lost, stray, was, also, without } = at;
  const found = { stray, ...(noTime === undefined ? {} : { noTime }) };
  if (booking === undefined) return lost === undefined ? found : { ...found, lost };
  const { declined: said = [], ...rest } = booking;
  // Who has taken the place of somebody who could not come has said nothing yet.
  const declined = said.filter(
    ({ role, person, by }) =>
      (role === undefined || (named(role)?.seq ?? 0) < by.seq) && (person === undefined || !without?.includes(person)),
  );
  return {
    ...found,
    booking: {
      ...rest,
      ...(was.length === 0 ? {} : { was }),
      ...(declined.length === 0 ? {} : { declined }),
      ...(also === undefined || also.length === 0 ? {} : { also }),
      ...(without === undefined || without.length === 0 ? {} : { without }),
    },
  };
}

function timesOf(fact: RecordedFact, minutes: number): Times | undefined {
  const start = moment(fact.answers.start);
  if (start === undefined) return undefined;
  const end = moment(fact.answers.end);
  return { start, end: end !== undefined && end > start ? end : addMinutes(start, minutes) };
}

function ids(fact: RecordedFact, key: string): readonly PersonId[] {
  const value = fact.answers[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string' && each !== '') : [];
}

function text(fact: RecordedFact, key: string): string | undefined {
  const value = fact.answers[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
