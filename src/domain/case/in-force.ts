/** Which facts still count, who is still on the pathway, and by which fact a case ends. */
import type { Protocol } from '../protocol/types.ts';
import { answerOf } from './facts.ts';
import { between, type Consequences, consequencesOf, stepOfFact } from './steps.ts';
import { isSettled } from './teams.ts';
import type { Time } from './times.ts';
import type { Case, ChildId, RecordedFact } from './types.ts';

export interface Ending {
  readonly how: string;
  readonly at: Time;
  /** Number of the event by which it ended. */
  readonly seq: number;
}

/**
 * Facts in force. `reopens` sets aside the named step, the deciding one and those between them; agreements stand. A manager who
 * reopens an ended case sets aside the fact by which it ended.
 */
export function inForce(protocol: Protocol, theCase: Case): readonly RecordedFact[] {
  let kept: RecordedFact[] = [];
  for (const fact of theCase.facts) {
    kept.push(fact);
    if (fact.fact === 'case.reopened') {
      const ending = endingIn(protocol, theCase, kept);
      kept = kept.filter(({ seq }) => seq !== ending?.seq);
    }
    const decided = stepOfFact(protocol, fact.fact)?.step.id ?? '';
    for (const target of broughtAbout(protocol, theCase, kept, fact)?.reopens ?? []) {
      const aside = between(protocol, target, decided);
      kept = kept.filter((each) => {
        const head = each.fact.split('.')[0] ?? '';
        return !aside.has(head) || protocol.steps[head]?.kind === 'consent';
      });
    }
  }
  return kept;
}

/** What a fact brings about. One word of several that are needed to decide brings nothing about. */
export function broughtAbout(
  protocol: Protocol,
  theCase: Case,
  facts: readonly RecordedFact[],
  fact: RecordedFact,
): Consequences | undefined {
  const of = stepOfFact(protocol, fact.fact);
  if (of === undefined) return undefined;
  const { step, part } = of;
  if (!isSettled(protocol, theCase, facts, step, fact)) return undefined;
  return consequencesOf(step, part);
}

/** How the case ends by this fact, in the pathway's word; undefined where it does not. */
function endOf(
  protocol: Protocol,
  theCase: Case,
  facts: readonly RecordedFact[],
  fact: RecordedFact,
): string | undefined {
  // What was recorded on an earlier pathway has had its effect there.
  if (fact.seq <= (theCase.earlier.at(-1)?.seq ?? 0)) return undefined;
  return broughtAbout(protocol, theCase, facts, fact)?.ends;
}

/** Children still on the pathway: a fact about one child that ends takes that child off it. */
export function childrenPresent(protocol: Protocol, theCase: Case, facts: readonly RecordedFact[]): readonly ChildId[] {
  const gone = new Set(
    facts
      .filter((fact) => fact.child !== undefined && endOf(protocol, theCase, facts, fact) !== undefined)
      .map(({ child }) => child),
  );
  return theCase.children.filter((child) => !gone.has(child));
}

/** The fact by which a case has ended; about a child: the one by which the last child left. */
export function endingIn(protocol: Protocol, theCase: Case, facts: readonly RecordedFact[]): Ending | undefined {
  const gone = new Set<string>();
  for (const fact of facts) {
    const { at, seq, child } = fact;
    if (fact.fact === 'case.ended' || fact.fact === 'safeguarding.ended') {
      const how = answerOf(fact, 'how');
      const word = fact.fact === 'case.ended' ? 'ended' : 'ended-for-safety';
      return { how: typeof how === 'string' && how !== '' ? how : word, at, seq };
    }
    const how = endOf(protocol, theCase, facts, fact);
    if (how === undefined) continue;
    if (child === undefined) return { how, at, seq };
    gone.add(child);
    if (theCase.children.length > 0 && theCase.children.every((each) => gone.has(each))) return { how, at, seq };
  }
  return undefined;
}
