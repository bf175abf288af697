/** Recording a step or one of its moments: by a person, after every check; by the program, as it saw it. */
import type { Step } from '../protocol/types.ts';
import { answersOf, splitFree } from './answers.ts';
import type { Deciding } from './deciding.ts';
import { evolve } from './evolve.ts';
import { blockedNow, bookingNamed, lateness, needsReason, pastLimit, reasonGiven } from './held-back.ts';
import { notAllowed, notNow, rolesAllowed } from './may-record.ts';
import { readCase } from './reading.ts';
import * as refusals from './refusals.ts';
import { refuse } from './refusals.ts';
import { fieldsAsked, own, partsOf } from './steps.ts';
import { moment, type Recording, type Trying, written } from './trying.ts';
import { type Answers, type Booking, type Case, type CaseEvent, PROGRAM, type Refusal } from './types.ts';

export function recordStep(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { protocol, actor, commandKey } = deciding;
  const step = own(protocol.steps, command.step);
  const part = step && partAsked(step, command.part);
  if (step === undefined || !partsOf(step).includes(part ?? ''))
    return refuse('unknown', 'There is nothing of that name on this pathway.');
  const fact = part === undefined ? step.id : `${step.id}.${part}`;
  const repeated = theCase.facts.some(
    (each) => each.commandKey === commandKey && each.fact === fact && each.child === command.child,
  );
  if (repeated) return [];
  if (step.each === 'children' && (command.child === undefined || !theCase.children.includes(command.child))) {
    return refusals.faulty({ child: 'Choose which child.' }, { step: step.id });
  }

  const reading = readCase(protocol, theCase);
  const trying: Trying = {
    ...deciding,
    case: theCase,
    command,
    step,
    part,
    reading,
    standing: reading.standing(step, step.each === 'children' ? command.child : undefined),
    meeting: step.kind === 'meet' ? reading.meeting(step) : undefined,
  };
  if (actor.person === PROGRAM) return byProgram(trying, fact);

  const no = notAllowed(trying) ?? notNow(trying);
  if (no !== undefined) return no;

  const asked = fieldsAsked(step, part);
  const answered = answersOf(trying, asked);
  if ('refused' in answered) return answered;
  const { at, answers, clear, personal } = answered;

  const tried = readCase(protocol, evolve(theCase, written(trying, fact, at, clear, personal)), answers);
  const blocked = blockedNow(trying, tried);
  const hard = blocked.filter(({ soft }) => soft === undefined || !actor.roles.includes(soft));
  if (hard.length > 0) return refusals.gated(step, hard, bookingNamed(trying, hard));
  const reason = command.reason?.trim() ?? '';
  if (blocked.length > 0 && reason === '') {
    const no = refusals.gated(step, blocked, undefined);
    return {
      ...no,
      words: `${no.words} You may go on with a written reason.`,
      faults: { reason: 'Give the reason. It is kept.' },
    };
  }

  const late = lateness(trying, at, clear);
  if (late?.late === 'refuse') return pastLimit(trying, late.due);
  if (late?.late === 'reason' && reason === '' && !reasonGiven(trying)) return needsReason(trying, late.due);

  const withReasons: Answers = {
    ...personal,
    ...(blocked.length > 0 ? { 'gate-reason': reason } : {}),
    ...(late !== undefined && reason !== '' ? { 'late-reason': reason } : {}),
  };
  const marks: Answers = {
    ...clear,
    ...(blocked.length > 0 ? { 'gate-passed': true } : {}),
    ...(late !== undefined && reason !== '' ? { late: true } : {}),
  };
  return [written(trying, fact, at, marks, withReasons)];
}

/** The button that does a step needs no word of its own: a meeting that is done was held. */
function partAsked(step: Step, part: string | undefined): string | undefined {
  const asked = part === '' ? undefined : part;
  return step.kind === 'meet' && asked === undefined ? 'held' : asked;
}

const SEEN_BY_PROGRAM = ['sent', 'received', 'booking', 'booked', 'moved', 'cancelled', 'no-time'];

/** What Microsoft 365 did is a fact about the world: it is recorded whatever the state of the case, once. */
function byProgram(trying: Trying, fact: string): CaseEvent[] | Refusal {
  const { step, part, command, reading, now, meeting } = trying;
  if (part === undefined || !SEEN_BY_PROGRAM.includes(part))
    return refusals.notPermitted(trying.protocol, step, rolesAllowed(trying));
  if (part === 'sent' || part === 'received') {
    const first = reading.factsOf(step.id, part).at(-1);
    if (first !== undefined && !step.repeats) return refusals.alreadyDone(step, first);
  }
  const eventId = command.answers.eventId;
  const booking = meeting?.booking;
  if (part === 'booked') {
    const first = reading
      .factsOf(step.id, 'booked')
      .find((each) => each.answers.eventId === eventId && eventId !== undefined);
    if (first !== undefined) return refusals.alreadyDone(step, first);
  }
  if (part === 'moved' || part === 'cancelled') {
    const known = booking?.eventId === eventId || meeting?.stray.some((stray) => stray.eventId === eventId);
    if (eventId !== undefined && !known) return refuse('not-open', 'That booking no longer stands.', { step: step.id });
    const same = part === 'moved' && booking && sameTimes(command.answers, booking);
    if (same) return refusals.alreadyDone(step, booking.by);
  }
  const { clear, personal } = splitFree({}, command.answers);
  return [written(trying, fact, command.at ?? now, clear, personal)];
}

function sameTimes({ start, end }: Answers, booking: Booking): boolean {
  return moment(start) === booking.start && (end === undefined || moment(end) === booking.end);
}
