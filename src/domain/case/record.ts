/** Recording a step or one of its moments. Checks stand in the order in which their answers help the reader most. */
import { dateOf } from '../due.ts';
import type { DecideStep, Field, ResolveStep, RoleId, Step } from '../protocol/types.ts';
import { type Day, dayOf, type Instant, isDay, parseInstant, writeDay, writeInstant } from '../time/instant.ts';
import type { Deciding } from './decide.ts';
import { endingOf, stopOf } from './ending.ts';
import { evolve } from './evolve.ts';
import { readForm, split } from './form.ts';
import { blockedGates } from './gates.ts';
import { answerOf, type Meeting, partOf, type Reading, readCase, type Standing } from './reading.ts';
import { capital, theStep } from './references.ts';
import * as refusals from './refusals.ts';
import { refuse } from './refusals.ts';
import { rungOf } from './status.ts';
import { dependencies, effectOfPart, fieldsAsked, outcomesOf, own, partsOf, roleOf } from './steps.ts';
import type { Answer, Answers, BlockedGate, Case, CaseEvent, Command, FactRecorded, Refusal } from './types.ts';
import { PROGRAM } from './types.ts';

type Recording = Extract<Command, { type: 'record' }>;

interface Trying extends Deciding {
  readonly case: Case;
  readonly command: Recording;
  readonly step: Step;
  /** As it will be written: absent where the step itself is recorded. */
  readonly part: string | undefined;
  readonly reading: Reading;
  readonly standing: Standing;
  readonly meeting: Meeting | undefined;
}

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

function written(
  { actor, now, commandKey, command, step }: Trying,
  fact: string,
  at: Instant | Day,
  answers: Answers,
  personal: Answers,
): FactRecorded {
  return {
    type: 'fact-recorded',
    recordedAt: now,
    by: actor.person,
    commandKey,
    fact,
    at,
    answers,
    ...(step.each === 'children' && command.child !== undefined ? { child: command.child } : {}),
    ...(Object.keys(personal).length > 0 ? { personal } : {}),
  };
}

// ---- the program ---------------------------------------------------------------------------------------------------

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

function sameTimes({ start, end }: Answers, booking: { readonly start: Instant; readonly end: Instant }): boolean {
  return moment(start) === booking.start && (end === undefined || moment(end) === booking.end);
}

// ---- who and when --------------------------------------------------------------------------------------------------

function rolesAllowed({
  step,
  part,
  reading,
  protocol,
}: Pick<Trying, 'step' | 'part' | 'reading' | 'protocol'>): readonly RoleId[] {
  switch (step.kind) {
    case 'resolve':
      return rolesOfRung(reading, step);
    case 'meet': {
      const owners = [...new Set([...step.by, step.organiser])];
      // Who decides in a session is printed; whether a visit took place, either of those who went may say.
      if (step.sessionOf !== undefined || (part !== undefined && own(step.outcomes, part))) return owners;
      const there = step.with.flatMap((target) => roleOf(target) ?? []);
      const chiefs = part === 'booking' ? owners.flatMap((role) => protocol.council.roles[role]?.reportsTo ?? []) : [];
      return [...new Set([...owners, ...there, ...chiefs])];
    }
    default:
      return step.by;
  }
}

/** A rung that leaves the software (`policy`) is recorded by those who took it there. */
function rolesOfRung(reading: Reading, step: ResolveStep): readonly RoleId[] {
  const rung = rungOf(reading, step);
  const by = step.rungs[rung]?.by ?? [];
  return by.length > 0 ? by : [...new Set([...step.by, ...step.rungs.slice(0, rung).flatMap((each) => each.by)])];
}

const ONLY_PROGRAM = ['booked', 'moved', 'cancelled', 'no-time'];

function notAllowed(trying: Trying): Refusal | undefined {
  const { step, part, actor, reading, protocol } = trying;
  if (part !== undefined && ONLY_PROGRAM.includes(part)) return refusals.notPermitted(protocol, step, []);
  const roles = rolesAllowed(trying);
  if (!roles.some((role) => actor.roles.includes(role))) return refusals.notPermitted(protocol, step, roles);
  if (step.kind !== 'decide') return undefined;
  return ownRequest(step, actor.person, reading);
}

function ownRequest(step: DecideStep, person: string, reading: Reading): Refusal | undefined {
  const asked = step.notBy.some((id) => reading.factsOf(id).some(({ by }) => by === person));
  if (!asked) return undefined;
  return refuse('not-permitted', 'You asked for this, so somebody else decides it.', {
    rules: step.rules,
    step: step.id,
  });
}

function notNow(trying: Trying): Refusal | undefined {
  const { step, part, reading, standing, protocol } = trying;
  const ending = endingOf(reading);
  if (ending !== undefined) {
    return standing.doneBy ? refusals.alreadyDone(step, standing.doneBy) : refusals.ended(ending);
  }
  const undoes = effectOfPart(step, part) === 'undoes';
  const again = step.repeats || undoes || (step.kind === 'assign' && part === 'named');
  if (standing.state === 'done' && standing.doneBy && !again) return refusals.alreadyDone(step, standing.doneBy);
  const pressed = pressedAlready(trying);
  if (pressed !== undefined) return refusals.alreadyDone(step, pressed);
  const stop = stopOf(reading);
  if (stop !== undefined) return { ...refusals.stopped(stop), step: step.id };
  if (standing.state === 'not-applicable') return refusals.notApplicable(step);
  if (standing.state === 'waiting') {
    const first = [
      ...dependencies(
        protocol,
        step.after.filter((ref) => reading.truth(ref).is !== 'true'),
      ),
    ];
    const missing = first
      .flatMap((id) => own(protocol.steps, id) ?? [])
      .filter((each) => reading.standing(each).state !== 'done' && reading.standing(each).state !== 'not-applicable');
    return refusals.comesFirst(step, missing);
  }
  if (step.kind === 'resolve' && part === 'not-agreed') {
    const rung = step.rungs[rungOf(reading, step)];
    if (rung?.final || rungOf(reading, step) >= step.rungs.length - 1) {
      return refuse('gate', 'This decision is final: choose one.', { rules: rung?.rules ?? step.rules, step: step.id });
    }
  }
  return undefined;
}

/** A send that was pressed and is still on its way is not sent twice. */
function pressedAlready({ step, part, reading }: Trying) {
  if (step.kind !== 'send' || step.repeats) return undefined;
  return reading.factsOf(step.id, part ?? '').at(-1);
}

// ---- answers -------------------------------------------------------------------------------------------------------

interface ReadAnswers {
  readonly at: Instant | Day;
  /** All of them, for gates that read what is being tried. */
  readonly answers: Answers;
  readonly clear: Answers;
  readonly personal: Answers;
}

function answersOf(trying: Trying, asked: Readonly<Record<string, Field>>): ReadAnswers | Refusal {
  const { step, part, command, reading, calendar, now, meeting, protocol } = trying;
  const read = readForm(asked, command.answers, {
    protocol,
    children: step.each === 'children' && command.child !== undefined ? [command.child] : trying.case.children,
    now,
    limit: (due) => dateOf(reading, due, calendar, now)?.counted,
  });
  const faults: Record<string, string> = { ...read.faults };
  const { at: answeredAt, ...answers } = read.answers;
  const chosen = typeof answeredAt === 'string' && asked.at?.type === 'date' ? (answeredAt as Day) : command.at;
  const ahead = chosen !== undefined && (isDay(chosen) ? chosen > dayOf(now) : chosen > now);
  if (ahead) faults.at ??= 'The date cannot be in the future.';

  const started = meeting?.booking && meeting.booking.start <= now ? meeting.booking.start : undefined;
  const tookPlace =
    step.kind === 'meet' && part !== undefined && (part === 'held' || own(step.outcomes, part) !== undefined);
  // What is said about a meeting afterwards happened when it began, not when somebody came to press.
  const at = chosen ?? (tookPlace ? (started ?? now) : now);
  if (tookPlace && meeting?.booking && meeting.booking.start > now) {
    return refuse('gate', `Not yet: ${theStep(step)} begins ${writeInstant(meeting.booking.start)}.`, {
      rules: step.rules,
      step: step.id,
    });
  }

  const parts = split(asked, answers);
  const given = Object.fromEntries(Object.entries(command.answers).filter(([key]) => !isField(asked, key)));
  const free = splitFree(asked, given);
  if (part === 'booking') {
    const start = moment(command.answers.start);
    if (start === undefined) faults.start = 'Choose a time.';
    else if (start <= now) faults.start = 'Choose a time that is still to come.';
    else free.clear.start = start;
    const end = moment(command.answers.end);
    if (end !== undefined) free.clear.end = end;
  }
  if (Object.keys(faults).length > 0) return refusals.faulty(faults, { step: step.id });
  return {
    at,
    answers,
    clear: { ...free.clear, ...parts.clear },
    personal: { ...free.personal, ...parts.personal },
  };
}

/** Keys that the program writes, and that say nothing about a family. Whatever else nobody described is sealed. */
const CLEAR_KEYS = new Set([
  'start',
  'end',
  'eventId',
  'organiser',
  'messageId',
  'attended',
  'role',
  'blockers',
  'late',
]);

function splitFree(
  asked: Readonly<Record<string, Field>>,
  given: Answers,
): { readonly clear: Record<string, Answer>; readonly personal: Record<string, Answer> } {
  const clear: Record<string, Answer> = {};
  const personal: Record<string, Answer> = {};
  for (const [key, answer] of Object.entries(given)) {
    if (isField(asked, key) || answer === null || answer === '') continue;
    (CLEAR_KEYS.has(key) ? clear : personal)[key] =
      CLEAR_KEYS.has(key) && (key === 'start' || key === 'end') ? (moment(answer) ?? answer) : answer;
  }
  return { clear, personal };
}

function isField(asked: Readonly<Record<string, Field>>, key: string): boolean {
  return own(asked, key) !== undefined || own(asked, key.replace(/^c\d+\./, '')) !== undefined;
}

function moment(answer: Answer | undefined): Instant | undefined {
  if (typeof answer !== 'string') return undefined;
  try {
    return parseInstant(answer);
  } catch {
    return undefined;
  }
}

// ---- gates and limits ----------------------------------------------------------------------------------------------

/** Gates hold back what completes the step, not the arranging of it. */
function blockedNow({ step, part, reading, calendar, now }: Trying, tried: Reading): readonly BlockedGate[] {
  const outcome = part === undefined ? undefined : own(outcomesOf(step), part);
  const completes =
    effectOfPart(step, part) === 'does' || part === 'held' || (step.kind === 'send' && part === undefined);
  const gates = completes ? [...step.gates, ...(outcome?.gates ?? [])] : [];
  return blockedGates(reading, step, gates, calendar, now, tried);
}

/** "It is booked for …": where what comes first is a meeting with a time. */
function bookingNamed({ protocol, reading }: Trying, blocked: readonly BlockedGate[]): Meeting['booking'] {
  for (const ref of blocked.flatMap(({ needs }) => needs)) {
    const step = own(protocol.steps, ref.split('.')[0] ?? '');
    if (step?.kind === 'meet') return reading.meeting(step).booking;
  }
  return undefined;
}

interface Late {
  readonly late: 'reason' | 'refuse';
  readonly due: Day;
}

/** The limit that this would lie past, where the protocol wants a reason or says no. A booking is judged by its time. */
function lateness({ step, part, reading, calendar, now }: Trying, at: Instant | Day, clear: Answers): Late | undefined {
  const completes = effectOfPart(step, part) === 'does' || part === 'held';
  const booked = part === 'booking' ? moment(clear.start) : undefined;
  let found: Late | undefined;
  for (const due of step.due) {
    const owed =
      due.moment === undefined ? completes : due.moment === part || (due.moment === 'booked' && part === 'booking');
    const time = due.moment === undefined && booked !== undefined ? booked : owed ? at : undefined;
    if (time === undefined) continue;
    const dated = dateOf(reading, due, calendar, now, step);
    if (dated?.late === undefined) continue;
    const past = isDay(time) ? time > dated.counted.due : time > dated.counted.dueAt;
    if (past && (found === undefined || dated.late === 'refuse')) found = { late: dated.late, due: dated.counted.due };
  }
  return found;
}

/** Asked once: a visit that was booked past its limit with a reason needs no second one when it is held. */
function reasonGiven({ step, part, reading }: Trying): boolean {
  return (
    part !== 'booking' &&
    reading.factsOf(step.id).some((fact) => answerOf(fact, 'late') === true && partOf(fact) !== part)
  );
}

function needsReason({ step }: Trying, due: Day): Refusal {
  return refuse('late-reason-needed', `The limit was ${writeDay(due)}. What got in the way?`, {
    rules: rulesOfLimit(step),
    step: step.id,
    faults: { reason: 'Give the reason. It is kept.' },
  });
}

function pastLimit({ step }: Trying, due: Day): Refusal {
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
