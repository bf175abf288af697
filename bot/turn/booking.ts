/** Times to choose from, and booking one: together with the offer that the booking carries out. */
import type { Answers, Command } from '../../src/domain/case/types.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { weekdayOf } from '../../src/domain/time/day-number.ts';
import { type Day, dayOf, type Instant, instantAt, parseInstant } from '../../src/domain/time/instant.ts';
import { offerOf, REASON, reasonTyped } from '../cards/asking.ts';
import { OTHER_WEEKDAY, type Search, timesFrame } from '../cards/choose-time.ts';
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
  const search: Search = press.x === 'more' || press.x === 'past' ? press.x : 'first';
  const offered = await desk.stepwise.timesFor(sheet, step.id, search !== 'first');
  const page = { sheet, ink: desk.ink, step, offered, search, typed: on.turn.data, fault, asksReason };
  return answer(on, render('page', timesFrame(page)), sheet.case.reference);
}

export async function book(on: OnCase): Promise<readonly Reply[]> {
  const { press, sheet, turn, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (step?.kind !== 'meet') return show(on, 'case');
  const start = startOf(turn.data);
  if (!start) return times(on, 'Choose a time.', false);
  const reason = reasonTyped(turn.data);
  const offer = offerOf(sheet, step);
  const commands: Command[] = [
    ...(offer && mayAct(sheet, offer, viewer) ? [{ type: 'record', step: offer.id, answers: {} } as const] : []),
    {
      type: 'record',
      step: step.id,
      part: 'booking',
      answers: { start, ...otherWeekday(step, start, turn.data) },
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
  const typed = data[OTHER_WEEKDAY];
  const why = typeof typed === 'string' ? typed.trim() : '';
  const other = preferWeekday !== undefined && weekdayOf(dayOf(start)) !== preferWeekday;
  return other && why !== '' ? { 'weekday-reason': why } : {};
}

function startOf(data: Readonly<Record<string, unknown>>): Instant | undefined {
  const { start, 'start.date': date, 'start.time': time } = data;
  try {
    if (typeof date === 'string' && typeof time === 'string' && date !== '' && time !== '')
      return instantAt(date as Day, time.slice(0, 5));
    return typeof start === 'string' && start !== '' ? parseInstant(start) : undefined;
  } catch {
    // Written by a client: what is no time is no choice.
    return undefined;
  }
}
