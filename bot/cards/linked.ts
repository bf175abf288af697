/** The draft of a second, linked case, laid before whoever's press called for it. Class P. */
import type { Drawing } from '../../src/application/sheet.ts';
import { IMMEDIATE_RISK, type Ink, rows } from './buttons.ts';
import { type Frame, frame } from './frame.ts';
import { caseButton, title } from './looking.ts';
import { line } from './text.ts';
import { doneWords } from './words.ts';

export function beginFrame({ sheet, step, draft, protocol }: Parameters<Drawing['begin']>[0], ink: Ink): Frame {
  const from = sheet.protocol.steps[step];
  const fact = sheet.status.steps[step]?.doneBy;
  const reference = sheet.case.reference;
  return frame({
    title: title({ sheet }, protocol.title),
    lines: [
      ...(from && fact ? [line(doneWords(sheet, from, fact))] : []),
      line(
        `This begins a second case beside ${reference}. Its form is filled in from ${reference}. Nothing has been sent.`,
      ),
    ],
    buttonRows: rows(
      [
        ink.button('Carry on', { a: 'carry-on', d: draft.id }),
        ink.button('Delete draft', { a: 'delete-draft', d: draft.id }),
        caseButton({ sheet, ink }),
      ],
      ink.button(IMMEDIATE_RISK, { a: 'risk', d: draft.id }),
    ),
  });
}
