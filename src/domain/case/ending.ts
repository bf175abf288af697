/** Whether and how a case has ended, and whether ordinary steps wait for a manager. */
import { answerOf, endOf } from './facts.ts';
import type { Reading } from './reading.ts';
import type { Time } from './times.ts';
import type { CaseStatus } from './types.ts';

export interface Ending {
  readonly how: string;
  readonly at: Time;
  /** Number of the event by which it ended. */
  readonly seq: number;
}

export function endingOf(reading: Reading): Ending | undefined {
  const gone = new Set<string>();
  for (const fact of reading.facts) {
    if (fact.fact === 'case.ended' || fact.fact === 'safeguarding.ended') {
      const how = answerOf(fact, 'how');
      const word = fact.fact === 'case.ended' ? 'ended' : 'ended-for-safety';
      return { how: typeof how === 'string' && how !== '' ? how : word, at: fact.at, seq: fact.seq };
    }
    const how = endOf(reading.protocol, fact);
    if (how === undefined) continue;
    if (fact.child === undefined) return { how, at: fact.at, seq: fact.seq };
    gone.add(fact.child);
    if (reading.case.children.every((child) => gone.has(child))) return { how, at: fact.at, seq: fact.seq };
  }
  return undefined;
}

/** A safety stop, or a family that changed its mind, until a manager says how it goes on. The safety stop speaks first. */
export function stopOf(reading: Reading): CaseStatus['stopped'] {
  let safety: CaseStatus['stopped'];
  let withdrawn: CaseStatus['stopped'];
  for (const { fact, recordedAt: at, by } of reading.facts) {
    if (fact === 'safeguarding.stopped') safety ??= { why: 'safety', at, by };
    if (fact === 'safeguarding.taken' && safety && safety.taken === undefined) safety = { ...safety, taken: by };
    if (fact === 'safeguarding.restarted' || fact === 'safeguarding.ended') safety = undefined;
    if (fact === 'withdrawn') withdrawn ??= { why: 'withdrawn', at, by };
    if (fact === 'withdrawn.again') withdrawn = undefined;
    if (fact === 'case.ended') withdrawn = undefined;
  }
  return safety ?? withdrawn;
}
