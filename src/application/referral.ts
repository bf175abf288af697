/** The body of a referral: what the opening asked for, page by page and child by child (CAM-A-02, the eight items). */

import { questionsOf } from '../domain/case/steps.ts';
import type { Answer, Answers } from '../domain/case/types.ts';
import type { Field, Page, SendStep, StepId } from '../domain/protocol/types.ts';
import { type Day, isDay, parseInstant, writeDay, writeInstant } from '../domain/time/instant.ts';
import { capital } from '../domain/wording.ts';
import { documentsLine, documentsOfMail } from './mail-documents.ts';
import { meetingLines, nextStep, safeguardingLine } from './mail-words.ts';
import { answersIn, formOf, pageAnswers } from './recorded-answers.ts';
import type { CaseSheet } from './sheet.ts';

/** The program's own last page: its title is an instruction to the writer, not a heading for the reader. */
const CHECK = 'check';

export function referralText(sheet: CaseSheet, step: SendStep): string {
  const sender = sheet.people[sheet.case.openedFor ?? sheet.case.openedBy];
  const next = nextStep(sheet, step);
  const documents = documentsLine(documentsOfMail(sheet, step));
  return [
    `Case ${sheet.case.reference}: ${sheet.protocol.title}.`,
    '',
    ...(sender ? [`From: ${sender.name}, ${openingRoles(sheet)}`, ''] : []),
    // What was asked when it was sent: the lead professional's name and organisation, the papers (BSC-D-09, BSC-D-11).
    ...block(
      step.subject,
      fieldLines(
        sheet,
        { fields: questionsOf(sheet.protocol, sheet.case, step, undefined) },
        answersIn(sheet, step.id),
        '',
      ),
    ),
    ...block(undefined, meetingLines(sheet)),
    ...sheet.protocol.opening.pages.flatMap((page) => pageLines(sheet, page, formOf(sheet, step))),
    ...block(undefined, oversightLines(sheet, step)),
    ...(documents ? [documents, ''] : []),
    ...(next ? [next, ''] : []),
    safeguardingLine(sheet),
  ].join('\n');
}

/** Whose decision let the mail go, and when: the evidence of management oversight that the reader looks for (KNO-U-04). */
function oversightLines({ protocol, status, people }: CaseSheet, { after }: SendStep): readonly string[] {
  return after.flatMap((ref) => {
    const [head = '', outcome] = ref.split('.');
    const { doneBy, outcome: taken } = status.steps[head] ?? {};
    const decided = protocol.steps[head];
    const who = doneBy && people[doneBy.by];
    if (decided?.kind !== 'decide' || !who || taken === undefined || taken !== outcome) return [];
    const when = isDay(doneBy.at) ? writeDay(doneBy.at) : writeInstant(doneBy.at);
    return [`${capital(decided.title)}: ${who.name}, ${when}`];
  });
}

function openingRoles({ protocol }: CaseSheet): string {
  return protocol.opening.by.map((role) => protocol.council.roles[role]?.name ?? role).join(', ');
}

function pageLines(sheet: CaseSheet, page: Page, sends: StepId): readonly string[] {
  const answers = pageAnswers(sheet, page, sends);
  if (page.each !== 'children')
    return block(page.id === CHECK ? undefined : page.title, fieldLines(sheet, page, answers, ''));
  return sheet.case.children.flatMap((child, index) =>
    block(`Child ${index + 1}`, fieldLines(sheet, page, answers, `${child}.`)),
  );
}

function block(heading: string | undefined, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [...(heading ? [heading] : []), ...lines, ''];
}

function fieldLines(
  sheet: CaseSheet,
  { fields }: Pick<Page, 'fields'>,
  answers: Answers,
  prefix: string,
): readonly string[] {
  return Object.values(fields).flatMap((field) => {
    const answer = answers[`${prefix}${field.id}`];
    if (answer !== undefined && answer !== null && answer !== '' && answer !== false)
      return [`  ${field.label}: ${writeAnswer(sheet, field, answer)}`];
    // One of the eight items, and not always there yet: the reader is told so, instead of missing it.
    return field.type === 'document' ? [`  ${field.label}: none yet`] : [];
  });
}

/** An answer as a reader would write it. */
function writeAnswer(sheet: CaseSheet, field: Field, answer: Exclude<Answer, null>): string {
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  if (field.type === 'document' && typeof answer === 'string') {
    const stored = sheet.documents?.[answer];
    return stored ? `${stored.name} (attached)` : answer;
  }
  if (typeof answer !== 'string')
    return answer
      .map((each) => (field.type === 'times' ? writeInstant(parseInstant(each)) : labelOf(sheet, field, each)))
      .join('; ');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(answer)) return labelOf(sheet, field, answer);
  if (field.type === 'date') return writeDay(answer as Day);
  // Nobody wants to know the weekday of a birth.
  return field.type === 'birth-date' ? writeDay(answer as Day).replace(/^\w+ /, '') : answer;
}

function labelOf({ protocol, people }: CaseSheet, { options }: Field, id: string): string {
  return (
    options.find((option) => option.id === id)?.label ?? protocol.council.teams[id]?.name ?? people[id]?.name ?? id
  );
}
