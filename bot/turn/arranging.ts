/** A meeting that is booked: cancelled, kept past its limit, put back, held with other people. Each with who and why. */
import type { Booking, Command, Refusal } from '../../src/domain/case/types.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';
import {
  type Arranging,
  arrangingFrame,
  BESIDES,
  isArranging,
  peopleChosen,
  STAYS,
  withoutDeclined,
} from '../cards/arranging.ts';
import { REASON, reasonTyped } from '../cards/asking.ts';
import { render } from '../cards/render.ts';
import { mayBook } from '../cards/rights.ts';
import { answer } from './answering.ts';
import { times } from './booking.ts';
import { leftBehind, nothingChanged, notPermitted, type OnCase, perform, show } from './on-case.ts';
import type { Reply } from './turn.ts';

export async function arrange(on: OnCase): Promise<readonly Reply[]> {
  const { key, press, sheet, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (step?.kind !== 'meet') return leftBehind(on);
  if (!mayBook(sheet, step, viewer)) return notPermitted(on);
  // The same press again, however often Teams sends it: the card as it stands since.
  if (sheet.case.facts.some(({ commandKey }) => commandKey === key)) return show(on, step.id);
  const view = sheet.status.steps[step.id];
  if (view?.state !== 'open' || sheet.status.stopped || sheet.status.ended) return nothingChanged(on, step);
  if (press.p === 'session' && !view.booking) return bookAt(on, step, press.x ?? '');
  if (!view.booking) return nothingChanged(on, step);
  const [asked = '', start] = (press.x ?? '').split('|');
  // Another time stands since: what was about the one before says nothing of it.
  if (start !== undefined && start !== view.booking.start) return nothingChanged(on, step);
  if (press.p === 'back') return bookAt(on, step, asked);
  if (!isArranging(press.p)) return show(on, step.id);
  return asked === 'do' ? carryOut(on, step, press.p) : ask(on, step, press.p);
}

function ask(on: OnCase, step: MeetStep, what: Arranging, refusal?: Refusal): Promise<readonly Reply[]> {
  const { desk, sheet, turn } = on;
  const booking = sheet.status.steps[step.id]?.booking;
  if (!booking || booking.start <= sheet.now || !isAsked(booking, what)) return nothingChanged(on, step);
  const typed = refusal ? turn.data : {};
  const page = { sheet, ink: desk.ink, step, booking, what, typed, faults: refusal ? faultsOf(refusal) : {} };
  return Promise.resolve(answer(on, render('page', arrangingFrame(page)), sheet.case.reference));
}

/** A card that is old may still ask what has been answered since. */
function isAsked({ declined, kept, pastLimit }: Booking, what: Arranging): boolean {
  if (what === 'without') return declined !== undefined;
  return what !== 'kept' || (pastLimit !== undefined && kept === undefined);
}

/** The engine calls them by its own names. */
function faultsOf({ faults = {}, words }: Refusal): Readonly<Record<string, string>> {
  const { reason, without, also } = faults;
  return {
    ...(reason ? { [REASON]: reason } : {}),
    ...(without ? { [STAYS]: without } : {}),
    ...(also ? { [BESIDES]: also } : {}),
    ...(reason || without || also ? {} : { [REASON]: words }),
  };
}

function carryOut(on: OnCase, step: MeetStep, what: Arranging): Promise<readonly Reply[]> {
  const { sheet, turn } = on;
  const booking = sheet.status.steps[step.id]?.booking;
  if (!booking) return nothingChanged(on, step);
  const reason = reasonTyped(turn.data);
  const answers =
    what === 'attendees'
      ? peopleChosen(sheet, step, booking, turn.data)
      : what === 'without'
        ? withoutDeclined(sheet, step, booking)
        : {};
  const command: Command = {
    type: 'record',
    step: step.id,
    part: what === 'without' ? 'attendees' : what,
    answers,
    ...(reason ? { reason } : {}),
  };
  return perform(on, step, [command], (refusal) => ask(on, step, what, refusal));
}

/** The time that it had, or that of its session. Where that is no longer lawful, the times that are. */
function bookAt(on: OnCase, step: MeetStep, start: string): Promise<readonly Reply[]> {
  const command: Command = { type: 'record', step: step.id, part: 'booking', answers: { start: parseInstant(start) } };
  return perform(on, step, [command], (refusal) => times(on, refusal.words, false));
}
