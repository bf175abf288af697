/** What holds back a step that is open: its gates, and limits past which the protocol asks for a reason or says no. */
import { dateOf } from '../due.ts';
import type { Step } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import { type Day, type Instant, isDay, writeDay } from '../time/instant.ts';
import { capital } from '../wording.ts';
import { answerOf, moment, partOf } from './facts.ts';
import { blockedGates } from './gates.ts';
import type { Meeting } from './meeting.ts';
import type { Reading } from './reading.ts';
import * as refusals from './refusals.ts';
import { refuse } from './refusals.ts';
import { effectOfPart, outcomesOf, own } from './steps.ts';
import type { Trying } from './trying.ts';
import type { Answers, BlockedGate, Refusal } from './types.ts';

/** Gates hold back what completes the step, not the arranging of it. */
export function blockedNow(
  { step, part, reading, calendar, now, command }: Trying,
  tried: Reading,
): readonly BlockedGate[] {
  const outcome = part === undefined ? undefined : own(outcomesOf(step), part);
  const completes =
    effectOfPart(step, part) === 'does' || part === 'held' || (step.kind === 'send' && part === undefined);
  const gates = completes ? [...step.gates, ...(outcome?.gates ?? [])] : [];
  return blockedGates(reading, step, gates, calendar, now, tried, command.child);
}

/** "It is booked for …": where what comes first is a meeting with a time. */
export function bookingNamed({ protocol, reading }: Trying, blocked: readonly BlockedGate[]): Meeting['booking'] {
  for (const ref of blocked.flatMap(({ needs }) => needs)) {
    const step = own(protocol.steps, ref.split('.')[0] ?? '');
    if (step?.kind === 'meet') return reading.meeting(step).booking;
  }
  return undefined;
}

export interface Late {
  readonly late: 'reason' | 'refuse';
  readonly due: Day;
}

/** The limit that this would lie past, where the protocol wants a reason or says no. A booking is judged by its time. */
export function lateness(
  { step, part, reading, calendar, now }: Trying,
  at: Instant | Day,
  clear: Answers,
  tried: Reading,
): Late | undefined {
  // Whoever presses a mail that the program then sends is the one who can say why it is late (KNO-S-01).
  const completes =
    effectOfPart(step, part) === 'does' || part === 'held' || (step.kind === 'send' && part === undefined);
  const booked = part === 'booking' ? moment(clear.start) : undefined;
  let found: Late | undefined;
  for (const due of step.due) {
    const owed =
      due.moment === undefined ? completes : due.moment === part || (due.moment === 'booked' && part === 'booking');
    const time = due.moment === undefined && booked !== undefined ? booked : owed ? at : undefined;
    if (time === undefined) continue;
    // The notice that a booking gives is counted back from the time that is being booked (KNO-U-09).
    const dated = dateOf(due.form === 'notice' ? tried : reading, due, calendar, now, step);
    if (dated?.late === undefined) continue;
    const past = isDay(time) ? time > dated.counted.due : time > dated.counted.dueAt;
    // A time can still be chosen otherwise; that a meeting took place late is so, and asks why (KNO-F-06).
    const late = step.kind === 'meet' && booked === undefined ? 'reason' : dated.late;
    if (past && (found === undefined || late === 'refuse')) found = { late, due: dated.counted.due };
  }
  return found;
}

/**
 * The earliest limit of a meeting that a time lies past: its own last day, or the session that it belongs to. Not a target, a house
 * rule, nor the day by which its invitation has to go.
 */
export function limitPassed(
  reading: Reading,
  step: Step,
  start: Instant,
  calendar: Calendar,
  now: Instant,
): { readonly due: Day; readonly rules: readonly string[] } | undefined {
  if (step.optional) return undefined;
  const passed = step.due.flatMap((due) => {
    const dated = due.moment === undefined ? dateOf(reading, due, calendar, now, step) : undefined;
    if (dated === undefined || (dated.kind !== 'limit' && dated.kind !== 'session')) return [];
    return start > dated.counted.dueAt ? [{ due: dated.counted.due, rules: dated.rules }] : [];
  });
  return passed.sort((one, other) => (one.due < other.due ? -1 : 1))[0];
}

/** The limit that what an opening sends lies past by now. A case that ought to be opened is never refused for being late (CAM-B-02). */
export function openedLate(reading: Reading, step: Step, calendar: Calendar, now: Instant): Day | undefined {
  const past = step.due.flatMap((due) => {
    const dated = due.moment === undefined ? dateOf(reading, due, calendar, now, step) : undefined;
    return dated?.late !== undefined && now > dated.counted.dueAt ? [dated.counted.due] : [];
  });
  return past.sort()[0];
}

/** Asked once: a visit that was booked past its limit with a reason needs no second one when it is held. */
export function reasonGiven({ step, part, reading }: Trying): boolean {
  return (
    part !== 'booking' &&
    reading.factsOf(step.id).some((fact) => answerOf(fact, 'late') === true && partOf(fact) !== part)
  );
}

export function needsReason({ step }: Pick<Trying, 'step'>, due: Day): Refusal {
  return refuse('late-reason-needed', `The limit was ${writeDay(due)}. What got in the way?`, {
    rules: rulesOfLimit(step),
    step: step.id,
    faults: { reason: 'Give the reason. It is kept.' },
  });
}

export function pastLimit({ step }: Trying, due: Day): Refusal {
  return refuse('past-limit', `${capital(refusals.named(step))} is past its limit, ${writeDay(due)}.`, {
    rules: rulesOfLimit(step),
    step: step.id,
  });
}

function rulesOfLimit(step: Step): readonly string[] {
  return [
    ...new Set([...step.due.filter(({ late }) => late !== undefined).flatMap(({ rules }) => rules), ...step.rules]),
  ];
}
