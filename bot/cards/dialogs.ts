/**
 * One card, two ways to open it. A drawn card always sends what is opened to the person's own chat, which every client can do;
 * where the client has dialogs the same button opens one. A dialog itself knows only Action.Submit.
 */
import type { AdaptiveCard } from '../../src/application/ports.ts';

type Json = Readonly<Record<string, unknown>>;

/** Verb of the buttons that open something personal of a case. */
export const OPEN = 'open';
/** And of mails: one, or those that wait. */
const OPENING: readonly unknown[] = [OPEN, 'mail', 'mails'];

/** The card with its opening buttons turned into dialog openers. */
export function openInDialogs(card: AdaptiveCard): AdaptiveCard {
  return mapActions(card, (action) => {
    if (action.type !== 'Action.Execute' || !OPENING.includes(action.verb)) return action;
    return { ...submit(action), data: { ...(action.data as Json), msteams: { type: 'task/fetch' } } };
  });
}

/** The card with every Action.Execute as the Action.Submit that a dialog understands. */
export function forDialog(card: AdaptiveCard): AdaptiveCard {
  return mapActions(card, (action) => (action.type === 'Action.Execute' ? submit(action) : action));
}

function submit(action: Json): Json {
  const { verb: _verb, fallback: _fallback, ...rest } = action;
  return { ...rest, type: 'Action.Submit' };
}

function mapActions(card: AdaptiveCard, change: (action: Json) => Json): AdaptiveCard {
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (node === null || typeof node !== 'object') return node;
    const entries = Object.entries(node as Json).map(([key, value]) => {
      if (key === 'actions' && Array.isArray(value)) return [key, value.map((action) => change(action as Json))];
      return [key, walk(value)];
    });
    return Object.fromEntries(entries);
  };
  return walk(card) as AdaptiveCard;
}
