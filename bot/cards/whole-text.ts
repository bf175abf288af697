/** Texts in full: what the opening asked, to be copied; and answers that were too long for a card. Class P. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { fieldsOf } from '../../src/domain/case/steps.ts';
import { askedAtOpening, blockOf, cutting, pageTitle, recordedAnswers } from './blocks.ts';
import { writeAnswer } from './fields.ts';
import { type Frame, frame } from './frame.ts';
import { title } from './looking.ts';

const LONGEST_NOTE = 9000;

/** Everything that the opening asked, as one text to select and copy into the council's own system (story A15). */
export function noteText(sheet: CaseSheet): string {
  const { protocol } = sheet;
  const lines: string[] = [`${sheet.case.reference}: ${protocol.title}`];
  for (const { page, source } of askedAtOpening(sheet)) {
    const answers = recordedAnswers(sheet, source);
    const prefixes = page.each === 'children' ? sheet.case.children.map((child) => `${child}.`) : [''];
    for (const [index, prefix] of prefixes.entries()) {
      const own = Object.values(page.fields).flatMap((field) => {
        const text = writeAnswer(
          field,
          answers[`${prefix}${field.id}`],
          protocol.council,
          sheet.people,
          answers,
          sheet.documents,
        );
        return text ? [`${field.label}: ${text}`] : [];
      });
      if (own.length > 0) lines.push('', page.each === 'children' ? `Child ${index + 1}` : pageTitle(page), ...own);
    }
  }
  const note = lines.join('\n');
  return note.length <= LONGEST_NOTE ? note : `${note.slice(0, LONGEST_NOTE)}…`;
}

/** Long answers whole: one of them (`c1.reasons`), or all of a child's (`c4`). */
export function wholeText(sheet: CaseSheet, key: string): Frame | undefined {
  const child = /^c\d+$/.test(key);
  const id = key.replace(/^c\d+\./, '');
  const asked = askedAtOpening(sheet).map(({ page, source }) => ({ ...page, source }));
  const steps = Object.values(sheet.protocol.steps).map((step) => ({
    source: step.id,
    each: undefined,
    fields: fieldsOf(sheet.protocol, step),
  }));
  for (const page of [...asked, ...steps]) {
    const fields = child
      ? page.each === 'children'
        ? Object.values(page.fields)
        : []
      : [page.fields[id]].filter((field) => field !== undefined);
    if (fields.length === 0) continue;
    const answers = recordedAnswers(sheet, page.source);
    const prefix = child ? `${key}.` : key.slice(0, key.length - id.length);
    if (!child && answers[key] === undefined) continue;
    const block = blockOf('', fields, answers, sheet, cutting(), { id: 'whole', prefix, only: LONGEST_WHOLE });
    return frame({
      title: title({ sheet }, child ? `child ${key.slice(1)}` : (fields[0]?.label ?? '')),
      blocks: [block],
    });
  }
  return undefined;
}

/** Three such texts in any script are one card. */
const LONGEST_WHOLE = 2500;
