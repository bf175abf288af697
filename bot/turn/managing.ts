/** A manager pauses a case, lets it go on, or sets its ending aside. */
import type { Command } from '../../src/domain/case/types.ts';
import { factOf, type Managing, managingFrame, untilOf } from '../cards/managing.ts';
import { render } from '../cards/render.ts';
import { managesCase } from '../cards/rights.ts';
import { answer } from './answering.ts';
import { notPermitted, type OnCase, show } from './on-case.ts';
import type { Reply } from './turn.ts';

export async function manage(on: OnCase, verb: Managing): Promise<readonly Reply[]> {
  const { desk, key, person, press, sheet, turn, viewer } = on;
  if (!managesCase(sheet, viewer)) return notPermitted(on);
  if (verb !== 'resume' && press.p !== 'do') return ask(on, verb, {});
  const why = typeof turn.data.why === 'string' ? turn.data.why.trim() : '';
  const until = untilOf(turn.data.until);
  const faults = {
    ...(verb === 'pause' && until === undefined ? { until: 'Choose until when.' } : {}),
    ...(verb !== 'resume' && why === '' ? { why: 'Say why.' } : {}),
  };
  if (verb !== 'resume' && Object.keys(faults).length > 0) return ask(on, verb, faults);
  const command: Command = {
    type: 'fact',
    fact: factOf(verb),
    answers: verb === 'pause' && until !== undefined ? { until } : {},
    ...(why === '' ? {} : { personal: { why } }),
  };
  const performed = await desk.stepwise.perform(person.id, sheet.case.id, [command], key);
  const now = performed.sheet ?? sheet;
  const after: OnCase = { ...on, sheet: now, viewer: await desk.stepwise.viewer(person.id, now) };
  if (performed.ok) return show(after, 'case');
  const { refusal } = performed;
  if (verb !== 'resume' && refusal.faults) return ask(after, verb, refusal.faults);
  return show(after, 'case', [{ title: refusal.words, lines: [] }]);
}

async function ask(
  on: OnCase,
  verb: Exclude<Managing, 'resume'>,
  faults: Readonly<Record<string, string>>,
): Promise<readonly Reply[]> {
  const { desk, sheet, turn, viewer } = on;
  const page = managingFrame({ sheet, viewer, ink: desk.ink }, { verb, typed: turn.data, faults });
  return answer(on, render('page', page), sheet.case.reference);
}
