/** Teams that a case is with, or might be. */
import type { Protocol, TeamId } from '../protocol/types.ts';
import { answerOf } from './facts.ts';
import { fieldsOf, own, stepOfFact } from './steps.ts';
import type { Case, RecordedFact } from './types.ts';

export interface Teams {
  readonly team?: TeamId;
  /** Every one that was named, in order. */
  readonly all: readonly TeamId[];
}

/** The team named last: the latest answer to a field called `team`. A team that is only thought better does not count yet. */
export function teamsNamed(protocol: Protocol, theCase: Case, facts: readonly RecordedFact[]): Teams {
  // What an earlier pathway's steps said about teams was carried over; its facts may be unreadable here.
  let team = theCase.carried.team;
  const since = theCase.earlier.at(-1)?.seq ?? 0;
  const all: TeamId[] = team === undefined ? [] : [team];
  for (const fact of facts) {
    const of = stepOfFact(protocol, fact.fact);
    if (of === undefined) continue;
    for (const field of Object.values(fieldsOf(protocol, of.step))) {
      if (field.type !== 'team') continue;
      const answer = answerOf(fact, field.id);
      if (typeof answer !== 'string' || own(protocol.council.teams, answer) === undefined) continue;
      if (field.id === 'team' && fact.seq > since) team = answer;
      all.push(answer);
    }
  }
  return { all: [...new Set(all)], ...(team === undefined ? {} : { team }) };
}
