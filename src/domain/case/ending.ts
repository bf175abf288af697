/** Whether and how a case has ended, and whether ordinary steps wait for a manager. */
import { type Ending, endingIn } from './in-force.ts';
import type { Reading } from './reading.ts';
import type { CaseStatus } from './types.ts';

export type { Ending };

export function endingOf({ protocol, case: theCase, facts }: Reading): Ending | undefined {
  return endingIn(protocol, theCase, facts);
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
