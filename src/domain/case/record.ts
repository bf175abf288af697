/** Recording a step or one of its moments: by a person, after every check; by the program, as it saw it. */
import type { Protocol, Step } from '../protocol/types.ts';
import { answersOf, splitFree } from './answers.ts';
import { needsWhy, notArranged, nothingNew, whyGiven } from './arranging.ts';
import { markOf, waysToRecord } from './as-whom.ts';
import type { Deciding } from './deciding.ts';
import { endingOf } from './ending.ts';
import { evolve } from './evolve.ts';
import { blockedNow, bookingNamed, lateness, needsReason, pastLimit, reasonGiven } from './held-back.ts';
import { wrongMove } from './lists.ts';
import { notAllowed, notNow, rolesAllowed } from './may-record.ts';
import { withMove } from './moving.ts';
import { readCase } from './reading.ts';
import { everRecorded } from './recorded.ts';
import * as refusals from './refusals.ts';
import { refuse } from './refusals.ts';
import { isSeries } from './series.ts';
import { outcomesOf, own, partsOf, questionsOf } from './steps.ts';
import { type Recording, type Trying, written } from './trying.ts';
import { type Answers, type Case, type CaseEvent, type FactRecorded, PROGRAM, type Refusal } from './types.ts';

export function recordStep(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { actor, commandKey } = deciding;
  if (recordedBefore(theCase, command, commandKey)) return [];
  const protocol = protocolOf(deciding, theCase, command);
  const step = own(protocol.steps, command.step);
  const part = step && partAsked(step, command.part);
  if (step === undefined || !partsOf(step).includes(part ?? ''))
    return refuse('unknown', 'There is nothing of that name on this pathway.');
  const fact = part === undefined ? step.id : `${step.id}.${part}`;

  const reading = readCase(protocol, theCase);
  const trying: Trying = {
    ...deciding,
    protocol,
    case: theCase,
    command,
    step,
    part,
    reading,
    standing: reading.standing(step, step.each === undefined ? undefined : command.child),
    meeting: step.kind === 'meet' ? reading.meeting(step) : undefined,
  };
  if (actor.person === PROGRAM) {
    const seen = byProgram(trying, fact);
    if ('refused' in seen) return seen;
    // A mail of a pathway that the case has left takes it nowhere any more.
    return protocol === deciding.protocol ? withMove(deciding, theCase, seen) : [seen];
  }

  const no = notOfThese(trying) ?? notAllowed(trying) ?? notNow(trying);
  if (no !== undefined) return no;

  const idle = notArranged(trying);
  if (idle !== undefined) return idle;

  const asked = questionsOf(protocol, theCase, step, part);
  const answered = answersOf(trying, asked);
  if ('refused' in answered) return answered;
  const { at, answers, clear, personal } = answered;

  const ways = waysToRecord(trying, rolesAllowed(trying));
  const mark = markOf(trying, ways, clear);
  if (isRefusal(mark)) return mark;

  const tried = readCase(
    protocol,
    evolve(theCase, written(trying, fact, at, { ...clear, ...mark }, personal)),
    answers,
  );
  const blocked = blockedNow(trying, tried);
  const hard = blocked.filter(({ soft }) => soft === undefined || !actor.roles.includes(soft));
  if (hard.length > 0) return refusals.gated(step, hard, bookingNamed(trying, hard));
  const wrong = wrongMove(reading, step, part);
  if (wrong !== undefined) return wrong;
  const reason = command.reason?.trim() ?? '';
  if (blocked.length > 0 && reason === '') {
    const no = refusals.gated(step, blocked, undefined);
    return { ...no, words: `${no.words} You may go on with a written reason.`, faults: { reason: GIVE_REASON } };
  }
  const standsIn = step.kind === 'decide' && ways[0]?.how === 'stand-in' ? step.standIn : undefined;
  if (standsIn !== undefined && reason === '')
    return refuse('faults', standsIn.says, { rules: standsIn.rules, step: step.id, faults: { reason: GIVE_REASON } });

  const late = lateness(trying, at, clear, tried);
  if (late?.late === 'refuse') return pastLimit(trying, late.due);
  if (late?.late === 'reason' && reason === '' && !reasonGiven(trying)) return needsReason(trying, late.due);

  const withReasons: Answers = {
    ...personal,
    ...(needsWhy(step, part) ? { [part === 'kept' ? 'late-reason' : 'reason']: whyGiven(command) ?? null } : {}),
    ...(blocked.length > 0 ? { 'gate-reason': reason } : {}),
    ...(standsIn === undefined ? {} : { 'stand-in-reason': reason }),
    ...(late !== undefined && reason !== '' ? { 'late-reason': reason } : {}),
  };
  const marks: Answers = {
    ...clear,
    ...mark,
    ...(blocked.length > 0 ? { 'gate-passed': true } : {}),
    ...(standsIn === undefined ? {} : { 'stood-in': true }),
    ...((late !== undefined && reason !== '') || (needsWhy(step, part) && part === 'kept') ? { late: true } : {}),
  };
  return withMove(deciding, theCase, written(trying, fact, at, marks, withReasons));
}

const GIVE_REASON = 'Give the reason. It is kept.';

function isRefusal(mark: Answers | Refusal): mark is Refusal {
  return mark.refused === true;
}

/** Looked for under every name that this press may have been written by: the pathway may be another one now. */
function recordedBefore(theCase: Case, { step, part, child }: Recording, commandKey: string): boolean {
  const names = part ? [`${step}.${part}`] : [step, `${step}.held`];
  return everRecorded(theCase).some(
    (each) => each.commandKey === commandKey && names.includes(each.fact) && (each.child ?? child) === child,
  );
}

/** What Microsoft 365 did for a pathway that the case has left meanwhile is a fact all the same. */
function protocolOf({ protocol, actor, pathways }: Deciding, theCase: Case, { step }: Recording): Protocol {
  if (actor.person !== PROGRAM || own(protocol.steps, step) !== undefined) return protocol;
  const left = theCase.earlier.flatMap(({ pathway }) => pathways?.(pathway) ?? []);
  return left.findLast(({ steps }) => own(steps, step) !== undefined) ?? protocol;
}

const CHOOSE = { children: 'Choose which child.', agencies: 'Choose which agency.' };
const GONE = {
  children: 'This child is no longer on this pathway. Your press changed nothing.',
  agencies: 'This agency is no longer part of the plan. Your press changed nothing.',
};

/** Which child or agency it is about, where each is recorded by itself. */
function notOfThese({ step, command: { child }, case: theCase, reading }: Trying): Refusal | undefined {
  if (step.each === undefined) return undefined;
  const known = step.each === 'children' ? theCase.children : Object.keys(reading.agencies.names);
  if (child === undefined || !known.includes(child))
    return refusals.faulty({ child: CHOOSE[step.each] }, { step: step.id });
  if (endingOf(reading) !== undefined || reading.members(step).includes(child)) return undefined;
  const own = reading.standing(step, child).doneBy;
  return own === undefined ? refuse('not-open', GONE[step.each], { step: step.id }) : refusals.alreadyDone(step, own);
}

/** The button that does a step needs no word of its own: a meeting that is done was held. */
function partAsked(step: Step, part: string | undefined): string | undefined {
  const asked = part === '' ? undefined : part;
  return step.kind === 'meet' && asked === undefined ? 'held' : asked;
}

const SEEN_BY_PROGRAM = ['sent', 'received', 'booking', 'booked', 'moved', 'cancelled', 'no-time'];
const SEEN_OF_MEETING = [...SEEN_BY_PROGRAM, 'declined', 'accepted'];

/** What Microsoft 365 did is a fact about the world: it is recorded whatever the state of the case, once. */
function byProgram(trying: Trying, fact: string): FactRecorded | Refusal {
  const { step, part, command, reading, now } = trying;
  const seen = step.kind === 'meet' ? SEEN_OF_MEETING : SEEN_BY_PROGRAM;
  if (part === undefined || !seen.includes(part) || own(outcomesOf(step), part))
    return refusals.notPermitted(trying.protocol, step, rolesAllowed(trying));
  if (part === 'sent' || part === 'received') {
    const first = reading.factsOf(step.id, part).at(-1);
    if (first !== undefined && !step.repeats && !isSeries(step)) return refusals.alreadyDone(step, first);
  }
  const no = nothingNew(trying);
  if (no !== undefined) return no;
  const { clear, personal } = splitFree({}, command.answers, step);
  return written(trying, fact, command.at ?? now, clear, personal);
}
