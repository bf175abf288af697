/**
 * Times that somebody offered earlier in the case, out of which a meeting is chosen.
 */
import type { MeetStep } from '../domain/protocol/types.ts';
import { type Instant, parseInstant } from '../domain/time/instant.ts';
import type { CaseSheet } from './sheet.ts';

/** Times that somebody offered before, of the first field that has any, earliest first. */
export function offeredTimes(sheet: CaseSheet, step: MeetStep): readonly Instant[] {
  for (const ref of step.chooseFrom) {
    const [name, field] = ref.split('.');
    const fact = sheet.case.facts.filter((each) => each.fact === name).at(-1);
    const times = fact?.answers[field ?? ''];
    if (Array.isArray(times) && times.length > 0) return times.map((time) => parseInstant(String(time))).sort();
  }
  return [];
}
