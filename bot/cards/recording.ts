/** Cards on which somebody says that something was done, mostly in another system. */
import type { RecordStep } from '../../src/domain/protocol/types.ts';
import { askingOf } from './asking.ts';
import type { Action } from './buttons.ts';
import { consequences } from './consequences.ts';
import { fieldsLookedUp } from './fields.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, endRows, formOf, type Looking, opening, press } from './looking.ts';
import { doneSoFar } from './so-far.ts';
import { line } from './text.ts';
import { wayOf } from './ways.ts';

export function recordCard(looking: Looking, step: RecordStep): Frame {
  const { sheet, ink } = looking;
  const { main } = askingOf(sheet, step, undefined, looking.viewer.roles);
  const elsewhere = fieldsLookedUp(main.fields);
  return base(looking, step, {
    lines: [...opening(looking, step), ...consequences(sheet, step, undefined).map((words) => line(words))],
    blocks: doneSoFar(looking, step),
    fields: elsewhere ? [] : formOf(looking, main),
    buttonRows: endRows(looking, [
      ink.button(wayOf(step, undefined).button, press(looking, step, elsewhere ? 'choose' : 'do')),
      ...noteButton(looking, step),
      caseButton(looking),
    ]),
  });
}

/** What was asked already need not be typed again into the council's own system (story A15). */
export function noteButton(looking: Looking, step: RecordStep): Action[] {
  return step.in ? [looking.ink.button('Show note to copy', press(looking, step, 'note'))] : [];
}
