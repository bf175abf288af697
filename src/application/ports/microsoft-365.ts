/** What is asked of Microsoft 365: mail, diaries, meetings, and to be told of what changes there. */
import type { BusyTime, WorkingHours } from '../../domain/slots/diary.ts';
import type { Instant } from '../../domain/time/instant.ts';

export interface Mail {
  /** Becomes the Message-ID, by which a draft or a sent copy is found again. */
  readonly key: string;
  /** Address of the mailbox it goes out from. */
  readonly from: string;
  readonly to: readonly string[];
  readonly copy: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Smaller than 3 MB in one call, larger ones by an upload session; 150 MB at most. */
  readonly attachments: readonly { readonly name: string; readonly contentType: string; readonly bytes: Uint8Array }[];
  /** Graph's id of the message in `from` that it answers: the draft is made by createReply, so that the answer stands in its conversation. */
  readonly answers?: string;
}

/** What is known of a mail that has been handed over: by it answers, bounces and its own copy are known again. */
export interface Sent {
  /** Graph's immutable id. */
  readonly messageId: string;
  /** Without angle brackets. */
  readonly internetMessageId: string;
  /** Empty where Microsoft 365 did not say. */
  readonly conversationId: string;
}

export interface Mailboxes {
  /**
   * Sends once, whatever happens in between: finds the draft or the sent copy by key first.
   * `progress` is what an earlier attempt noted; `note` keeps progress before each call whose answer may be lost.
   */
  send(
    mail: Mail,
    progress: Readonly<Record<string, string>>,
    note: (progress: Readonly<Record<string, string>>) => Promise<void>,
  ): Promise<Sent>;
}

export type Busy = BusyTime;

export interface Diary {
  readonly address: string;
  readonly visible: boolean;
  readonly busy: readonly Busy[];
  /** London wall-clock working hours, `HH:mm`. */
  readonly workingHours: WorkingHours;
}

export interface Address {
  readonly name: string;
  readonly address: string;
}

export interface Invite {
  /** Becomes the transactionId: a repeat gives the same event. */
  readonly key: string;
  /** Address of the organiser, on whose calendar it stands. */
  readonly organiser: string;
  readonly subject: string;
  readonly text: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly place?: string;
  readonly online: boolean;
  readonly required: readonly Address[];
  readonly optional: readonly Address[];
  /** A room of the council, invited as a resource. */
  readonly room?: Address;
}

/** An event of ours as its organiser's calendar has it now. */
export interface SeenEvent {
  readonly eventId: string;
  /** `gone`: deleted, or cancelled by its organiser. */
  readonly is: 'there' | 'gone';
  readonly start?: Instant;
  readonly end?: Instant;
  /** Answers of those invited, addresses in lower case. */
  readonly answers: readonly {
    readonly address: string;
    readonly response: 'none' | 'accepted' | 'tentative' | 'declined';
    readonly at?: Instant;
  }[];
}

export interface DiaryChanges {
  /** The newest state of each event that changed; those that are not ours come along and are passed over by whoever asked. */
  readonly events: readonly SeenEvent[];
  /** Opaque; to be kept once all of it has been worked through. */
  readonly cursor: string;
  /** The cursor was no longer known (or there was none): this is everything that stands in the window, and what is not there is gone. */
  readonly whole: boolean;
}

/** Somebody whose mailbox answers by itself that they are away. What it says is not read. */
export interface AutomaticReply {
  readonly address: string;
  readonly from: Instant;
  /** null: until further notice. */
  readonly to: Instant | null;
}

/** Automatic replies: where somebody is away and has written nothing into the calendar. */
export interface AutomaticReplies {
  /**
   * As few calls as possible. Replies that are switched off, and mailboxes that may not be read, are left out.
   * @throws PlatformFault where none of them may be read (403), or Microsoft 365 does not answer
   */
  of(addresses: readonly string[], now: Instant): Promise<readonly AutomaticReply[]>;
}

/** Everybody who is invited, with the room that a meeting has from now on; without one it gets a Teams link. */
export interface InOtherRoom extends Pick<Invite, 'required' | 'optional'> {
  readonly room?: Address;
}

export interface Calendars {
  /** One getSchedule for up to twenty addresses, in as few calls as possible beyond. */
  diaries(addresses: readonly string[], from: Instant, to: Instant): Promise<readonly Diary[]>;
  book(invite: Invite): Promise<{ readonly eventId: string }>;
  cancel(organiser: string, eventId: string, comment: string): Promise<void>;
  /** When it stands there now. undefined: it is no longer there. */
  timeOf(organiser: string, eventId: string): Promise<{ readonly start: Instant; readonly end: Instant } | undefined>;
  /** Everybody invited is told, at each call: whoever does not know whether it was made looks first. @returns false where it is no longer there */
  move(organiser: string, eventId: string, start: Instant, end: Instant, to?: InOtherRoom): Promise<boolean>;
  /** Everybody who is to be invited from now on: those who come or go are told, nobody else. @returns false where the event is no longer there */
  invite(
    organiser: string,
    eventId: string,
    required: readonly Address[],
    optional: readonly Address[],
    room?: Address,
  ): Promise<boolean>;
}

/** What became of our events behind our back. */
export interface DiaryFeed {
  /** What changed on a calendar since the cursor, by calendarView delta: the truth behind every notification. */
  changes(organiser: string, from: Instant, to: Instant, cursor: string | undefined): Promise<DiaryChanges>;
  /** One event, asked for by itself: a delta also calls `gone` what has only left its window. undefined: not there. */
  event(organiser: string, eventId: string): Promise<SeenEvent | undefined>;
}

/** A change notification subscription. Only ever a hint: whoever is hinted reads the delta. */
export interface Subscription {
  readonly id: string;
  /** `/users/{id}/events` or `/users/{id}/mailFolders/inbox/messages`. */
  readonly resource: string;
  readonly expiresAt: Instant;
  /** It calls this program at the address that it has now. Another one was made under an earlier address. */
  readonly callsHere: boolean;
}

export interface Subscriptions {
  /** 409, it exists already: resolves to undefined, and the caller finds it by `all`. */
  create(resource: string, expiresAt: Instant, clientState: string): Promise<Subscription | undefined>;
  /** @returns false where it is no longer there */
  renew(id: string, expiresAt: Instant): Promise<boolean>;
  remove(id: string): Promise<void>;
  all(): Promise<readonly Subscription[]>;
}

/** The secret word of each subscription, which every notification of it brings back. */
export interface ClientStates {
  of(resource: string): string;
  /** In constant time. */
  matches(resource: string, given: string): boolean;
}

/** A fault of Microsoft 365: whether to try again, and when it says so. The words name no person of a family. */
export class PlatformFault extends Error {
  readonly status: number;
  readonly again: boolean;
  readonly retryAfterSeconds: number | undefined;
  constructor(message: string, status: number, again: boolean, retryAfterSeconds?: number) {
    super(message);
    this.name = 'PlatformFault';
    this.status = status;
    this.again = again;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
