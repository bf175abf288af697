/** Single facts: their part, their answers, whether they still count, and whether a case ends by them. */
import type { Protocol } from '../protocol/types.ts';
import { between, effectOfPart, outcomesOf, own, stepOfFact } from './steps.ts';
import type { Answer, Case, ChildId, RecordedFact } from './types.ts';

/** Facts in force: `reopens` sets aside the named step, the deciding one and those between them. Agreements stand. */
export function inForce(protocol: Protocol, facts: readonly RecordedFact[]): readonly RecordedFact[] {
  let kept: RecordedFact[] = [];
  for (const fact of facts) {
    kept.push(fact);
    const of = stepOfFact(protocol, fact.fact);
    if (of === undefined || effectOfPart(of.step, of.part) !== 'does') continue;
    const reopened = [
      ...of.step.reopens,
      ...(of.part === undefined ? [] : (own(outcomesOf(of.step), of.part)?.reopens ?? [])),
    ];
    for (const target of reopened) {
      const aside = between(protocol, target, of.step.id);
      kept = kept.filter((each) => {
        const head = each.fact.split('.')[0] ?? '';
        return !aside.has(head) || protocol.steps[head]?.kind === 'consent';
      });
    }
  }
  return kept;
}

/** Children still on the pathway: a fact about one child that ends takes that child off it. */
export function childrenPresent(protocol: Protocol, theCase: Case, facts: readonly RecordedFact[]): readonly ChildId[] {
  const gone = new Set(
    facts.filter((fact) => fact.child !== undefined && endOf(protocol, fact) !== undefined).map(({ child }) => child),
  );
  return theCase.children.filter((child) => !gone.has(child));
}

/** How the case ends by this fact, in the pathway's word; undefined where it does not. */
export function endOf(protocol: Protocol, fact: RecordedFact): string | undefined {
  const of = stepOfFact(protocol, fact.fact);
  if (of === undefined) return undefined;
  const { step, part } = of;
  const outcome = part === undefined ? undefined : own(outcomesOf(step), part);
  const ends = outcome?.ends ?? outcome?.movesTo;
  if (ends !== undefined) return ends;
  return effectOfPart(step, part) === 'does' ? (step.ends ?? step.movesTo) : undefined;
}

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
