/** What handlers share: whom they serve, with what, and how a card becomes the answer to whatever was done. */
import type { AdaptiveCard, Log, Person } from '../../src/application/ports.ts';
import type { CaseSheet, Origin, Stepwise, Viewer } from '../../src/application/sheet.ts';
import type { Ink } from '../cards/buttons.ts';
import { plainFrame } from '../cards/notices.ts';
import { bell, openReference, protocolWords } from '../cards/privacy.ts';
import { render } from '../cards/render.ts';
import type { Press } from '../cards/signed.ts';
import type { PressTurn, Reply, Turn } from './turn.ts';

export interface Desk {
  readonly stepwise: Stepwise;
  readonly ink: Ink;
  readonly log: Log;
}

export interface Pressed {
  readonly desk: Desk;
  readonly turn: PressTurn;
  readonly person: Person;
  readonly press: Press;
  /** The same for the same signed fields and person, whatever id Teams gives the press. */
  readonly key: string;
}

const PREVIEW = 'Stepwise has answered';

/**
 * In the card that was pressed, or in the dialog. A press in a channel is answered in the person's own chat: what is not made for a
 * channel never goes into one, not even for one pair of eyes.
 */
export function answer(
  { turn, person }: Pick<Pressed, 'turn' | 'person'>,
  card: AdaptiveCard,
  title = 'Stepwise',
  posted?: (origin: Origin) => Promise<void>,
): Reply[] {
  if (turn.surface === 'dialog') return [{ do: 'dialog', card, title }];
  if (turn.surface === 'chat') return [{ do: 'answer', card, edit: true }];
  return [{ do: 'say', text: 'Sent to your own chat.' }, post(person.id, card, PREVIEW, posted)];
}

/** Of class C: into the answer to the press, for that person only, wherever it was. The post stays as it is. */
export function answerOpenly(pressed: Pick<Pressed, 'turn' | 'person'>, card: AdaptiveCard): Reply[] {
  const { turn } = pressed;
  return turn.surface === 'channel' && turn.answeredIn === 'card'
    ? [{ do: 'answer', card, edit: false }]
    : answer(pressed, card);
}

export function post(
  person: string,
  card: AdaptiveCard,
  preview: string,
  posted: (origin: Origin) => Promise<void> = async () => {},
): Reply {
  return { do: 'post', person, card, bell: preview, posted };
}

/** A typed message's answer; in a channel nothing personal is said. */
export function say(card: AdaptiveCard): Reply {
  return { do: 'send', card, bell: PREVIEW };
}

export function plain(title: string, ...texts: readonly string[]): AdaptiveCard {
  return render('plain', plainFrame(title, texts));
}

export function originOf(turn: Turn): Origin | undefined {
  if (turn.kind !== 'press' || turn.surface !== 'chat' || !turn.messageId) return undefined;
  return { conversationId: turn.conversationId, activityId: turn.messageId, serviceUrl: turn.serviceUrl };
}

export interface Opened {
  readonly sheet: CaseSheet;
  readonly viewer: Viewer;
  readonly mayOpen: boolean;
}

export async function openFor({ stepwise }: Desk, person: string, caseId: string): Promise<Opened | undefined> {
  const sheet = await stepwise.sheet(caseId);
  if (!sheet) return undefined;
  const viewer = await stepwise.viewer(person, sheet);
  return { sheet, viewer, mayOpen: stepwise.maySee(viewer, sheet) };
}

export function previewOf(sheet: CaseSheet): string {
  return bell(protocolWords(`${openReference(sheet)}: opened`));
}

export const NOT_YOURS =
  'You have no part in this case, so I cannot open it for you. Ask your manager if you should have.';
