/** Who may record a step, and whether it is its time. Checks stand in the order in which their answers help the reader most. */
import type { DecideStep, ResolveStep, RoleId } from '../protocol/types.ts';
import { waysToRecord } from './as-whom.ts';
import { answersTheEnding, endingOf, stopOf } from './ending.ts';
import type { Reading } from './reading.ts';
import * as refusals from './refusals.ts';
import { refuse } from './refusals.ts';
import { rungOf } from './rungs.ts';
import { isSeries } from './series.ts';
import { dependencies, effectOfPart, outcomesOf, own, rolesIn } from './steps.ts';
import type { Trying } from './trying.ts';
import type { RecordedFact, Refusal } from './types.ts';

/** Roles that may record this part of a step as the case stands. */
export function rolesAllowed({
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
      const there = rolesIn(step.with);
      // A manager of either side may go past the limit for them (story A13), and arrange what those who attend may.
      const chiefs =
        part !== undefined && ARRANGING.includes(part)
          ? [...owners, ...there].flatMap((role) => protocol.council.roles[role]?.reportsTo ?? [])
          : [];
      return [...new Set([...owners, ...there, ...chiefs])];
    }
    default:
      return step.by;
  }
}

/** What a person does about a meeting that is still to come. */
const ARRANGING = ['booking', 'kept', 'cancelled', 'attendees'];

/** A rung that leaves the software (`policy`) is recorded by those who took it there. */
function rolesOfRung(reading: Reading, step: ResolveStep): readonly RoleId[] {
  const rung = rungOf(reading, step);
  const by = step.rungs[rung]?.by ?? [];
  return by.length > 0 ? by : [...new Set([...step.by, ...step.rungs.slice(0, rung).flatMap((each) => each.by)])];
}

const ONLY_PROGRAM = ['booked', 'moved', 'no-time'];

export function notAllowed(trying: Trying): Refusal | undefined {
  const { step, part, actor, reading, protocol } = trying;
  const ownWord = part !== undefined && own(outcomesOf(step), part) !== undefined;
  const seen = part !== undefined && (ONLY_PROGRAM.includes(part) || (step.kind === 'meet' && part === 'accepted'));
  if (seen && !ownWord) return refusals.notPermitted(protocol, step, []);
  const roles = rolesAllowed(trying);
  if (waysToRecord(trying, roles).length === 0) return refusals.notPermitted(protocol, step, roles);
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

export function notNow(trying: Trying): Refusal | undefined {
  const { step, part, reading, standing, protocol } = trying;
  const ending = endingOf(reading);
  if (ending !== undefined) {
    if (part === 'sent' && standing.state === 'open' && answersTheEnding(reading, step)) return undefined;
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
function pressedAlready({ step, part, reading }: Trying): RecordedFact | undefined {
  if (step.kind !== 'send' || step.repeats || isSeries(step)) return undefined;
  return reading.factsOf(step.id, part ?? '').at(-1);
}
