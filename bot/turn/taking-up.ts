/** An ended case comes back: under which pathway, then the draft of it, filled in from what is known. */
import { capital } from '../../src/domain/wording.ts';
import { inRows, short } from '../cards/buttons.ts';
import { frame } from '../cards/frame.ts';
import { caseButton, endRows, title } from '../cards/looking.ts';
import { render } from '../cards/render.ts';
import { line } from '../cards/text.ts';
import { answer, plain } from './answering.ts';
import { showDraft } from './drafts.ts';
import { type OnCase, show } from './on-case.ts';
import type { Reply } from './turn.ts';

export async function takeUp(on: OnCase): Promise<readonly Reply[]> {
  const { desk, person, press, sheet } = on;
  if (!sheet.status.ended) return show(on, 'case', [{ title: 'Nothing changed. This case goes on.', lines: [] }]);
  const may = await desk.stepwise.afterwards(person.id, sheet);
  const [only, ...others] = may;
  if (only === undefined) return answer(on, plain(sheet.case.reference, whoMay(on)));
  const chosen = may.find(({ id }) => id === press.x) ?? (others.length === 0 ? only : undefined);
  if (chosen) {
    const draft = await desk.stepwise.drafts.begin(person.id, chosen.id, { case: sheet.case.id, how: 'take-up' });
    return showDraft(on, draft);
  }
  const buttons = may.map(({ id, button }) =>
    desk.ink.button(short(button), { a: 'take-up', c: sheet.case.id, x: id, n: sheet.case.seq }),
  );
  const page = frame({
    title: title({ sheet }, 'take up again'),
    lines: [line('As what? What is known is filled in, and you can change it.')],
    blocks: [{ heading: '', lines: [], long: [], buttons: inRows(buttons) }],
    buttonRows: endRows({ sheet, ink: desk.ink }, [caseButton({ sheet, ink: desk.ink })]),
  });
  return answer(on, render('page', page), sheet.case.reference);
}

function whoMay({ sheet }: OnCase): string {
  const roles = new Set(
    sheet.protocol.afterwards
      .flatMap((id) => sheet.pathways[id]?.opening.by ?? [])
      .map((role) => `${sheet.protocol.council.roles[role]?.name ?? role}s`),
  );
  const names = [...roles].join(' and ');
  return names === ''
    ? 'Nobody can take this up again here. Ask your manager.'
    : `${capital(names)} take it up again. Ask one of them.`;
}
