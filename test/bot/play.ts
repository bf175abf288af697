/** The bot in a real world, without Teams: people type and press, and see what the handler answers. Each card seen is checked. */

import { createDrawing } from '../../bot/cards/drawing.ts';
import { createTurnHandler } from '../../bot/turn/handler.ts';
import type { PressTurn, Reply, Surface, TurnHandler } from '../../bot/turn/turn.ts';
import type { Log } from '../../src/application/ports.ts';
import { type Options, openWorld, type TestWorld } from '../application/world.ts';
import { buttonsOf, faultsOf, inputsOf } from './check-card.ts';

type Json = Readonly<Record<string, unknown>>;
const KEY = 'a key of the tests';

export interface Answered {
  readonly replies: readonly Reply[];
  /** The first card that the person sees. */
  readonly card: Json;
  readonly said: string;
}

export interface Play {
  readonly at: TestWorld;
  readonly handler: TurnHandler;
  readonly logged: readonly string[];
  type(who: string, text: string, surface?: Surface): Promise<Answered>;
  /** Presses the button with that text, with what was typed; what a card has filled in already is sent too, as a client does. */
  press(
    who: string,
    card: Json,
    button: string,
    inputs?: Readonly<Record<string, string>>,
    surface?: Surface,
  ): Promise<Answered>;
  /** The latest card posted or edited that stands before a person or in a channel and has this button. */
  cardOf(to: string, button?: string): Json;
  close(): Promise<void>;
}

export async function openPlay(options: Options = {}): Promise<Play> {
  const at = await openWorld({ ...options, drawing: createDrawing({ signingKey: KEY }) });
  const logged: string[] = [];
  const log: Log = {
    info: (event, details) => logged.push(JSON.stringify({ event, ...details })),
    warn: (event, details) => logged.push(JSON.stringify({ event, ...details })),
    error: (event, details) => logged.push(JSON.stringify({ event, ...details })),
  };
  const handler: TurnHandler = (turn) => createTurnHandler({ stepwise: at.stepwise, signingKey: KEY, log })(turn);
  let messages = 0;

  function base(who: string, surface: Surface) {
    const channel = surface === 'chat' ? undefined : '19:fd-step-down@thread.tacv2';
    return {
      person: who === 'nobody' ? undefined : who.includes('-') ? who : at.id(who),
      surface,
      conversationId: surface === 'chat' ? `a:${who}` : `${channel};messageid=1`,
      channelId: channel,
      teamId: undefined,
      serviceUrl: 'http://127.0.0.1/',
      remember: [],
    };
  }
  async function seen(replies: readonly Reply[]): Promise<Answered> {
    for (const reply of replies) {
      if (!('card' in reply)) continue;
      const faults = faultsOf(reply.card);
      if (faults.length > 0) throw new Error(`${faults.join('\n')}\n${JSON.stringify(reply.card, null, 1)}`);
      if (reply.do === 'post') {
        messages += 1;
        await reply.posted({
          conversationId: `a:${reply.person}`,
          activityId: `own-${messages}`,
          serviceUrl: 'http://127.0.0.1/',
        });
      }
    }
    const withCard = replies.filter((reply) => 'card' in reply);
    return {
      replies,
      card: withCard[0]?.card ?? {},
      said: replies.flatMap((reply) => (reply.do === 'say' ? [reply.text] : [])).join(' '),
    };
  }

  return {
    at,
    handler,
    logged,
    type: async (who, text, surface = 'chat') => seen(await handler({ ...base(who, surface), kind: 'typed', text })),
    async press(who, card, button, inputs = {}, surface = 'chat') {
      const pressed = buttonsOf(card).find(({ title }) => title === button);
      if (!pressed)
        throw new Error(
          `No button "${button}" among: ${buttonsOf(card)
            .map(({ title }) => title)
            .join(', ')}`,
        );
      const filled = Object.fromEntries(
        inputsOf(card).flatMap(({ id, value }) => (typeof value === 'string' ? [[String(id), value]] : [])),
      );
      const unknown = Object.keys(inputs).filter((id) => !inputsOf(card).some((input) => input.id === id));
      if (unknown.length > 0)
        throw new Error(
          `No input ${unknown.join(', ')} among: ${inputsOf(card)
            .map(({ id }) => id)
            .join(', ')}`,
        );
      messages += 1;
      const turn: PressTurn = {
        ...base(who, surface),
        kind: 'press',
        answeredIn: surface === 'dialog' ? 'dialog' : 'card',
        messageId: `pressed-${messages}`,
        data: { ...filled, ...inputs, ...(pressed.data as Json) },
      };
      const answered = await seen(await handler(turn));
      await at.settle();
      return answered;
    },
    cardOf(to, button) {
      const person = at.sandbox.context.tenant.people.find(({ name }) => name.startsWith(`${to} `))?.id ?? to;
      const all = at.chat.sent.filter((sent) => sent.to === person);
      const current = [...new Map(all.map((sent) => [sent.activityId, sent])).values()].reverse();
      const found = current.find(
        ({ card }) => button === undefined || buttonsOf(card).some(({ title }) => title === button),
      );
      if (!found) throw new Error(`No card${button ? ` with "${button}"` : ''} stands before ${to}.`);
      return found.card;
    },
    close: () => at.close(),
  };
}
