/** Whether and how a case has ended, and whether ordinary steps wait for a manager. */
import type { Ref, Step } from '../protocol/types.ts';
import { type Day, dayOf, type Instant } from '../time/instant.ts';
import { type Ending, endingIn } from './in-force.ts';
import { own } from './own.ts';
import type { Reading } from './reading.ts';
import type { CaseStatus, RecordedFact } from './types.ts';

export type { Ending };

export function endingOf({ protocol, case: theCase, facts }: Reading): Ending | undefined {
  return endingIn(protocol, theCase, facts);
}

/**
 * A mail that goes by itself because of the very word by which the case has ended: whoever referred the family hears that it was no
 * step down (CAM-A-10), although nothing else is done on the case any more.
 */
export function answersTheEnding(reading: Reading, step: Step): boolean {
  const ending = endingOf(reading);
  if (ending === undefined || step.kind !== 'send' || !step.automatic) return false;
  const by = reading.facts.find(({ seq }) => seq === ending.seq)?.fact;
  const leads = (ref: Ref): boolean => ref === by || (own(reading.protocol.conditions, ref)?.any ?? []).some(leads);
  return by !== undefined && step.after.some(leads);
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

/** Nobody is chased until that day, and on it again. Every clock runs on. */
export function pausedOn(facts: readonly RecordedFact[], now: Instant): CaseStatus['paused'] {
  const last = facts.filter(({ fact }) => fact === 'case.paused' || fact === 'case.resumed').at(-1);
  const until = last?.answers.until;
  if (last?.fact !== 'case.paused' || typeof until !== 'string' || until <= dayOf(now)) return undefined;
  return { until: until as Day, by: last.by, at: last.recordedAt };
}
