/** Gates: the step is open and its clock may run, but it is refused until something else has happened. */
import { dateOf } from '../due.ts';
import type { Gate, Ref, Step } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import { dayOf, type Instant, writeDay } from '../time/instant.ts';
import type { Reading } from './reading.ts';
import type { BlockedGate } from './types.ts';

/**
 * Gates that do not pass now.
 * @param tried the case as it would be after the command, read for references to the step's own answers and moments.
 *   Without one nothing is being tried, and such references block nobody yet.
 */
export function blockedGates(
  reading: Reading,
  step: Step,
  gates: readonly Gate[],
  calendar: Calendar,
  now: Instant,
  tried?: Reading,
): readonly BlockedGate[] {
  const isOwn = (ref: Ref): boolean => ref.startsWith('form.') || ref === step.id || ref.startsWith(`${step.id}.`);
  const is = (ref: Ref, otherwise: boolean): boolean =>
    isOwn(ref) ? (tried ? tried.truth(ref).is === 'true' : otherwise) : reading.truth(ref).is === 'true';
  return gates.flatMap((gate): BlockedGate[] => {
    if (gate.when !== undefined && !is(gate.when, false)) return [];
    const needs = gate.needs.filter((ref) => !is(ref, true));
    const forbidden = gate.forbids.filter((ref) => is(ref, false));
    let says = gate.says;
    let early = false;
    if (gate.notBefore !== undefined) {
      const from = dateOf(reading, gate.notBefore, calendar, now, step);
      early = from === undefined || dayOf(now) < from.counted.due;
      if (early && from) says = `${says} Not before ${writeDay(from.counted.due)}.`;
    }
    if (needs.length === 0 && forbidden.length === 0 && !early) return [];
    return [{ says, rules: gate.rules, needs, ...(gate.soft === undefined ? {} : { soft: gate.soft }) }];
  });
}
