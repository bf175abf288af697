/** The body of a referral: what the opening asked for, page by page and child by child (CAM-A-02, the eight items). */
import type { Answer, Answers } from '../domain/case/types.ts';
import type { Field, Page, SendStep, StepId } from '../domain/protocol/types.ts';
import { type Day, isDay, parseInstant, writeDay, writeInstant } from '../domain/time/instant.ts';
import { capital } from '../domain/wording.ts';
import { nextStep, safeguardingLine } from './mail-words.ts';
import type { CaseSheet } from './sheet.ts';

/** The program's own last page: its title is an instruction to the writer, not a heading for the reader. */
const CHECK = 'check';

export function referralText(sheet: CaseSheet, step: SendStep): string {
  const sender = sheet.people[sheet.case.openedBy];
  const next = nextStep(sheet, step);
  return [
    `Case ${sheet.case.reference}: ${sheet.protocol.title}.`,
    '',
    ...(sender ? [`From: ${sender.name}, ${openingRoles(sheet)}`, ''] : []),
    // What was asked when it was sent: the lead professional's name and organisation, the papers (BSC-D-09, BSC-D-11).
    ...block(step.subject, fieldLines(sheet, { fields: step.form }, answersIn(sheet, step.id), '')),
    ...sheet.protocol.opening.pages.flatMap((page) => pageLines(sheet, page, formOf(sheet, step))),
    ...block(undefined, oversightLines(sheet, step)),
    ...(next ? [next, ''] : []),
    safeguardingLine(sheet),
  ].join('\n');
}

/** Where the opening is recorded first and mailed later (KNO-U-05: approved before it goes to MASH), its form stands on the record. */
function formOf({ protocol }: CaseSheet, step: SendStep): StepId {
  const { sends } = protocol.opening;
  return protocol.steps[sends]?.kind === 'record' ? sends : step.id;
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
  const answers = answersOf(sheet, page, sends);
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

/** Clear and personal answers of what the page was recorded as; the date of a fact or an agreement under `at`. */
function answersOf(sheet: CaseSheet, { records }: Page, sends: StepId): Answers {
  return answersIn(sheet, 'step' in records ? records.step : 'fact' in records ? records.fact : sends);
}

function answersIn({ case: { facts }, personal }: CaseSheet, source: string): Answers {
  const recorded = facts.filter(({ fact }) => fact.split('.')[0] === source);
  const dated = recorded.findLast(({ fact }) => [source, `${source}.expected`, `${source}.given`].includes(fact));
  return {
    ...(dated ? { at: dated.at } : {}),
    ...Object.assign({}, ...recorded.map(({ answers }) => answers)),
    ...personal[source],
  };
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
