/** Teams that a case is with, or might be. */
import type { Protocol, Step, TeamId } from '../protocol/types.ts';
import { answerOf, partOf } from './facts.ts';
import { type Agreement, agreementOn, type Deciding, isJoint } from './joint.ts';
import { fieldsOf, own, stepOfFact } from './steps.ts';
import type { Case, ChildId, RecordedFact } from './types.ts';

export interface Teams {
  readonly team?: TeamId;
  /** Every one that was named, in order. */
  readonly all: readonly TeamId[];
}

/**
 * The team named last: the latest answer to a field called `team`. A team that is only thought better does not count yet, nor one
 * that not everybody has agreed on.
 */
export function teamsNamed(protocol: Protocol, theCase: Case, facts: readonly RecordedFact[]): Teams {
  // What an earlier pathway's steps said about teams was carried over; its facts may be unreadable here.
  let team = theCase.carried.team;
  const since = theCase.earlier.at(-1)?.seq ?? 0;
  const all: TeamId[] = team === undefined ? [] : [team];
  for (const fact of facts) {
    const of = stepOfFact(protocol, fact.fact);
    const fields = of ? Object.values(fieldsOf(protocol, of.step)).filter(({ type }) => type === 'team') : [];
    if (of === undefined || fields.length === 0 || !isSettled(protocol, theCase, facts, of.step, fact)) continue;
    for (const field of fields) {
      const answer = answerOf(fact, field.id);
      if (typeof answer !== 'string' || own(protocol.council.teams, answer) === undefined) continue;
      if (field.id === 'team' && fact.seq > since) team = answer;
      all.push(answer);
    }
  }
  return { all: [...new Set(all)], ...(team === undefined ? {} : { team }) };
}

/** Whether a fact decides, where several have to say the same. */
export function isSettled(
  protocol: Protocol,
  theCase: Case,
  facts: readonly RecordedFact[],
  step: Step,
  fact: RecordedFact,
): boolean {
  const part = partOf(fact);
  if (!isJoint(step) || part === undefined || own(step.outcomes, part) === undefined) return true;
  const upTo = facts.filter(({ seq }) => seq <= fact.seq);
  return agreementOf(protocol, theCase, upTo, step, fact.child).decidedBy?.seq === fact.seq;
}

/** How far those have come who decide together, about a child where it is decided about each. @param facts in force */
export function agreementOf(
  protocol: Protocol,
  theCase: Case,
  facts: readonly RecordedFact[],
  step: Deciding,
  child?: ChildId,
): Agreement {
  const of = facts.filter((fact) => isOf(step, fact) && (step.each === undefined || fact.child === child));
  return agreementOn(protocol, step, of, ({ seq }) => concerned(protocol, theCase, facts, step, seq).length);
}

/** Teams that were named before, and not in the dispute itself. */
export function concerned(
  protocol: Protocol,
  theCase: Case,
  facts: readonly RecordedFact[],
  step: Step,
  before = Number.POSITIVE_INFINITY,
): readonly TeamId[] {
  const earlier = facts.filter((fact) => fact.seq < before && !isOf(step, fact));
  return teamsNamed(protocol, theCase, earlier).all;
}

const isOf = ({ id }: Step, { fact }: RecordedFact): boolean => fact === id || fact.startsWith(`${id}.`);
