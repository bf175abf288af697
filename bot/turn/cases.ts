/** Presses on a case: who may, what it asks, what is recorded. */
import { partsOf } from '../../src/domain/case/steps.ts';
import type { Refusal } from '../../src/domain/case/types.ts';
import type { RoleId, Step } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { askFrame, noteText, wholeText } from '../cards/ask.ts';
import { askingOf, commandsOf } from '../cards/asking.ts';
import { rows } from '../cards/buttons.ts';
import { drawForPerson } from '../cards/drawing.ts';
import type { Banner } from '../cards/frame.ts';
import { plainFrame } from '../cards/notices.ts';
import { render } from '../cards/render.ts';
import { mayAct, mayMeet, takesPart } from '../cards/rights.ts';
import { caseButton, press as pressOf } from '../cards/steps.ts';
import { nextSteps } from '../cards/words.ts';
import { answer, openFor, type Pressed, plain } from './answering.ts';
import { book, times } from './booking.ts';
import { cover, coverLeft } from './cover.ts';
import { nothingChanged, notPermitted, type OnCase, perform, show } from './on-case.ts';
import { pressOnSafety } from './safety.ts';
import type { Reply } from './turn.ts';

const SAFETY = ['stop', 'rung', 'mistake', 'taken', 'restart', 'end', 'family-left', 'family-again', 'stay'];

export async function pressOnCase(pressed: Pressed): Promise<readonly Reply[]> {
  const { desk, person, press, turn } = pressed;
  // A list of cases sends the chosen one as an input: who may see it is asked all the same.
  const chosen = typeof turn.data.case === 'string' ? turn.data.case : undefined;
  const caseId = press.c ?? chosen;
  if (!caseId)
    return answer(pressed, plain('Choose a case first', 'Pick one from the list, then press Open.'), 'Stepwise');
  const opened = await openFor(desk, person.id, caseId);
  if (!opened) return answer(pressed, plain('This case is not here', 'Type "my cases" to see yours.'), 'Stepwise');
  const on: OnCase = { ...pressed, sheet: opened.sheet, viewer: opened.viewer };
  if (press.a === 'stop') return pressOnSafety(on);
  if (!opened.mayOpen) return notPermitted(on);
  if (SAFETY.includes(press.a)) return pressOnSafety(on);
  switch (press.a) {
    case 'open':
      return open(on);
    case 'case':
      return show(on, 'case');
    case 'step':
      return show(on, press.s ?? 'case');
    case 'choose':
      return choose(on);
    case 'do':
      return record(on);
    case 'times':
      return times(on, '', false);
    case 'book':
      return book(on);
    case 'text': {
      const whole = wholeText(opened.sheet, press.x ?? '');
      return whole
        ? answer(on, render('step', { ...whole, buttonRows: rows([caseButton({ sheet: on.sheet, ink: desk.ink })]) }))
        : show(on, 'case');
    }
    case 'note':
      return answer(
        on,
        render('note', {
          ...plainFrame(`${on.sheet.case.reference}: note to copy`, [], [backTo(on)]),
          note: noteText(on.sheet),
        }),
      );
    case 'seen':
      return answer(
        on,
        render(
          'plain',
          plainFrame(
            `${on.sheet.case.reference}: read`,
            [`Read ${writeInstant(on.sheet.now)}.`],
            [caseButton({ sheet: on.sheet, ink: desk.ink })],
          ),
        ),
      );
    case 'next':
      return next(on);
    case 'cover':
      return cover(on);
    case 'cover-left':
      return coverLeft(on);
    default:
      return show(on, 'case');
  }
}

// ---- opening -----------------------------------------------------------------------------------------------------

async function open(on: OnCase): Promise<readonly Reply[]> {
  const { desk, press, sheet, viewer, person, turn } = on;
  const step = press.s ? sheet.protocol.steps[press.s] : undefined;
  const open = step && sheet.status.steps[step.id]?.state === 'open' && !sheet.status.stopped && !sheet.status.ended;
  if (step && open && !mayAct(sheet, step, viewer) && !takesPart(step, viewer)) return notPermitted(on);
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

async function next(on: OnCase): Promise<readonly Reply[]> {
  const { sheet, viewer } = on;
  const own = nextSteps(sheet).find((step) => mayAct(sheet, step, viewer) || takesPart(step, viewer));
  return show(on, own?.id ?? 'case');
}

// ---- asking and recording ----------------------------------------------------------------------------------------

async function choose(
  on: OnCase,
  again: { readonly refusal?: Refusal; readonly banner?: readonly Banner[] } = {},
): Promise<readonly Reply[]> {
  const { desk, press, sheet, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (!step) return show(on, 'case');
  const view = sheet.status.steps[step.id];
  if (view?.state !== 'open' || sheet.status.stopped || sheet.status.ended) return nothingChanged(on, step);
  if (!(step.kind === 'meet' ? mayMeet(sheet, step, viewer) : mayAct(sheet, step, viewer))) return notPermitted(on);
  const asking = askingOf(sheet, step, press.p, viewer.roles);
  const fields = asking.sections.flatMap((section) => section.fields);
  const asksReason =
    again.refusal?.code === 'late-reason-needed' ||
    again.refusal?.faults?.reason !== undefined ||
    typeof on.turn.data.reason === 'string';
  if (fields.length === 0 && !asksReason) return record(on);
  const page = {
    sheet,
    ink: desk.ink,
    asking,
    typed: again.refusal ? on.turn.data : {},
    faults: again.refusal?.faults ?? {},
    faultyStep: again.refusal?.step,
    people: await peopleFor(
      on,
      fields.flatMap((field) =>
        (field.type === 'person' || field.type === 'people') && field.role ? [field.role] : [],
      ),
    ),
    ...(fields.some(({ type }) => type === 'times') ? await timesOf(on, step) : {}),
    asksReason,
    banner: again.banner ?? [],
  };
  return answer(on, render('page', askFrame(page)), sheet.case.reference);
}

async function peopleFor({ desk, sheet }: OnCase, roles: readonly RoleId[]) {
  const lists = await Promise.all(
    [...new Set(roles)].map(async (role) => [role, await desk.stepwise.candidates(sheet, role)] as const),
  );
  return Object.fromEntries(lists);
}

/** New times are for the meeting that is chosen from them: its diaries and its limit. */
async function timesOf({ desk, sheet }: OnCase, step: Step) {
  const meeting = Object.values(sheet.protocol.steps).find(
    (each) => each.kind === 'meet' && each.chooseFrom.some((ref) => ref.startsWith(`${step.id}.`)),
  );
  return meeting ? { times: await desk.stepwise.timesFor(sheet, meeting.id, true) } : {};
}

async function record(on: OnCase): Promise<readonly Reply[]> {
  const { press, sheet, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (!step || (press.p !== undefined && !partsOf(step).includes(press.p))) return show(on, 'case');
  return perform(on, step, commandsOf(sheet, askingOf(sheet, step, press.p, viewer.roles), on.turn.data), (refusal) =>
    choose(on, { refusal }),
  );
}

function backTo({ desk, sheet, press }: OnCase) {
  const step = press.s ? sheet.protocol.steps[press.s] : undefined;
  return step ? desk.ink.button('Back', pressOf({ sheet }, step, 'step')) : caseButton({ sheet, ink: desk.ink });
}
