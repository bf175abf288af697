/**
 * Steps that are owed again and again: a meeting every six weeks, a review every year (a due `every`). Each time that it was held or
 * done counts, and the step is open again after it.
 */
import type { Step } from '../protocol/types.ts';
import { partOf } from './facts.ts';
import { effectOfPart } from './steps.ts';
import type { Time } from './times.ts';
import type { RecordedFact } from './types.ts';

export function isSeries(step: Step): boolean {
  return step.due.some(({ form }) => form === 'every');
}

/** One time that it was held or done. */
export interface Occurrence {
  readonly at: Time;
  /** That it took place: of a meeting its own moment, before the one in which its outcome was said. */
  readonly by: RecordedFact;
  /** Absent while a meeting was held and nobody has said what came of it. */
  readonly done?: RecordedFact;
}

/** @param facts of the step (for one child or agency), in force. @returns in the order in which they were recorded */
export function occurrencesOf(step: Step, facts: readonly RecordedFact[]): readonly Occurrence[] {
  const found: Occurrence[] = [];
  for (const fact of facts) {
    const part = partOf(fact);
    const effect = effectOfPart(step, part);
    const last = found.at(-1);
    const undecided = last !== undefined && last.done === undefined;
    if (effect === 'does') {
      if (undecided) found[found.length - 1] = { ...last, done: fact };
      else found.push({ at: fact.at, by: fact, done: fact });
    } else if (step.kind === 'meet' && (part === 'held' || part === undefined)) {
      if (!undecided) found.push({ at: fact.at, by: fact });
    } else if (effect === 'undoes' && undecided) found.pop();
  }
  return found;
}
