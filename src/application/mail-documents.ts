/** The documents of a mail: what is attached, what is only linked, and what is missing. */
import { documentId, toMailboxes } from '../domain/case/document.ts';
import { questionsOf } from '../domain/case/steps.ts';
import type { Answers } from '../domain/case/types.ts';
import type { Field, SendStep } from '../domain/protocol/types.ts';
import { andList, capital } from '../domain/wording.ts';
import type { StoredDocument } from './ports.ts';
import { answersIn, formOf, pageAnswers } from './recorded-answers.ts';
import type { CaseSheet } from './sheet.ts';

export interface MailDocument {
  readonly label: string;
  /** As answered: `document:<id>`, a link, or nothing yet. */
  readonly answer?: string;
  readonly stored?: StoredDocument;
  /** Without it the mail does not go: the protocol demands it, or it was chosen and is no longer there. */
  readonly missing: boolean;
}

type Sheet = Omit<CaseSheet, 'unsent'>;

/** In the order in which they were asked: of the step itself, then of the opening. Empty for a mail to people: nothing is sent along. */
export function documentsOfMail(sheet: Sheet, step: SendStep): readonly MailDocument[] {
  if (!toMailboxes(step)) return [];
  const { protocol } = sheet;
  const own = Object.values(questionsOf(protocol, sheet.case, step, undefined));
  return [
    ...own.flatMap((field) => documentsIn(sheet, field, answersIn(sheet, step.id), field.each === 'children', true)),
    ...protocol.opening.pages.flatMap((page) => {
      const answers = pageAnswers(sheet, page, formOf(sheet, step));
      return Object.values(page.fields).flatMap((field) =>
        documentsIn(sheet, field, answers, page.each === 'children', false),
      );
    }),
  ];
}

function documentsIn(
  sheet: Sheet,
  field: Field,
  answers: Answers,
  perChild: boolean,
  demanded: boolean,
): readonly MailDocument[] {
  if (field.type !== 'document') return [];
  const keys = perChild ? sheet.case.children.map((child) => `${child}.${field.id}`) : [field.id];
  return keys.map((key, index) => {
    const label = perChild ? `${field.label}, child ${index + 1}` : field.label;
    const given = answers[key];
    const answer = typeof given === 'string' && given !== '' ? given : undefined;
    const stored = answer === undefined ? undefined : sheet.documents?.[answer];
    const gone = documentId(answer) !== undefined && !stored;
    const demandedHere = demanded && field.required && field.when === undefined;
    return {
      label,
      ...(answer === undefined ? {} : { answer }),
      ...(stored ? { stored } : {}),
      missing: gone || (demandedHere && answer === undefined),
    };
  });
}

/** What is attached: one document chosen for two fields once. */
export function attachedTo(documents: readonly MailDocument[]): readonly StoredDocument[] {
  const byId = new Map(documents.flatMap(({ stored }) => (stored ? [[stored.id, stored] as const] : [])));
  return [...byId.values()];
}

/** @example 'Documents: consent.pdf (attached), Step down plan (link https://… )' */
export function documentsLine(documents: readonly MailDocument[]): string | undefined {
  const there = documents.flatMap(({ label, answer, stored }) =>
    stored ? [`${stored.name} (attached)`] : answer === undefined ? [] : [`${label} (link ${answer} )`],
  );
  return there.length === 0 ? undefined : `Documents: ${[...new Set(there)].join(', ')}`;
}

/** Said instead of sending. Class C: labels of the form. */
export function waitsForDocument(sheet: Sheet, step: SendStep): string | undefined {
  const missing = documentsOfMail(sheet, step).filter((each) => each.missing);
  if (missing.length === 0) return undefined;
  const names = andList(missing.map(({ label }) => label.charAt(0).toLowerCase() + label.slice(1)));
  return `${capital(names)}: not here any more, and the protocol lets nothing go without. Send it yourself if it cannot wait.`;
}
