/** Opening a case from a channel's card or from a list: the card of the step, in the person's own chat or a dialog. */
import { partsOf } from '../../src/domain/case/steps.ts';
import { drawForPerson } from '../cards/drawing.ts';
import { mayAct, standsIn, takesPart } from '../cards/rights.ts';
import { nextSteps } from '../cards/words.ts';
import { answer } from './answering.ts';
import { choose } from './asking.ts';
import { notPermitted, type OnCase, show } from './on-case.ts';
import type { Reply } from './turn.ts';

export async function open(on: OnCase): Promise<readonly Reply[]> {
  const { desk, press, sheet, viewer, person, turn } = on;
  const step = press.s ? sheet.protocol.steps[press.s] : undefined;
  const open = step && sheet.status.steps[step.id]?.state === 'open' && !sheet.status.stopped && !sheet.status.ended;
  const concerned = step && (mayAct(sheet, step, viewer) || takesPart(step, viewer) || standsIn(sheet, step, viewer));
  if (step && open && !concerned) return notPermitted(on);
  if (step && open && press.p && partsOf(step).includes(press.p)) return choose(on);
  const stepId = step ? step.id : 'case';
  const card = drawForPerson(desk.ink, sheet, stepId, viewer) ?? drawForPerson(desk.ink, sheet, 'case', viewer);
  if (!card) return show(on, 'case');
  const shown = drawForPerson(desk.ink, sheet, stepId, viewer) ? stepId : 'case';
  if (turn.surface === 'chat') return show(on, shown);
  return answer(on, card, sheet.case.reference, (origin) =>
    desk.stepwise.adopt(person.id, sheet.case.id, shown, origin),
  );
}

export async function next(on: OnCase): Promise<readonly Reply[]> {
  const { sheet, viewer } = on;
  const own = nextSteps(sheet).find((step) => mayAct(sheet, step, viewer) || takesPart(step, viewer));
  return show(on, own?.id ?? 'case');
}
