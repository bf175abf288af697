/** Gates: the step is open and its clock may run, but it is refused until something else has happened. */
import { dateOf } from '../due.ts';
import type { Gate, Ref, Step } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import { dayOf, type Instant, writeDay } from '../time/instant.ts';
import type { Reading } from './reading.ts';
import type { BlockedGate, ChildId } from './types.ts';

/**
 * Gates that do not pass now.
 * @param tried the case as it would be after the command, read for references to the step's own answers and moments.
 *   Without one nothing is being tried, and such references block nobody yet.
 * @param child for whom, where the step is done for each child or agency
 */
export function blockedGates(
  reading: Reading,
  step: Step,
  gates: readonly Gate[],
  calendar: Calendar,
  now: Instant,
  tried?: Reading,
  child?: ChildId,
): readonly BlockedGate[] {
  const isOwn = (ref: Ref): boolean => ref.startsWith('form.') || ref === step.id || ref.startsWith(`${step.id}.`);
  const is = (ref: Ref, otherwise: boolean): boolean =>
    isOwn(ref) ? (tried ? tried.truth(ref, child).is === 'true' : otherwise) : reading.truth(ref, child).is === 'true';
  const oftenEnough = (ref: Ref, times: number): boolean =>
    isOwn(ref) ? tried === undefined || tried.times(ref, child) >= times : reading.times(ref, child) >= times;
  return gates.flatMap((gate): BlockedGate[] => {
    if (gate.when !== undefined && !is(gate.when, false)) return [];
    const often = gate.atLeast ?? 1;
    const needs = gate.needs.filter((ref) => (often > 1 ? !oftenEnough(ref, often) : !is(ref, true)));
    const forbidden = gate.forbids.filter((ref) => is(ref, false));
    let says = gate.says;
    let early = false;
    const [first] = needs;
    if (often > 1 && first !== undefined)
      says = `${says} So far: ${(tried ?? reading).times(first, child)} of ${often}.`;
    if (gate.notBefore !== undefined) {
      const from = dateOf(reading, gate.notBefore, calendar, now, step);
      early = from === undefined || dayOf(now) < from.counted.due;
      if (early && from) says = `${says} Not before ${writeDay(from.counted.due)}.`;
    }
    if (needs.length === 0 && forbidden.length === 0 && !early) return [];
    return [{ says, rules: gate.rules, needs, ...(gate.soft === undefined ? {} : { soft: gate.soft }) }];
  });
}
