/**
 * What is said of a meeting before it begins: by a person, who moves, keeps or cancels it or changes who comes; and by the program, which
 * saw the diary change. Whether it says anything new, and whether it may be said.
 */
import type { Step } from '../protocol/types.ts';
import { writeInstant } from '../time/instant.ts';
import { capital } from '../wording.ts';
import { sameWhom } from './declining.ts';
import { moment } from './facts.ts';
import { limitPassed } from './held-back.ts';
import type { Meeting } from './meeting.ts';
import { theStep } from './references.ts';
import * as refusals from './refusals.ts';
import { refuse } from './refusals.ts';
import { own } from './steps.ts';
import type { Recording, Trying } from './trying.ts';
import type { Answer, Answers, Booking, RecordedFact, Refusal } from './types.ts';

const WITH_REASON = ['kept', 'cancelled', 'attendees'];

/** A reason is kept with it, whatever the limits say. */
export function needsWhy(step: Step, part: string | undefined): boolean {
  return step.kind === 'meet' && part !== undefined && WITH_REASON.includes(part) && !own(step.outcomes, part);
}

/** The reason, under whichever name it was given: beside the answers, or as one of them. */
export function whyGiven({ reason, answers }: Recording): string | undefined {
  return [reason, answers.reason, answers.why].flatMap((each) => (typeof each === 'string' && each.trim()) || [])[0];
}

/** A person's no: there is no such booking, it has begun, nothing changes by it, or its reason is missing. */
export function notArranged(trying: Trying): Refusal | undefined {
  const { step, part, command, meeting, now } = trying;
  const booking = meeting?.booking;
  if (step.kind !== 'meet' || part === undefined || own(step.outcomes, part)) return undefined;
  if (part === 'booking') return booking && sameTimes(command.answers, booking) ? thatTime(trying, booking) : undefined;
  if (part === 'declined') return alreadyDeclined(trying, booking);
  if (!needsWhy(step, part)) return undefined;
  const about = { rules: step.rules, step: step.id };
  if (booking === undefined)
    return refuse('not-open', `${capital(theStep(step))} has no time yet. Your press changed nothing.`, about);
  if (booking.start <= now)
    return refuse(
      'not-open',
      `${capital(theStep(step))} began ${writeInstant(booking.start)}. Say whether it took place.`,
      about,
    );
  if (part === 'kept') {
    if (booking.kept !== undefined) return refusals.alreadyDone(step, booking.kept);
    if (limitPassed(trying.reading, step, booking.start, trying.calendar, now) === undefined)
      return refuse(
        'not-open',
        `${writeInstant(booking.start)} is inside the limit. Your press changed nothing.`,
        about,
      );
  }
  const faults = part === 'attendees' ? faultsOfPeople(command.answers, booking) : {};
  if (Object.keys(faults).length === 0 && part === 'attendees' && samePeople(command.answers, booking))
    return refuse('already-done', 'They are invited already. Your press changed nothing.', about);
  if (whyGiven(command) === undefined) faults.reason = 'Give the reason. It is kept.';
  return Object.keys(faults).length > 0 ? refusals.faulty(faults, { step: step.id }) : undefined;
}

function thatTime({ step }: Trying, booking: NonNullable<Meeting['booking']>): Refusal {
  return refuse(
    'already-done',
    `It is booked for ${writeInstant(booking.start)} already. Your press changed nothing.`,
    {
      rules: step.rules,
      step: step.id,
      first: booking.by,
    },
  );
}

/** Said once of each person and time; whoever says it of nobody in particular may say it again. */
function alreadyDeclined({ step, command }: Trying, booking: Booking | undefined): Refusal | undefined {
  const first = booking?.declined?.find((each) => sameWhom(each, { fact: '', answers: command.answers }));
  return first === undefined ? undefined : refusals.alreadyDone(step, first.by);
}

function faultsOfPeople({ also, without }: Answers, { organiser }: Booking): Record<string, string> {
  const faults: Record<string, string> = {};
  const left = idsIn(without);
  if (organiser !== undefined && left.includes(organiser))
    faults.without = 'The meeting stands in this person’s diary, so they cannot be left out.';
  if (idsIn(also).some((id) => left.includes(id))) faults.also = 'Choose each person once.';
  return faults;
}

function samePeople({ also, without }: Answers, booking: Booking): boolean {
  const same = (one: readonly string[], other: readonly string[]): boolean =>
    one.length === other.length && one.every((id) => other.includes(id));
  return same(idsIn(also), booking.also ?? []) && same(idsIn(without), booking.without ?? []);
}

function idsIn(answer: Answer | undefined): readonly string[] {
  return Array.isArray(answer) ? [...new Set(answer as readonly string[])] : [];
}

/**
 * The program's no, quietly: what it saw is known, or is about an event or a time that no longer stands. A meeting that is over is not
 * taken back by what becomes of its event: whether it took place is asked of those who were there.
 */
export function nothingNew(trying: Trying): Refusal | undefined {
  const { step, part, command, meeting, reading, now } = trying;
  const { answers } = command;
  const { eventId } = answers;
  const booking = meeting?.booking;
  const gone = refuse('not-open', 'That booking no longer stands.', { step: step.id });
  const stands = eventId === undefined || booking?.eventId === eventId;
  const over = booking !== undefined && stands && booking.end <= now;
  switch (step.kind === 'meet' ? part : undefined) {
    case 'booked': {
      const first = firstBooked(reading.factsOf(step.id, 'booked'), eventId);
      const moving =
        booking?.state === 'asked' && booking.eventId === eventId && booking.start === moment(answers.start);
      return first === undefined || moving ? undefined : refusals.alreadyDone(step, first);
    }
    case 'moved': {
      const left = meeting?.stray.some((stray) => stray.eventId === eventId);
      if (eventId !== undefined && (booking?.eventId !== eventId || left)) return gone;
      if (booking && sameTimes(answers, booking)) return refusals.alreadyDone(step, booking.by);
      // What a card asked for is on its way, and goes over whatever was seen meanwhile.
      if (eventId !== undefined && booking?.state === 'asked') return gone;
      const end = moment(answers.end) ?? moment(answers.start);
      return over && end !== undefined && end <= now ? isOver(trying) : undefined;
    }
    case 'cancelled': {
      const left = meeting?.stray.some((stray) => stray.eventId === eventId);
      if (eventId !== undefined && booking?.eventId !== eventId && !left) return gone;
      return over && eventId !== undefined && !left ? isOver(trying) : undefined;
    }
    case 'declined':
    case 'accepted': {
      const start = moment(answers.start);
      if (booking === undefined || !stands || (start !== undefined && start !== booking.start)) return gone;
      if (over) return isOver(trying);
      const first = booking.declined?.find((each) => sameWhom(each, { fact: '', answers }));
      if (part === 'declined') return first && refusals.alreadyDone(step, first.by);
      return first === undefined
        ? refuse('not-open', 'Nobody of that name has declined.', { step: step.id })
        : undefined;
    }
    default:
      return undefined;
  }
}

function firstBooked(all: readonly RecordedFact[], eventId: Answer | undefined): RecordedFact | undefined {
  return eventId === undefined ? undefined : all.find(({ answers }) => answers.eventId === eventId);
}

function isOver({ step }: Trying): Refusal {
  return refuse('not-open', `${capital(theStep(step))} is over.`, { step: step.id });
}

function sameTimes({ start, end }: Answers, booking: Booking): boolean {
  return moment(start) === booking.start && (end === undefined || moment(end) === booking.end);
}
