/** What several decide together: who has said what so far, and the word by which it was decided. */
import type { Protocol, RoleId, Step } from '../protocol/types.ts';
import { answerOf, partOf } from './facts.ts';
import { fieldsOf, own } from './steps.ts';
import type { RecordedFact, StepView } from './types.ts';

/** Answers of a joint word that say for whom it speaks. */
export const AS = 'as';
export const AS_TEAM = 'as-team';

export interface Agreement {
  /** The word by which it was decided. */
  readonly decidedBy?: RecordedFact;
  /** Words of which none has decided it yet: the last one of each who speaks. */
  readonly said: NonNullable<StepView['agreed']>;
}

/** Who has to agree: one of each role; where it is one role held by team, one of each team concerned. */
export interface Jointly {
  readonly by: readonly RoleId[];
  readonly each: 'role' | 'team';
  readonly voices: number;
}

export type Deciding = Extract<Step, { kind: 'decide' | 'resolve' }>;

export function isJoint(step: Step): step is Deciding {
  return step.kind === 'decide' ? step.joint : step.kind === 'resolve' && step.rungs.some(({ joint }) => joint);
}

/** @param rung of a ladder; ignored for a decision. @returns undefined where one alone decides */
export function jointly(protocol: Protocol, step: Step, rung: number, teams: () => number): Jointly | undefined {
  const asked = step.kind === 'decide' ? step : step.kind === 'resolve' ? step.rungs[rung] : undefined;
  if (asked?.joint !== true) return undefined;
  const [only, ...others] = asked.by;
  if (only === undefined) return undefined;
  if (others.length > 0) return { by: asked.by, each: 'role', voices: asked.by.length };
  const voices = own(protocol.council.roles, only)?.held === 'team' ? teams() : 1;
  return voices < 2 ? undefined : { by: asked.by, each: 'team', voices };
}

/**
 * @param facts of the step (for one child), in force
 * @param teamsAt how many teams were concerned when a word was said: one that is named later undoes no agreement
 */
export function agreementOn(
  protocol: Protocol,
  step: Deciding,
  facts: readonly RecordedFact[],
  teamsAt: (word: RecordedFact) => number,
): Agreement {
  let rung = 0;
  let said: Agreement['said'] = [];
  let decidedBy: RecordedFact | undefined;
  const decided = (fact: RecordedFact): void => {
    decidedBy = fact;
    said = [];
  };
  for (const fact of facts) {
    const outcome = partOf(fact);
    if (step.kind === 'resolve' && outcome === 'not-agreed') {
      rung = Math.min(rung + 1, step.rungs.length - 1);
      said = [];
    }
    if (outcome === undefined || own(step.outcomes, outcome) === undefined) continue;
    const together = jointly(protocol, step, rung, () => teamsAt(fact));
    const role = fact.answers[AS];
    // Without the role for which it speaks it was recorded before words were counted, and stands for all.
    if (together === undefined || typeof role !== 'string') {
      decided(fact);
      continue;
    }
    said = [...said.filter((each) => !sameVoice(together, each.by, fact)), { role, outcome, by: fact }];
    const agree = said.filter((each) => each.outcome === outcome && sameTeams(protocol, step, each.by, fact));
    if (agree.length >= together.voices) decided(fact);
  }
  return { said, ...(decidedBy === undefined ? {} : { decidedBy }) };
}

/** The last word of each who speaks counts. */
function sameVoice({ each }: Jointly, one: RecordedFact, other: RecordedFact): boolean {
  if (each === 'role') return one.answers[AS] === other.answers[AS];
  const teams = [one.answers[AS_TEAM], other.answers[AS_TEAM]];
  return one.by === other.by || (teams[0] !== undefined && teams[0] === teams[1]);
}

/** Two who both say "agreed" and name different teams have not agreed. */
function sameTeams(protocol: Protocol, step: Step, one: RecordedFact, other: RecordedFact): boolean {
  const fields = Object.values(fieldsOf(protocol, step)).filter(({ type }) => type === 'team');
  return fields.every(({ id }) => answerOf(one, id) === answerOf(other, id));
}
