/**
 * Events as they lie in the diaries. A meeting is one copy for each person of the tenant who is in it, tied by iCalUId:
 * the organizer's copy holds who answered what, an attendee's copy holds their own answer.
 */
import type { Instant } from '../../domain/time/instant.ts';
import { writeInstant } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';
import type { Collection } from '../state.ts';
import { type Owner, ownerOf } from './directory.ts';
import { addressOf, type Mail } from './mailbox.ts';
import type { Notice } from './notice.ts';
import type { Address, Gone, MailBody, MeetingPart } from './stored-mail.ts';

export type Response = 'none' | 'organizer' | 'tentativelyAccepted' | 'accepted' | 'declined' | 'notResponded';
export type ShowAs = 'unknown' | 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere';
export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential';

/** Exchange's way of saying "no time". */
export const NEVER = '0001-01-01T00:00:00Z';

export interface Attendee extends Address {
  readonly type: 'required' | 'optional' | 'resource';
  readonly response: Response;
  readonly answeredAt: string;
  readonly proposed?: { readonly start: Instant; readonly end: Instant };
}

export interface StoredEvent {
  readonly id: string;
  /** The owner's object id. */
  readonly mailbox: string;
  /** Of the last change; grows. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
  readonly iCalUId: string;
  readonly transactionId?: string;
  readonly subject: string;
  readonly body: MailBody;
  readonly start: Instant;
  readonly end: Instant;
  readonly startZone: string;
  readonly endZone: string;
  readonly location: string;
  readonly organizer: Address;
  readonly isOrganizer: boolean;
  readonly attendees: readonly Attendee[];
  readonly hideAttendees: boolean;
  readonly response: Response;
  readonly answeredAt: string;
  readonly responseRequested: boolean;
  readonly allowNewTimeProposals: boolean;
  readonly showAs: ShowAs;
  readonly sensitivity: Sensitivity;
  readonly importance: 'low' | 'normal' | 'high';
  readonly categories: readonly string[];
  readonly isAllDay: boolean;
  readonly isCancelled: boolean;
  readonly reminderMinutes: number;
  readonly isReminderOn: boolean;
  /** The Teams meeting's link; undefined for a meeting without one. */
  readonly joinUrl?: string;
}

/** What an event may be made of; the rest has a default. */
export type NewEvent = Pick<StoredEvent, 'subject' | 'start' | 'end'> &
  Partial<
    Omit<
      StoredEvent,
      'id' | 'mailbox' | 'version' | 'iCalUId' | 'organizer' | 'isOrganizer' | 'response' | 'answeredAt' | 'isCancelled'
    >
  > & { readonly online?: boolean };

/** What goes to every copy of a meeting when the organizer changes it. */
const SHARED = [
  ...['subject', 'body', 'start', 'end', 'startZone', 'endZone', 'location', 'sensitivity', 'importance'],
  ...['isAllDay', 'joinUrl', 'hideAttendees', 'responseRequested', 'allowNewTimeProposals', 'attendees'],
] as const;

export interface Diary {
  readonly events: Collection<StoredEvent>;
  readonly gone: Collection<Gone>;
  /** Books in the owner's diary; sends copies and invitations to the attendees. A known transactionId gives its first event. */
  book(owner: Owner, event: NewEvent): StoredEvent;
  /** One that is made an online meeting stays one. */
  change(event: StoredEvent, to: Partial<StoredEvent> & Pick<NewEvent, 'online'>): StoredEvent;
  /** The organizer's copy is cancelled for all, an attendee's own just goes. */
  remove(event: StoredEvent, comment?: string): void;
  answer(event: StoredEvent, owner: Owner, answer: Answer): void;
}

export interface Answer {
  readonly response: 'accepted' | 'tentativelyAccepted' | 'declined';
  readonly comment: string;
  /** Without it the organizer never hears of the answer. */
  readonly send: boolean;
  readonly proposed?: { readonly start: Instant; readonly end: Instant };
}

/** What a mail about a meeting carries of it. */
const partOf = ({ iCalUId, start, end }: StoredEvent, type: MeetingPart['type'], update = false): MeetingPart => ({
  ...{ type, iCalUId, start, end },
  ...(update ? { update } : {}),
});

const sameAddress = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const MEETING_MARK = 'data-teams-meeting';

/** The block that Outlook puts under an invitation. Without it in a changed body the meeting loses its link (event-update). */
export const hasMeetingBlock = (body: MailBody, joinUrl: string): boolean => body.content.includes(joinUrl);

function withMeetingBlock(body: MailBody, joinUrl: string): MailBody {
  if (hasMeetingBlock(body, joinUrl)) return body;
  const html =
    body.contentType === 'html'
      ? body.content
      : body.content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', '<br>');
  return {
    contentType: 'html',
    content: `${html}<div ${MEETING_MARK}><p>Microsoft Teams meeting</p><p><a href="${joinUrl}">Join the meeting now</a></p></div>`,
  };
}

export function openDiary(context: SandboxContext, mail: Mail, notice: (notice: Notice) => void): Diary {
  const { state, clock, tenant } = context;
  const events = state.collection<StoredEvent>('graph-events');
  const { gone } = mail;

  const linkOf = (version: number, owner: string): string =>
    `https://teams.microsoft.com/l/meetup-join/19%3ameeting_${version}%40thread.v2/0?context=%7b%22Tid%22%3a%22${tenant.id}%22%2c%22Oid%22%3a%22${owner}%22%7d`;

  function put(event: StoredEvent, changeType: Notice['changeType']): StoredEvent {
    events.put(event);
    notice({
      kind: 'events',
      mailbox: event.mailbox,
      folder: 'calendar',
      key: event.id,
      version: event.version,
      changeType,
    });
    return event;
  }

  function update(event: StoredEvent, to: Partial<StoredEvent>): StoredEvent {
    return put({ ...event, ...to, version: state.next(), modifiedAt: clock.now() }, 'updated');
  }

  function drop(event: StoredEvent): void {
    const version = state.next();
    gone.put({
      id: `event/${event.id}`,
      kind: 'event',
      key: event.id,
      mailbox: event.mailbox,
      folder: 'calendar',
      version,
    });
    events.delete(event.id);
    notice({
      kind: 'events',
      mailbox: event.mailbox,
      folder: 'calendar',
      key: event.id,
      version,
      changeType: 'deleted',
    });
  }

  const copiesOf = (event: StoredEvent): StoredEvent[] =>
    events.filter((other) => other.iCalUId === event.iCalUId && other.id !== event.id);
  const copyOf = (event: StoredEvent, owner: Owner): StoredEvent | undefined =>
    events.find((other) => other.iCalUId === event.iCalUId && other.mailbox === owner.id);

  function write(
    owner: Owner,
    event: StoredEvent,
    type: MeetingPart['type'],
    from: Address,
    more: Partial<MeetingMail>,
  ): void {
    mail.add(owner, 'inbox', {
      subject: `${more.prefix ?? ''}${event.subject}`,
      body: more.body ?? event.body,
      from,
      sender: from,
      to:
        more.to ??
        (event.hideAttendees ? [addressOf(owner)] : event.attendees.map(({ name, address }) => ({ name, address }))),
      importance: event.importance,
      meeting: partOf(event, type, more.update),
    });
  }

  interface MeetingMail {
    readonly prefix: string;
    readonly body: MailBody;
    readonly to: readonly Address[];
    readonly update: boolean;
  }

  /** The organiser's own copy of what goes out, in Sent Items. */
  function keepSent(
    event: StoredEvent,
    type: MeetingPart['type'],
    to: readonly Address[],
    more: Partial<MeetingMail>,
  ): void {
    const owner = ownerOf(context, event.organizer.address);
    if (!owner || to.length === 0) return;
    mail.add(owner, 'sentitems', {
      subject: `${more.prefix ?? ''}${event.subject}`,
      body: more.body ?? event.body,
      from: event.organizer,
      sender: event.organizer,
      to: to.map(({ name, address }) => ({ name, address })),
      importance: event.importance,
      isRead: true,
      isDraft: false,
      meeting: partOf(event, type, more.update),
    });
  }

  /** What one attendee sees of the others. */
  const seenBy = (attendee: Address, { hideAttendees, attendees }: StoredEvent): readonly Attendee[] =>
    hideAttendees ? attendees.filter(({ address }) => sameAddress(address, attendee.address)) : attendees;

  /** A room answers by itself: yes where it is free, no where it is taken. */
  function answerAsRoom(organisers: StoredEvent, attendee: Attendee): void {
    const room = attendee.type === 'resource' ? ownerOf(context, attendee.address) : undefined;
    const copy = room && copyOf(organisers, room);
    if (!room || !copy) return;
    const taken = events.find(
      (other) =>
        other.mailbox === room.id &&
        other.id !== copy.id &&
        !other.isCancelled &&
        !['free', 'workingElsewhere'].includes(other.showAs) &&
        other.start < copy.end &&
        other.end > copy.start,
    );
    answer(copy, room, {
      response: taken ? 'declined' : 'accepted',
      comment: taken ? 'The room is taken at that time.' : '',
      send: true,
    });
  }

  function invite(event: StoredEvent, attendee: Attendee, update = false): void {
    const owner = ownerOf(context, attendee.address);
    if (!owner || owner.id === event.mailbox) return;
    const before = copyOf(event, owner);
    // Struck through since they were taken off: invited again, it is a new copy.
    if (before) drop(before);
    const version = state.next();
    const { transactionId: _own, ...shared } = event;
    put(
      {
        ...shared,
        id: `e${version}`,
        mailbox: owner.id,
        version,
        createdAt: clock.now(),
        modifiedAt: clock.now(),
        isOrganizer: false,
        attendees: seenBy(attendee, event),
        response: 'notResponded',
        answeredAt: NEVER,
        showAs: event.showAs === 'free' ? 'free' : 'tentative',
        categories: [],
      },
      'created',
    );
    write(owner, event, 'meetingRequest', event.organizer, update ? { update } : {});
    answerAsRoom(event, attendee);
  }

  /** An attendee's copy stays, struck through, until they take it away: that is how Outlook shows a cancellation. */
  function cancelCopy(event: StoredEvent, attendee: Address, comment: string): void {
    const owner = ownerOf(context, attendee.address);
    const copy = owner && copyOf(event, owner);
    if (!owner || !copy || copy.isOrganizer) return;
    update(copy, { isCancelled: true, showAs: 'free', subject: `Canceled: ${event.subject}` });
    write(owner, event, 'meetingCancelled', event.organizer, {
      prefix: 'Canceled: ',
      body: { contentType: 'text', content: comment },
    });
  }

  function book(owner: Owner, event: NewEvent): StoredEvent {
    const known = event.transactionId
      ? events.find(({ mailbox, transactionId }) => mailbox === owner.id && transactionId === event.transactionId)
      : undefined;
    if (known) return known;
    return state.together(() => {
      const version = state.next();
      const { online, ...rest } = event;
      const joinUrl = online ? linkOf(version, owner.id) : undefined;
      const body: MailBody = event.body ?? { contentType: 'html', content: '' };
      const stored: StoredEvent = {
        startZone: 'UTC',
        endZone: 'UTC',
        location: '',
        attendees: [],
        hideAttendees: false,
        responseRequested: true,
        allowNewTimeProposals: true,
        showAs: 'busy',
        sensitivity: 'normal',
        importance: 'normal',
        categories: [],
        isAllDay: false,
        reminderMinutes: 15,
        isReminderOn: true,
        createdAt: clock.now(),
        modifiedAt: clock.now(),
        ...rest,
        ...(joinUrl ? { joinUrl } : {}),
        body: joinUrl ? withMeetingBlock(body, joinUrl) : body,
        id: `e${version}`,
        mailbox: owner.id,
        version,
        iCalUId: `040000008200E00074C5B7101A82E008${version.toString(16).toUpperCase().padStart(16, '0')}`,
        organizer: addressOf(owner),
        isOrganizer: true,
        isCancelled: false,
        response: 'organizer',
        answeredAt: NEVER,
      };
      put(stored, 'created');
      for (const attendee of stored.attendees) invite(stored, attendee);
      keepSent(stored, 'meetingRequest', stored.attendees, {});
      // A room has answered by now.
      return events.get(stored.id) ?? stored;
    });
  }

  function change(event: StoredEvent, { online, ...asked }: Parameters<Diary['change']>[1]): StoredEvent {
    return state.together(() => {
      const link = online && !event.joinUrl ? linkOf(state.next(), event.mailbox) : undefined;
      const to = link ? { ...asked, joinUrl: link, body: withMeetingBlock(asked.body ?? event.body, link) } : asked;
      const moved = (to.start ?? event.start) !== event.start || (to.end ?? event.end) !== event.end;
      const invited = to.attendees ?? event.attendees;
      // A new time asks everybody again; otherwise an answer given stands.
      const attendees = invited.map((attendee): Attendee => {
        const before = event.attendees.find(({ address }) => sameAddress(address, attendee.address));
        if (!before || moved) return { ...attendee, response: 'none', answeredAt: NEVER };
        return { ...before, name: attendee.name, type: attendee.type };
      });
      const lostMeeting = event.joinUrl && to.body && !hasMeetingBlock(to.body, event.joinUrl);
      const { joinUrl: _joinUrl, ...rest } = event;
      const changed = update(
        lostMeeting ? (rest as StoredEvent) : event,
        event.isOrganizer ? { ...to, attendees } : to,
      );
      if (!event.isOrganizer) return changed;
      const shared = Object.fromEntries(SHARED.map((name) => [name, changed[name]])) as Partial<StoredEvent>;
      const news = SHARED.some((name) => name in to && name !== 'attendees');
      const among = (list: readonly Address[], one: Address) =>
        list.some(({ address }) => sameAddress(address, one.address));
      const leaving = event.attendees.filter((old) => !among(attendees, old));
      const coming = attendees.filter((one) => !among(event.attendees, one));
      for (const left of leaving) cancelCopy(event, left, '');
      keepSent(event, 'meetingCancelled', leaving, {
        prefix: 'Canceled: ',
        body: { contentType: 'text', content: '' },
      });
      for (const attendee of attendees) {
        const owner = ownerOf(context, attendee.address);
        const copy = owner && copyOf(changed, owner);
        if (!owner || owner.id === changed.mailbox) continue;
        if (among(coming, attendee)) invite(changed, attendee);
        // Who declined has no copy any more. News brings it back; a change of who else comes does not.
        else if (!copy && news) invite(changed, attendee, true);
        else if (copy) {
          update(copy, {
            ...shared,
            attendees: seenBy(attendee, changed),
            ...(moved ? { response: 'notResponded', answeredAt: NEVER, showAs: 'tentative' } : {}),
          });
          if (!news) continue;
          write(owner, changed, 'meetingRequest', changed.organizer, { update: true });
          if (moved) answerAsRoom(changed, attendee);
        }
      }
      keepSent(changed, 'meetingRequest', news ? attendees : coming, news ? { update: true } : {});
      return events.get(changed.id) ?? changed;
    });
  }

  function remove(event: StoredEvent, comment = ''): void {
    state.together(() => {
      if (event.isOrganizer) {
        for (const attendee of event.attendees) cancelCopy(event, attendee, comment);
        const body: MailBody = { contentType: 'text', content: comment };
        keepSent(event, 'meetingCancelled', event.attendees, { prefix: 'Canceled: ', body });
      }
      drop(event);
    });
  }

  function answer(event: StoredEvent, owner: Owner, { response, comment, send, proposed }: Answer): void {
    state.together(() => {
      const answeredAt = clock.now();
      if (response === 'declined') drop(event);
      else update(event, { response, answeredAt, showAs: response === 'accepted' ? 'busy' : 'tentative' });
      if (!send) return;
      const original = copiesOf(event).find(({ isOrganizer }) => isOrganizer);
      const organizer = ownerOf(context, event.organizer.address);
      if (!original || !organizer) return;
      update(original, {
        attendees: original.attendees.map((attendee) =>
          sameAddress(attendee.address, owner.mail)
            ? { ...attendee, response, answeredAt, ...(proposed ? { proposed } : {}) }
            : attendee,
        ),
      });
      const words = { accepted: 'Accepted', tentativelyAccepted: 'Tentative', declined: 'Declined' }[response];
      const asked = proposed ? `${comment}\nProposed instead: ${writeInstant(proposed.start)}` : comment;
      const type = (
        {
          accepted: 'meetingAccepted',
          tentativelyAccepted: 'meetingTenativelyAccepted',
          declined: 'meetingDeclined',
        } as const
      )[response];
      write(organizer, original, type, addressOf(owner), {
        prefix: `${words}: `,
        body: { contentType: 'text', content: asked },
        to: [addressOf(organizer)],
      });
    });
  }

  return { events, gone, book, change, remove, answer };
}
