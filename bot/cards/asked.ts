/** What a step's own card asks, as the engine asks it. */
import { questionsOf } from '../../src/domain/case/steps.ts';
import type { Field, Step } from '../../src/domain/protocol/types.ts';
import type { OpenSheet } from './privacy.ts';

export function askedFields(sheet: OpenSheet, step: Step, part: string | undefined): readonly Field[] {
  return Object.values(questionsOf(sheet.protocol, sheet.case, step, part));
}
