/** What a pathway asks for and a mail does not say, as short labels of the form (class C): "3 visit dates", "latest assessment". */

import type { Answers } from '../../domain/case/types.ts';
import type { Field, Page, Protocol } from '../../domain/protocol/types.ts';

/** Chosen or confirmed by whoever opens the case; nobody is asked for them by mail. */
const OURS: readonly Field['type'][] = ['confirm', 'confirm-all', 'person', 'people', 'team'];

/** "MOSAIC number" keeps its capitals, "Latest assessment" does not. */
function small(label: string): string {
  return /^\p{Lu}(?!\p{Lu})/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/**
 * @param faults of the draft that the mail alone would make, by `page.field` and `child.c1.field`, from the engine
 * @param pages of that draft
 * @param attached papers that came with the mail, by `page.field`
 */
export function missingIn(
  protocol: Protocol,
  faults: Readonly<Record<string, string>>,
  pages: Readonly<Record<string, Answers>>,
  attached: Readonly<Record<string, string>>,
): readonly string[] {
  const several = Object.keys(pages).filter((key) => key.startsWith('child.')).length > 1;
  const found = protocol.opening.pages.flatMap((page) => {
    const keys = Object.keys(faults).filter((key) => key.startsWith(`${page.id}.`));
    const agreement = agreementOf(protocol, page);
    if (agreement !== undefined) return keys.length > 0 ? [agreement] : [];
    const asked = keys.flatMap((key) => {
      const [, child = '', id = child] = key.split('.');
      const field = page.fields[id];
      if (!field || attached[key] !== undefined || OURS.includes(field.type) || isWrittenFor(field, page, pages))
        return [];
      const number = page.each === 'children' && several ? `child ${child.replace(/^c/, '')}: ` : '';
      return [`${number}${labelOf(protocol, field, page)}`];
    });
    return [...asked, ...documentsOf(page, pages, [...keys, ...Object.keys(attached)])];
  });
  return [...new Set(found)];
}

/** The one thing that nobody may do without (CAM-G-04), whichever of its fields are empty. */
function agreementOf({ steps }: Protocol, { records }: Page): string | undefined {
  const step = 'step' in records ? steps[records.step] : undefined;
  return step?.kind === 'consent' && !step.optional ? step.title : undefined;
}

/** The program writes it together from answers that are there, for a person to check. */
function isWrittenFor({ prefill }: Field, { id }: Page, pages: Readonly<Record<string, Answers>>): boolean {
  const said = Object.entries(pages).flatMap(([page, answers]) => (page === id ? [] : Object.keys(answers)));
  return prefill.some((field) => said.includes(field));
}

function labelOf({ facts }: Protocol, field: Field, page: Page): string {
  // "Date it was, or will be, completed" says nothing away from the page that it stands on.
  const fact = 'fact' in page.records && field.id === 'at' ? facts[page.records.fact] : undefined;
  if (fact) return `the date (${fact.title})`;
  if (field.type !== 'times') return small(field.label);
  const many = field.atLeast === undefined ? '' : `${field.atLeast} `;
  return `${many}${small(page.title).replace(/times$/, 'dates')}`;
}

/** The form lets a paper come later; a referral is better with it, so it is asked for. */
function documentsOf(
  page: Page,
  pages: Readonly<Record<string, Answers>>,
  faulty: readonly string[],
): readonly string[] {
  if (page.each === 'children') return [];
  return Object.values(page.fields).flatMap((field) =>
    field.type === 'document' &&
    field.when === undefined &&
    !pages[page.id]?.[field.id] &&
    !faulty.includes(`${page.id}.${field.id}`)
      ? [small(field.label)]
      : [],
  );
}
