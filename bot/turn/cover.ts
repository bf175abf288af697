/** Who stands in for somebody who is away or asked for help (story X1): by hand, or from the card of an absence. */
import type { RoleId } from '../../src/domain/protocol/types.ts';
import { type Day, writeDay } from '../../src/domain/time/instant.ts';
import { press as pressOf, roundOf } from '../cards/looking.ts';
import { handOverFrame } from '../cards/notices.ts';
import { render } from '../cards/render.ts';
import { owingRole } from '../cards/words.ts';
import { answer, plain } from './answering.ts';
import { type OnCase, show } from './on-case.ts';
import type { Reply } from './turn.ts';

export async function cover(on: OnCase): Promise<readonly Reply[]> {
  const { desk, press, sheet, turn } = on;
  if (press.p === 'do') {
    const [person = '', until = '', ...cases] = (press.x ?? '').split('|');
    const answers = {
      person,
      cover: typeof turn.data.cover === 'string' ? turn.data.cover : '',
      until: until || (typeof turn.data.until === 'string' ? turn.data.until : ''),
    };
    for (const id of cases.length > 0 ? cases : [sheet.case.id]) {
      const performed = await desk.stepwise.perform(
        on.person.id,
        id,
        [{ type: 'fact', fact: 'cover.set', answers }],
        on.key,
      );
      if (!performed.ok) {
        const { refusal } = performed;
        if (refusal.code === 'faults' && press.s) return handOver(on, refusal.faults ?? {}, answers.until);
        // The card stays: it has the colleagues to choose from.
        return [{ do: 'say', text: refusal.faults ? Object.values(refusal.faults).join(' ') : refusal.words }];
      }
    }
    const name = (await desk.stepwise.person(answers.cover))?.name ?? 'Your colleague';
    return answer(
      on,
      plain(
        'Done: handed over',
        `${name} covers until ${/^\d{4}-\d{2}-\d{2}$/.test(answers.until) ? writeDay(answers.until as Day) : 'then'}.`,
      ),
    );
  }
  return handOver(on, {}, '');
}

async function handOver(
  on: OnCase,
  faults: Readonly<Record<string, string>>,
  until: string,
): Promise<readonly Reply[]> {
  const { desk, press, sheet } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  const away = (press.x ?? '').split('|')[0] ?? '';
  const role = step && (roleOf(sheet, away) ?? owingRole(sheet, step));
  const owners = role ? (sheet.holders[role] ?? []) : [];
  const owner = owners.find(({ id }) => id === away) ?? owners[0];
  if (!step || !role || !owner) return show(on, 'case');
  const candidates = (await desk.stepwise.candidates(sheet, role))
    .map(({ person }) => person)
    .filter(({ id }) => id !== owner.id);
  const hand = { ...pressOf({ sheet }, step, 'cover'), p: 'do', x: owner.id, n: roundOf({ sheet }, 'cover') };
  return answer(
    on,
    render('page', handOverFrame(sheet, owner, candidates, hand, desk.ink, faults, until)),
    sheet.case.reference,
  );
}

/** As what somebody who is in a meeting's way comes: cover is of the same role. */
function roleOf({ holders }: OnCase['sheet'], person: string): RoleId | undefined {
  return Object.keys(holders).find((role) => holders[role]?.some(({ id }) => id === person));
}

export async function coverLeft(on: OnCase): Promise<readonly Reply[]> {
  const { desk, press } = on;
  const [person = '', ...cases] = (press.x ?? '').split('|');
  for (const id of cases) {
    const performed = await desk.stepwise.perform(
      on.person.id,
      id,
      [{ type: 'fact', fact: 'cover.left', answers: { person } }],
      on.key,
    );
    if (!performed.ok) return answer(on, plain('Nothing changed', performed.refusal.words));
  }
  return answer(on, plain('Done: left as it is', 'Nobody covers. The dates stay as they are.'));
}
