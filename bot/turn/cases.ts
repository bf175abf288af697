/** A press on a case: may this person, and which of the things that can be pressed is it. */
import { writeInstant } from '../../src/domain/time/instant.ts';
import { rows } from '../cards/buttons.ts';
import { caseButton, press as pressOf, type Turned } from '../cards/looking.ts';
import { plainFrame } from '../cards/notices.ts';
import { possibleFrame } from '../cards/possible.ts';
import { render } from '../cards/render.ts';
import type { Verb } from '../cards/signed.ts';
import { noteText, wholeText } from '../cards/whole-text.ts';
import { answer, openFor, type Pressed, plain } from './answering.ts';
import { arrange } from './arranging.ts';
import { choose, record } from './asking.ts';
import { book, times } from './booking.ts';
import { cover, coverLeft } from './cover.ts';
import { tellExpected } from './expected.ts';
import { mailsOfCase, notThisCase } from './mails.ts';
import { manage } from './managing.ts';
import { notPermitted, type OnCase, show } from './on-case.ts';
import { next, open } from './opening.ts';
import { pressOnSafety } from './safety.ts';
import { takeUp } from './taking-up.ts';
import type { Reply } from './turn.ts';

const SAFETY = ['stop', 'rung', 'mistake', 'taken', 'restart', 'end', 'family-left', 'family-again', 'stay'];

/**
 * The card that asks a manager for cover, about all that an absent owner has to do: it opens no case, so nobody needs a part in one.
 * Whether the person is a manager is asked when it is recorded.
 */
function answersAbsence({ a, p, s, x }: Pressed['press']): boolean {
  return a === 'cover-left' || (a === 'cover' && p === 'do' && s === undefined && x?.includes('|') === true);
}

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
  if (answersAbsence(press)) return press.a === 'cover' ? cover(on) : coverLeft(on);
  if (!opened.mayOpen) return notPermitted(on);
  if (SAFETY.includes(press.a)) return pressOnSafety(on);
  return HANDLERS[press.a]?.(on) ?? show(on, 'case');
}

type Replies = readonly Reply[] | Promise<readonly Reply[]>;

const HANDLERS: Partial<Record<Verb, (on: OnCase) => Replies>> = {
  open,
  case: (on) => show(on, 'case'),
  step: (on) => show(on, on.press.s ?? 'case', [], turnedBy(on.press)),
  choose,
  do: record,
  times: (on) => times(on, '', false),
  book,
  arrange,
  text: whole,
  note,
  seen,
  next,
  possible,
  expected: tellExpected,
  pause: (on) => manage(on, 'pause'),
  resume: (on) => manage(on, 'resume'),
  reopen: (on) => manage(on, 'reopen'),
  'take-up': takeUp,
  cover,
  'mail-of': mailsOfCase,
  'mail-text': mailsOfCase,
  'mail-back': notThisCase,
};

function turnedBy({ x }: Pressed['press']): Turned | undefined {
  return x === 'held' || x === 'stand-in' ? x : undefined;
}

function whole(on: OnCase): Replies {
  const { desk, sheet, press } = on;
  const text = wholeText(sheet, press.x ?? '');
  return text
    ? answer(on, render('step', { ...text, buttonRows: rows([caseButton({ sheet, ink: desk.ink })]) }))
    : show(on, 'case');
}

function note(on: OnCase): Replies {
  const frame = plainFrame(`${on.sheet.case.reference}: note to copy`, [], [backTo(on)]);
  return answer(on, render('note', { ...frame, note: noteText(on.sheet) }));
}

function seen(on: OnCase): Replies {
  const { desk, sheet } = on;
  const read = `Read ${writeInstant(sheet.now)}.`;
  const frame = plainFrame(`${sheet.case.reference}: read`, [read], [caseButton({ sheet, ink: desk.ink })]);
  return answer(on, render('plain', frame));
}

function possible(on: OnCase): readonly Reply[] {
  const { desk, sheet, viewer } = on;
  return answer(on, render('page', possibleFrame({ sheet, viewer, ink: desk.ink })), sheet.case.reference);
}

function backTo({ desk, sheet, press }: OnCase) {
  const step = press.s ? sheet.protocol.steps[press.s] : undefined;
  return step ? desk.ink.button('Back', pressOf({ sheet }, step, 'step')) : caseButton({ sheet, ink: desk.ink });
}
