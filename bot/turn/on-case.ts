/** A press on one case: what every handler of such presses shares. The card as it stands is always the answer, whatever was asked. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import type { Command, Refusal } from '../../src/domain/case/types.ts';
import type { Step } from '../../src/domain/protocol/types.ts';
import {
  type Day,
  dayOf,
  type Instant,
  isDay,
  parseInstant,
  timeOf,
  writeDay,
  writeInstant,
} from '../../src/domain/time/instant.ts';
import { drawForChannel, drawForPerson } from '../cards/drawing.ts';
import type { Banner } from '../cards/frame.ts';
import type { Turned } from '../cards/looking.ts';
import { arrangedWords } from '../cards/meeting-words.ts';
import { openSheet, protocolWords } from '../cards/privacy.ts';
import { askWhom } from '../cards/rights.ts';
import { doneWords, whoDid } from '../cards/words.ts';
import { answer, answerOpenly, NOT_YOURS, originOf, type Pressed, plain } from './answering.ts';
import type { Reply } from './turn.ts';

export interface OnCase extends Pressed {
  readonly sheet: CaseSheet;
  readonly viewer: Viewer;
}

/** Only into the answer to the press: the post in the channel stays as it is for everybody else (story A9). */
export function notPermitted(on: OnCase): readonly Reply[] {
  const { desk, press, sheet, turn } = on;
  const step = press.s ? sheet.protocol.steps[press.s] : undefined;
  const words = step ? askWhom(sheet, step) : NOT_YOURS;
  const post =
    step && turn.surface === 'channel'
      ? drawForChannel(desk.ink, sheet, step.id, [{ title: protocolWords(words), lines: [] }])
      : undefined;
  return answerOpenly(on, post ?? plain(sheet.case.reference, words));
}

/** The card of a step as it stands now, or of the case where the step has nothing to show. */
export async function show(
  on: OnCase,
  stepId: string,
  banner: readonly Banner[] = [],
  turned?: Turned,
): Promise<readonly Reply[]> {
  const { desk, sheet, viewer, person, turn } = on;
  const step = drawForPerson(desk.ink, sheet, stepId, viewer, banner, turned);
  const shown = step ? stepId : 'case';
  const card = step ?? drawForPerson(desk.ink, sheet, 'case', viewer, banner);
  if (!card) throw new Error('A case always has a card.');
  const origin = originOf(turn);
  // The message now bears this card: from here on it is edited in place like any that was posted.
  if (origin) await desk.stepwise.adopt(person.id, sheet.case.id, shown, origin);
  return answer(on, card, sheet.case.reference);
}

/**
 * @param again what is shown where something typed has to be put right
 * @param then what is shown when it is recorded; the step's card where absent
 */
export async function perform(
  on: OnCase,
  step: Step,
  commands: readonly Command[],
  again: (refusal: Refusal) => Promise<readonly Reply[]>,
  then: (now: OnCase) => Promise<readonly Reply[]> = (now) => show(now, step.id),
): Promise<readonly Reply[]> {
  const { desk, person, sheet, key } = on;
  const performed = await desk.stepwise.perform(person.id, sheet.case.id, commands, key);
  if (performed.ok) {
    const after: OnCase = {
      ...on,
      sheet: performed.sheet,
      viewer: await desk.stepwise.viewer(person.id, performed.sheet),
    };
    return performed.sheet.case.pathway === sheet.case.pathway ? then(after) : show(after, 'case', [goesOn(after)]);
  }
  const { refusal } = performed;
  const now: OnCase = performed.sheet ? { ...on, sheet: performed.sheet } : on;
  switch (refusal.code) {
    case 'faults':
    case 'late-reason-needed':
      return again(refusal);
    case 'gate':
      // A gate that a written reason passes asks for it; any other says what comes first.
      return refusal.faults?.reason ? again(refusal) : show(now, step.id, [{ title: refusal.words, lines: [] }]);
    case 'already-done':
      return show(now, step.id, [already(now.sheet, step, refusal)]);
    case 'not-open':
    case 'ended':
    case 'stopped':
      return nothingChanged(now, step, refusal.words);
    case 'not-permitted':
      return show(now, 'case', [{ title: refusal.words, lines: [] }]);
    default:
      // "Not yet: … comes first": with the step itself, so that the way forward is in sight.
      return show(now, step.id, [{ title: refusal.words, lines: [] }]);
  }
}

/** The step was the last of its pathway: the answer is the case on its new one. */
function goesOn({ sheet }: OnCase): Banner {
  return { title: `${sheet.case.reference} goes on as: ${sheet.protocol.title}.`, lines: [] };
}

/** "Already approved by {manager}, 11:20. Your press changed nothing." (story 3.5) */
function already(sheet: CaseSheet, step: Step, { first }: Refusal): Banner {
  if (!first) return { title: 'Already done. Your press changed nothing.', lines: [] };
  const open = openSheet(sheet);
  const words = (arrangedWords(open, step, first) ?? doneWords(open, step, first)).replace(/\.$/, '');
  const verb = step.kind === 'decide' || step.kind === 'resolve' ? 'decided' : 'done';
  return {
    title: `Already ${verb} by ${whoDid(open, first.by)}, ${when(first.recordedAt, sheet.now)}. Your press changed nothing.`,
    lines: [{ inlines: [{ type: 'TextRun', text: `${words}.` }] }],
  };
}

/** A card of a pathway that the case is no longer on. */
export function leftBehind(on: OnCase): Promise<readonly Reply[]> {
  return show(on, 'case', [{ title: 'Nothing changed. Here is the case as it is now.', lines: [] }]);
}

/** X4: an old card says what happened since, and becomes the present one. */
export function nothingChanged(on: OnCase, step: Step, words = ''): Promise<readonly Reply[]> {
  const { sheet, press } = on;
  const open = openSheet(sheet);
  const from = press.i
    ? `This card is from ${press.i.length === 10 ? writeDay(press.i as Day) : writeDay(dayOf(parseInstant(press.i)))}.`
    : '';
  const view = sheet.status.steps[step.id];
  // Of a meeting that is still to come what became of its time; of anything else that it was done, or what was done last.
  const own =
    step.kind === 'meet' && view?.state === 'open'
      ? sheet.case.facts.findLast(({ fact }) => fact.startsWith(`${step.id}.`))
      : undefined;
  const fact = view?.doneBy ?? own ?? sheet.case.facts.at(-1);
  const about = fact ? sheet.protocol.steps[fact.fact.split('.')[0] ?? ''] : undefined;
  const since =
    fact && about
      ? `Since then: ${arrangedWords(open, about, fact) ?? doneWords(open, about, fact)} ${whoDid(open, fact.by)}, ${when(fact.recordedAt, sheet.now)}.`
      : '';
  const texts = [from, since || words].filter((text) => text !== '').join(' ');
  return show(on, step.id, [
    { title: 'Nothing changed.', lines: texts ? [{ inlines: [{ type: 'TextRun', text: texts }] }] : [] },
  ]);
}

function when(at: Instant | Day, now: Instant): string {
  if (isDay(at)) return writeDay(at);
  return dayOf(at) === dayOf(now) ? timeOf(at) : writeInstant(at);
}
