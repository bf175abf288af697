/** Times to choose from, and booking one: together with the offer that the booking carries out. */
import { limitPassed } from '../../src/domain/case/held-back.ts';
import { readCase } from '../../src/domain/case/reading.ts';
import type { Answers, Command } from '../../src/domain/case/types.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { weekdayOf } from '../../src/domain/time/day-number.ts';
import { dayOf, type Instant } from '../../src/domain/time/instant.ts';
import { offerOf, REASON, reasonTyped } from '../cards/asking.ts';
import { OTHER_WEEKDAY, roomTyped, searchAsked, startTyped, timesFrame, WHY_MOVED } from '../cards/choose-time.ts';
import { render } from '../cards/render.ts';
import { mayAct, mayBook } from '../cards/rights.ts';
import { answer } from './answering.ts';
import { nothingChanged, notPermitted, type OnCase, perform, show } from './on-case.ts';
import type { Reply } from './turn.ts';

export async function times(on: OnCase, fault: string, asksReason: boolean): Promise<readonly Reply[]> {
  const { desk, press, sheet, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (step?.kind !== 'meet') return show(on, 'case');
  if (sheet.status.steps[step.id]?.state !== 'open' || sheet.status.stopped || sheet.status.ended)
    return nothingChanged(on, step);
  if (!mayBook(sheet, step, viewer)) return notPermitted(on);
  const search = searchAsked(press.x);
  const offered = await desk.stepwise.timesFor(sheet, step.id, search !== 'first');
  const page = { sheet, viewer, ink: desk.ink, step, offered, search, typed: on.turn.data, fault, asksReason };
  return answer(on, render('page', timesFrame(page)), sheet.case.reference);
}

export async function book(on: OnCase): Promise<readonly Reply[]> {
  const { press, sheet, turn, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (step?.kind !== 'meet') return show(on, 'case');
  const start = startTyped(turn.data);
  if (!start) return times(on, 'Choose a time.', false);
  const reason = reasonTyped(turn.data);
  // Where the protocol itself asks for no reason past its limit, whoever goes past it says why all the same (story A13).
  const past = passesLimit(on, step, start);
  if (past && !reason) return times(on, '', true);
  const room = roomTyped(turn.data);
  const { booking } = sheet.status.steps[step.id] ?? {};
  const whyMoved = wordsTyped(turn.data, WHY_MOVED);
  const offer = offerOf(sheet, step);
  const commands: Command[] = [
    ...(offer && mayAct(sheet, offer, viewer) ? [{ type: 'record', step: offer.id, answers: {} } as const] : []),
    {
      type: 'record',
      step: step.id,
      part: 'booking',
      answers: {
        start,
        ...(room ? { room } : {}),
        ...otherWeekday(step, start, turn.data),
        ...(booking && whyMoved !== '' ? { 'moved-reason': whyMoved } : {}),
        ...(past && reason ? { late: true, 'late-reason': reason } : {}),
      },
      ...(reason ? { reason } : {}),
    },
  ];
  return perform(on, step, commands, (refusal) =>
    times(
      on,
      refusal.code === 'late-reason-needed' ? '' : (Object.values(refusal.faults ?? {})[0] ?? refusal.words),
      refusal.code === 'late-reason-needed' || REASON in turn.data,
    ),
  );
}

function otherWeekday({ preferWeekday }: MeetStep, start: Instant, data: Readonly<Record<string, unknown>>): Answers {
  const why = wordsTyped(data, OTHER_WEEKDAY);
  const other = preferWeekday !== undefined && weekdayOf(dayOf(start)) !== preferWeekday;
  return other && why !== '' ? { 'weekday-reason': why } : {};
}

function wordsTyped(data: Readonly<Record<string, unknown>>, field: string): string {
  const typed = data[field];
  return typeof typed === 'string' ? typed.trim() : '';
}

function passesLimit({ sheet }: OnCase, step: MeetStep, start: Instant): boolean {
  const { protocol, case: theCase, calendar, now } = sheet;
  return limitPassed(readCase(protocol, theCase), step, start, calendar, now) !== undefined;
}
