/** Single facts: their part and their answers. */
import { type Instant, parseInstant } from '../time/instant.ts';
import { own } from './steps.ts';
import type { Answer, ChildId, RecordedFact } from './types.ts';

export function partOf({ fact }: RecordedFact): string | undefined {
  const dot = fact.indexOf('.');
  return dot < 0 ? undefined : fact.slice(dot + 1);
}

/** An answer wherever it is kept; for a child first under its own key. */
export function answerOf(fact: RecordedFact, field: string, child?: ChildId): Answer | undefined {
  const keys = child === undefined ? [field] : [`${child}.${field}`, field];
  for (const key of keys) {
    const answer = own(fact.answers, key) ?? own(fact.personal ?? {}, key);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** Whether an answer is that option; without one, whether there is an answer at all. */
export function holds(answer: Answer | undefined, option: string | undefined): boolean {
  if (answer === undefined || answer === null || answer === '' || answer === false)
    return option === 'no' && answer === false;
  if (option === undefined) return !Array.isArray(answer) || answer.length > 0;
  if (answer === true) return option === 'yes' || option === 'true';
  return Array.isArray(answer) ? answer.includes(option) : answer === option;
}

/** The moment that an answer names; undefined where it names none, whatever stands in an old log. */
export function moment(answer: Answer | undefined): Instant | undefined {
  if (typeof answer !== 'string') return undefined;
  try {
    return parseInstant(answer);
  } catch {
    return undefined;
  }
}
