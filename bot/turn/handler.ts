/** From a turn to its replies: who it is, what was pressed or typed, and to whom it goes. */
import type { Log } from '../../src/application/ports.ts';
import type { Stepwise } from '../../src/application/sheet.ts';
import { createInk, rows } from '../cards/buttons.ts';
import { frame } from '../cards/frame.ts';
import { render } from '../cards/render.ts';
import { safetyPanel } from '../cards/safety.ts';
import { createSigner, ON_DRAFT, pressKey, type Verb } from '../cards/signed.ts';
import { startButton } from '../cards/start.ts';
import { answer, answerOpenly, type Desk, type Pressed, plain } from './answering.ts';
import { pressOnCase } from './cases.ts';
import { pressOnDraft } from './drafts.ts';
import { takeFiles } from './files.ts';
import { ON_MAIL, pressOnMail } from './mails.ts';
import { answerTyped, answerWish, welcome } from './said.ts';
import { ownCouncil } from './starting.ts';
import type { PressTurn, Reply, TurnHandler } from './turn.ts';
import type { Wish } from './typed.ts';

export interface HandlerParts {
  readonly stepwise: Stepwise;
  readonly signingKey: Uint8Array | string;
  readonly log: Log;
}

const WISHES: Partial<Record<Verb, Wish>> = {
  start: { want: 'start' },
  mine: { want: 'mine' },
  due: { want: 'due' },
  help: { want: 'help' },
};

export function createTurnHandler({ stepwise, signingKey, log }: HandlerParts): TurnHandler {
  const signer = createSigner(signingKey);
  const desk: Desk = { stepwise, ink: createInk(signer), log };

  return async (turn) => {
    for (const place of turn.remember) await stepwise.remember(place);
    if (turn.kind === 'arrival') return welcome(desk, turn);
    if (turn.kind === 'other') return [];
    const person = turn.person ? await stepwise.person(turn.person) : undefined;
    if (!person) {
      log.warn('person-unknown', { kind: turn.kind });
      return stranger(turn.kind === 'press' ? turn : undefined);
    }
    if (turn.kind === 'files') return takeFiles(desk, turn, person);
    return turn.kind === 'typed' ? answerTyped(desk, turn, person) : onPress(turn, person);
  };

  async function onPress(turn: PressTurn, person: Pressed['person']): Promise<readonly Reply[]> {
    const press = signer.verify(turn.data.v);
    if (!press) {
      log.warn('card-refused', { why: 'signature' });
      return answerOpenly(
        { turn, person },
        plain(
          'This card cannot be used',
          'It did not come from me as it is now, so nothing was changed. Type "my cases" for a fresh one.',
        ),
      );
    }
    const pressed: Pressed = { desk, turn, person, press, key: pressKey(String(turn.data.v), person.id) };
    const wish = WISHES[press.a];
    if (wish) return asAnswer(pressed, await answerWish(desk, turn, person, wish, ''));
    if (press.a === 'risk' && !press.d) return answerOpenly(pressed, await numbers(pressed));
    if (ON_MAIL.includes(press.a) && press.c === undefined) return pressOnMail(pressed);
    return press.d || (ON_DRAFT as readonly Verb[]).includes(press.a) ? pressOnDraft(pressed) : pressOnCase(pressed);
  }

  /** What would be a new message to somebody who typed takes the card's place for somebody who pressed. */
  function asAnswer(pressed: Pressed, replies: readonly Reply[]): readonly Reply[] {
    return replies.flatMap((reply) => (reply.do === 'send' ? answer(pressed, reply.card, 'Stepwise') : [reply]));
  }

  /** On a start card nothing is stopped yet: only that it was pressed, and by whom, is noted. */
  async function numbers({ person, press }: Pressed) {
    log.info('immediate-risk', { where: press.m ? 'mail' : 'start', person: person.id });
    const council = await ownCouncil(desk, person.id);
    const may = await stepwise.startable(person.id);
    const start = may.length > 0 ? [desk.ink.button(startButton(may), { a: 'start' })] : [];
    const back = press.m ? [desk.ink.button('Open the mail', { a: 'mail', m: press.m })] : start;
    return render('safety', {
      safety: [safetyPanel(council)],
      ...frame({ title: 'Ring first', buttonRows: rows(back) }),
    });
  }

  function stranger(turn: PressTurn | undefined): readonly Reply[] {
    const card = plain(
      'I do not know you yet',
      'Your account is not in a group that Stepwise serves. Ask your manager to have you added. If a child is in danger, ring 999.',
    );
    return turn
      ? answerOpenly({ turn, person: { id: turn.person ?? '', name: '', mail: '' } }, card)
      : [{ do: 'send', card, bell: 'Stepwise has answered' }];
  }
}
