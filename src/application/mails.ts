/**
 * What a mail says. The subject carries the reference and the kind of message, never a name (class MS). The body of a referral,
 * to a mailbox that the protocol names, carries what the protocol asks for; every other body the reference and the next step (class MB).
 */
import type { Answers } from '../domain/case/types.ts';
import type { Field, SendStep, StepId, Target } from '../domain/protocol/types.ts';
import type { Day } from '../domain/time/instant.ts';
import { parseInstant, writeDay, writeInstant } from '../domain/time/instant.ts';
import type { CaseSheet } from './sheet.ts';

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

export function writeMail(sheet: CaseSheet, step: SendStep): MailText {
  const subject = `${sheet.case.reference} ${step.subject}`;
  const carriesForm = step.to.every((target) => target.startsWith('mailbox/'));
  return { subject, text: carriesForm ? referralText(sheet, step) : shortText(sheet, step) };
}

/** Reference, what happened in a sentence, the next step, where to look. No name of the family. */
function shortText(sheet: CaseSheet, step: SendStep): string {
  const next = nextStep(sheet, step.id);
  return [
    `Case ${sheet.case.reference}: ${sheet.protocol.title}.`,
    '',
    fillIn(sheet, step.says ?? `${step.subject}.`),
    ...(next ? ['', next] : []),
    '',
    `The details are in Stepwise, in Microsoft Teams. Open your chat with it and type: case ${sheet.case.reference}`,
    '',
    safeguardingLine(sheet),
  ].join('\n');
}

function referralText(sheet: CaseSheet, step: SendStep): string {
  const lines = [`Case ${sheet.case.reference}: ${sheet.protocol.title}.`, ''];
  const sender = sheet.people[sheet.case.openedBy];
  if (sender) lines.push(`From: ${sender.name}, ${roleName(sheet)}`, '');
  for (const page of sheet.protocol.opening.pages) {
    const source = 'step' in page.records ? page.records.step : 'fact' in page.records ? page.records.fact : step.id;
    const answers = answersOf(sheet, source);
    if (page.each === 'children') {
      sheet.case.children.forEach((child, index) => {
        lines.push(`Child ${index + 1}`, ...fieldLines(sheet, page.fields, answers, `${child}.`), '');
      });
    } else {
      const written = fieldLines(sheet, page.fields, answers, '');
      if (written.length > 0) lines.push(page.title, ...written, '');
    }
  }
  const next = nextStep(sheet, step.id);
  if (next) lines.push(next, '');
  lines.push(safeguardingLine(sheet));
  return lines.join('\n');
}

/** Clear and personal answers of a step or fact, and its date under `at`. */
function answersOf(sheet: CaseSheet, source: StepId): Answers {
  const clear: Record<string, Answers[string]> = {};
  for (const fact of sheet.case.facts) {
    if (fact.fact !== source && !fact.fact.startsWith(`${source}.`)) continue;
    Object.assign(clear, fact.answers);
    if (fact.fact === source || fact.fact === `${source}.expected` || fact.fact === `${source}.given`)
      clear.at = fact.at;
  }
  return { ...clear, ...sheet.personal[source] };
}

function fieldLines(
  sheet: CaseSheet,
  fields: Readonly<Record<string, Field>>,
  answers: Answers,
  prefix: string,
): string[] {
  return Object.values(fields).flatMap((field) => {
    const answer = answers[`${prefix}${field.id}`];
    if (answer === undefined || answer === null || answer === '' || answer === false) return [];
    return [`  ${field.label}: ${writeAnswer(sheet, field, answer)}`];
  });
}

/** An answer as a reader would write it. */
export function writeAnswer(sheet: CaseSheet, field: Field, answer: Answers[string]): string {
  const label = (id: string) =>
    field.options.find((option) => option.id === id)?.label ??
    sheet.protocol.council.teams[id]?.name ??
    sheet.people[id]?.name ??
    id;
  if (answer === true) return 'yes';
  if (answer === false || answer === null) return 'no';
  if (typeof answer !== 'string')
    return answer.map((each) => (field.type === 'times' ? writeInstant(parseInstant(each)) : label(each))).join('; ');
  if (field.type === 'birth-date' || field.type === 'date')
    return /^\d{4}-\d{2}-\d{2}$/.test(answer) ? writeDay(answer as Day) : answer;
  return label(answer);
}

function nextStep(sheet: CaseSheet, sent: StepId): string | undefined {
  const open = Object.values(sheet.protocol.steps).find(
    (step) => step.id !== sent && !step.optional && sheet.status.steps[step.id]?.state === 'open',
  );
  if (!open) return undefined;
  const deadline = sheet.status.deadlines.find((each) => each.step === open.id && each.effective);
  return `Next: ${open.title}${deadline ? `, due ${writeDay(deadline.due)}, 17:00` : ''}.`;
}

function safeguardingLine({ protocol }: CaseSheet): string {
  const { emergency, team, daytime } = protocol.council.safeguarding;
  return `If a child is in danger now, ring ${emergency}. If a child may be at risk of significant harm, ring ${team}${daytime ? `: ${daytime}` : ''}. You need no form for that.`;
}

function roleName(sheet: CaseSheet): string {
  return sheet.protocol.opening.by.map((role) => sheet.protocol.council.roles[role]?.name ?? role).join(', ');
}

/** {reference}, {team} and {worker} in the words of the data; staff and teams only, never the family. */
export function fillIn(sheet: CaseSheet, words: string): string {
  const team = sheet.status.team ? sheet.protocol.council.teams[sheet.status.team]?.name : undefined;
  return words
    .replaceAll('{reference}', sheet.case.reference)
    .replaceAll('{team}', team ?? 'the team')
    .replace(
      /\{([a-z-]+)\}/g,
      (whole, role: string) =>
        sheet.people[sheet.status.named[role] ?? '']?.name ?? sheet.protocol.council.roles[role]?.name ?? whole,
    );
}

/** Addresses behind a target: a mailbox, or everybody who holds a role on the case. */
export function addressesOf(
  sheet: CaseSheet,
  mailboxAddress: (name: string) => string | undefined,
  target: Target,
): readonly string[] {
  const [kind, name] = target.split('/');
  if (kind === 'mailbox' && name) {
    const address = mailboxAddress(name);
    if (!address)
      throw new Error(
        `No address is set for the mailbox "${name}" of ${sheet.protocol.council.name}. Add it to the directory file.`,
      );
    return [address];
  }
  if (kind === 'role' && name) return (sheet.holders[name] ?? []).map(({ mail }) => mail);
  return [];
}
