/** What was answered on this case, as a mail tells it. */
import type { Answers } from '../domain/case/types.ts';
import type { Page, SendStep, StepId } from '../domain/protocol/types.ts';
import type { CaseSheet } from './sheet.ts';

/** Where the opening is recorded first and mailed later (KNO-U-05: approved before it goes to MASH), its form stands on the record. */
export function formOf({ protocol }: Pick<CaseSheet, 'protocol'>, step: SendStep): StepId {
  const { sends } = protocol.opening;
  return protocol.steps[sends]?.kind === 'record' ? sends : step.id;
}

/** Clear and personal answers of what the page was recorded as; the date of a fact or an agreement under `at`. */
export function pageAnswers(sheet: Pick<CaseSheet, 'case' | 'personal'>, { records }: Page, sends: StepId): Answers {
  return answersIn(sheet, 'step' in records ? records.step : 'fact' in records ? records.fact : sends);
}

export function answersIn(
  { case: { facts }, personal }: Pick<CaseSheet, 'case' | 'personal'>,
  source: string,
): Answers {
  const recorded = facts.filter(({ fact }) => fact.split('.')[0] === source);
  const dated = recorded.findLast(({ fact }) => [source, `${source}.expected`, `${source}.given`].includes(fact));
  return {
    ...(dated ? { at: dated.at } : {}),
    ...Object.assign({}, ...recorded.map(({ answers }) => answers)),
    ...personal[source],
  };
}
