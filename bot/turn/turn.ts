/**
 * What happened in Teams and what is answered, without a word of the Bot Framework: the handlers know only this.
 */
import type { AdaptiveCard, ConversationRef } from '../../src/application/ports.ts';
import type { Origin } from '../../src/application/sheet.ts';
import type { PersonId } from '../../src/domain/case/types.ts';

/** Where it happened. What may be shown follows from it: a channel is class C, a chat or a dialog class P (story.md section 0). */
export type Surface = 'chat' | 'channel' | 'dialog';

interface TurnBase {
  /** Entra object id as Teams vouches for it; undefined for guests of other kinds. Never read from a card. */
  readonly person: PersonId | undefined;
  readonly surface: Surface;
  readonly conversationId: string;
  /** Set in a channel, and in a dialog that was opened from one. */
  readonly channelId: string | undefined;
  readonly teamId: string | undefined;
  readonly serviceUrl: string;
  /** How to reach the person and the place again. */
  readonly remember: readonly ConversationRef[];
}

export interface TypedTurn extends TurnBase {
  readonly kind: 'typed';
  /** Without the mention of the bot. */
  readonly text: string;
}

export interface PressTurn extends TurnBase {
  readonly kind: 'press';
  /** Whether the answer goes into the card, into a dialog, or can only follow as a message. */
  readonly answeredIn: 'card' | 'dialog' | 'message';
  /** Message that the card stands on; undefined where Teams does not say. */
  readonly messageId: string | undefined;
  /** The action's data: the signed fields under `v`, and what was typed. Written by a client: proves nothing. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A file that was dropped into the conversation. What is said of it was written by a client. */
export interface DroppedFile {
  readonly name: string;
  /** Where it can be fetched; absent where Teams gives the bot no way to it: in a channel, or a picture within the text. */
  readonly url?: string;
}

export interface FilesTurn extends TurnBase {
  readonly kind: 'files';
  readonly files: readonly DroppedFile[];
  /** What was typed beside them. */
  readonly text: string;
}

/** The app was installed, or somebody opened the chat for the first time. */
export interface ArrivalTurn extends TurnBase {
  readonly kind: 'arrival';
}

/** Anything that Stepwise has no answer to: kept only for the conversation's address. */
export interface OtherTurn extends TurnBase {
  readonly kind: 'other';
  /** Whether Teams waits for an answer. */
  readonly invoke: boolean;
}

export type Turn = TypedTurn | FilesTurn | PressTurn | ArrivalTurn | OtherTurn;

export type Reply =
  | { readonly do: 'send'; readonly card: AdaptiveCard; readonly bell: string }
  /** The answer to the press: takes the card's place for the person who pressed. `edit`: and for everybody, in the message itself. */
  | { readonly do: 'answer'; readonly card: AdaptiveCard; readonly edit: boolean }
  | { readonly do: 'say'; readonly text: string }
  /** Into the person's own chat, from wherever they pressed. */
  | {
      readonly do: 'post';
      readonly person: PersonId;
      readonly card: AdaptiveCard;
      readonly bell: string;
      posted(origin: Origin): Promise<void>;
    }
  | { readonly do: 'dialog'; readonly card: AdaptiveCard; readonly title: string };

/** Answers in order; the first `answer`, `say` or `dialog` is the one that Teams waits for. Never throws for what a person did. */
export type TurnHandler = (turn: Turn) => Promise<readonly Reply[]>;
