/** [Immediate risk] and what follows it, and a family that changed its mind. The answer has the numbers, whatever else happens. */
import type { Command } from '../../src/domain/case/types.ts';
import { rows } from '../cards/buttons.ts';
import { drawForPerson } from '../cards/drawing.ts';
import { inputsOf } from '../cards/fields.ts';
import { frame } from '../cards/frame.ts';
import { caseButton, roundOf, title } from '../cards/looking.ts';
import { render } from '../cards/render.ts';
import { safetyPanel, stoppedFrame, withdrawnFrame } from '../cards/safety.ts';
import { line } from '../cards/text.ts';
import { answer, answerOpenly, originOf } from './answering.ts';
import type { OnCase } from './on-case.ts';
import type { Reply } from './turn.ts';

const FACTS: Readonly<Record<string, string>> = {
  stop: 'safeguarding.stopped',
  rung: 'safeguarding.rung',
  mistake: 'safeguarding.mistake',
  taken: 'safeguarding.taken',
  restart: 'safeguarding.restarted',
  end: 'safeguarding.ended',
  'family-left': 'withdrawn',
  'family-again': 'withdrawn.again',
  stay: 'case.ended',
};
const WITH_REASON = ['restart', 'end', 'family-again', 'stay'];

export async function pressOnSafety(on: OnCase): Promise<readonly Reply[]> {
  const { press, turn } = on;
  const asked = press.p === 'do';
  if (press.a === 'family-left' && !asked) return askWhoAndWhen(on, {});
  if (WITH_REASON.includes(press.a) && !asked) return askWhy(on, '');
  const why = typeof turn.data.why === 'string' ? turn.data.why.trim() : '';
  if (WITH_REASON.includes(press.a) && why === '') return askWhy(on, 'Say why.');
  return recordIt(on, why);
}

async function recordIt(on: OnCase, why: string): Promise<readonly Reply[]> {
  const { desk, press, person, sheet, turn, key } = on;
  const command: Command = {
    type: 'fact',
    fact: FACTS[press.a] ?? '',
    answers: press.a === 'stay' ? { how: `stays-with-${sheet.protocol.holder.starts}` } : {},
    personal: {
      ...(why ? { why } : {}),
      ...(press.a === 'family-left' && typeof turn.data.who === 'string' ? { who: turn.data.who } : {}),
    },
  };
  const performed = await desk.stepwise.perform(person.id, sheet.case.id, [command], key);
  const now = performed.sheet ?? sheet;
  const viewer = await desk.stepwise.viewer(person.id, now);
  const banner = performed.ok ? [] : [{ title: performed.refusal.words, lines: [] }];
  if (press.a === 'stop') {
    desk.log.info('immediate-risk', { where: 'case', person: person.id });
    if (turn.surface === 'channel' || !desk.stepwise.maySee(viewer, now)) return answerOpenly(on, numbersCard(on));
  }
  const origin = originOf(turn);
  if (origin) await desk.stepwise.adopt(person.id, now.case.id, 'case', origin);
  const card = drawForPerson(desk.ink, now, 'case', viewer, banner);
  return card ? answer(on, card) : [];
}

/** In a channel: the numbers and what happened, nothing of the family. */
function numbersCard({ desk, sheet }: OnCase) {
  return render('safety', {
    safety: [safetyPanel(sheet.protocol.council)],
    ...frame({
      title: title({ sheet }, 'stopped for safety'),
      lines: [line('The managers are being told now. Nobody will be chased on this case.')],
      buttonRows: rows([desk.ink.button('Open case', { a: 'open', c: sheet.case.id, s: 'case' })]),
    }),
  });
}

async function askWhy(on: OnCase, fault: string): Promise<readonly Reply[]> {
  const { desk, press, sheet, viewer, turn } = on;
  const value = typeof turn.data.why === 'string' ? turn.data.why : '';
  const looking = { sheet, viewer, ink: desk.ink };
  if (press.a === 'restart' || press.a === 'end') {
    const asked = stoppedFrame(looking, { verb: press.a, fault, value });
    if (asked) return answer(on, render('stopped', asked), sheet.case.reference);
  } else {
    const asked = withdrawnFrame(looking, { verb: press.a === 'stay' ? 'stay' : 'family-again', fault, value });
    if (asked) return answer(on, render('step', asked), sheet.case.reference);
  }
  const card = drawForPerson(desk.ink, sheet, 'case', viewer, [
    { title: 'Nothing changed. Here is the case as it is now.', lines: [] },
  ]);
  return card ? answer(on, card, sheet.case.reference) : [];
}

/** X3. Who said so, from the list that the agreement was asked with. */
async function askWhoAndWhen(on: OnCase, faults: Readonly<Record<string, string>>): Promise<readonly Reply[]> {
  const { desk, sheet } = on;
  const page = sheet.protocol.opening.pages.find(({ records }) => 'step' in records);
  const who = Object.values(page?.fields ?? {})
    .filter(({ type }) => type === 'choices')
    .slice(0, 1);
  const fields = inputsOf(
    who.map((field) => ({ ...field, id: 'who', label: 'Who said so', required: false })),
    { council: sheet.protocol.council, now: sheet.now, answers: {}, faults },
  );
  const drawn = frame({
    title: title({ sheet }, 'the family changed its mind'),
    lines: [line('All that rests on the agreement waits until a manager decides.')],
    fields,
    buttonRows: rows([
      desk.ink.button('Record it', { a: 'family-left', c: sheet.case.id, p: 'do', n: roundOf({ sheet }, 'withdrawn') }),
      caseButton({ sheet, ink: desk.ink }),
    ]),
  });
  return answer(on, render('step', drawn), sheet.case.reference);
}
