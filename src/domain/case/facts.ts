/** Single facts: their part and their answers. */
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
