/** The answer to "Was it so on that day?": yes, on another day, or not yet and then when. */
import type { Command } from '../../src/domain/case/types.ts';
import { type Day, dayOf } from '../../src/domain/time/instant.ts';
import { DAY, dayTyped, expectedFrame, expectedOf, expectedPage, mayTell, type Saying } from '../cards/expected.ts';
import type { Banner } from '../cards/frame.ts';
import { render } from '../cards/render.ts';
import { answer, originOf } from './answering.ts';
import { notPermitted, type OnCase, show } from './on-case.ts';
import type { Reply } from './turn.ts';

export async function tellExpected(on: OnCase): Promise<readonly Reply[]> {
  const { press, sheet, turn, viewer } = on;
  const fact = press.s ?? '';
  const spec = sheet.protocol.facts[fact];
  if (!spec) return show(on, 'case');
  if (!mayTell({ viewer }, spec.by)) return notPermitted(on);
  if (press.p === undefined) return showFact(on, fact);
  const expected = expectedOf(sheet, fact);
  const closed = sheet.status.ended !== undefined || sheet.status.stopped !== undefined;
  // Said already, or another day is expected by now: an old card confirms nothing.
  if (!expected || closed || (press.p === 'yes' && press.x !== expected.day))
    return showFact(on, fact, [{ title: 'Nothing changed. Here is how it stands.', lines: [] }]);
  const today = dayOf(sheet.now);
  if (press.p === 'yes') return expected.day > today ? showFact(on, fact) : record(on, fact, expected.day);
  const saying: Saying = press.p.startsWith('other') ? 'other' : 'later';
  if (!press.p.endsWith('-do')) return ask(on, fact, saying, '');
  const day = dayTyped(turn.data[DAY]);
  if (day === undefined) return ask(on, fact, saying, 'Choose a day.');
  if (saying === 'other' && day > today) return ask(on, fact, saying, 'The date cannot be in the future.');
  if (saying === 'later' && day <= today) return ask(on, fact, saying, 'Choose a day that is still to come.');
  return record(on, fact, day, saying);
}

async function record(on: OnCase, fact: string, at: Day, saying?: Saying): Promise<readonly Reply[]> {
  const { desk, key, person, sheet } = on;
  const command: Command = { type: 'fact', fact, at, answers: {} };
  const performed = await desk.stepwise.perform(person.id, sheet.case.id, [command], key);
  const now = performed.sheet ?? sheet;
  const after: OnCase = { ...on, sheet: now, viewer: await desk.stepwise.viewer(person.id, now) };
  if (performed.ok) return showFact(after, fact);
  const { refusal } = performed;
  const [fault] = Object.values(refusal.faults ?? {});
  if (saying && (fault || refusal.code === 'beyond-calendar')) return ask(after, fact, saying, fault ?? refusal.words);
  return showFact(after, fact, [{ title: refusal.words, lines: [] }]);
}

function ask(on: OnCase, fact: string, saying: Saying, fault: string): readonly Reply[] {
  const { desk, sheet, turn, viewer } = on;
  const typed = dayTyped(turn.data[DAY]) ?? '';
  const page = expectedPage({ sheet, viewer, ink: desk.ink }, fact, saying, typed, fault);
  return answer(on, render('page', page), sheet.case.reference);
}

async function showFact(on: OnCase, fact: string, banner: readonly Banner[] = []): Promise<readonly Reply[]> {
  const { desk, person, sheet, turn, viewer } = on;
  const drawn = expectedFrame({ sheet, viewer, ink: desk.ink, banner }, fact);
  if (!drawn || sheet.status.stopped) return show(on, 'case', banner);
  const origin = originOf(turn);
  if (origin) await desk.stepwise.adopt(person.id, sheet.case.id, `expected.${fact}`, origin);
  return answer(on, render('step', drawn), sheet.case.reference);
}
