/**
 * Diaries and meetings, over Graph. `findMeetingTimes` has no application permission (facts.md 0.1), so free time is
 * read by getSchedule and searched by the domain.
 */
import { createHash } from 'node:crypto';
import type {
  Attendee,
  DateTimeTimeZone,
  Event,
  ScheduleInformation,
  ScheduleItem,
} from '@microsoft/microsoft-graph-types';
import { type Busy, type Calendars, type Diary, type Invite, PlatformFault } from '../../application/ports.ts';
import { addHours, dayOf, type Instant, millisecondsOf, parseInstant, timeOf } from '../../domain/time/instant.ts';
import type { Call, Graph } from './client.ts';

/** getSchedule's limits (facts.md 4): twenty entities, and fewer than 62 days. */
const ADDRESSES_PER_CALL = 20;
const LONGEST_DAYS = 61;

const REMINDER_MINUTES = 30;
const ONLINE = { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' } as const;

/** Where a mailbox has never been told its owner's working hours. Days: 1 Monday … 7 Sunday. */
const USUAL_HOURS = { from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] } as const;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export function graphCalendars(graph: Graph): Calendars {
  /**
   * One call, in the name of the first address that Graph lets ask. undefined: none of them has a diary.
   * @param asked who has asked before: whoever could ask for some may ask for all
   */
  async function schedules(
    addresses: readonly string[],
    from: Instant,
    to: Instant,
    asked: string | undefined,
  ): Promise<{ readonly by: string; readonly value: readonly ScheduleInformation[] } | undefined> {
    let refused: PlatformFault | undefined;
    for (const asking of asked === undefined ? addresses : [asked]) {
      try {
        const { value } = await graph.post<{ value: ScheduleInformation[] }>(
          { doing: 'read diaries', path: `${user(asking)}/calendar/getSchedule` },
          { schedules: addresses, startTime: inUtc(from), endTime: inUtc(to), availabilityViewInterval: 60 },
        );
        return { by: asking, value };
      } catch (fault) {
        // Whoever asks has to exist, and to be within the app's scope in Exchange; the others need not be.
        if (!(fault instanceof PlatformFault) || ![403, 404].includes(fault.status)) throw fault;
        if (fault.status === 403) refused = fault;
      }
    }
    if (refused) throw refused;
    return undefined;
  }

  /** @returns false where the event is no longer there */
  async function change(call: Call, to: Event): Promise<boolean> {
    try {
      await graph.patch(call, to);
      return true;
    } catch (fault) {
      if (!(fault instanceof PlatformFault) || ![404, 410].includes(fault.status)) throw fault;
      return false;
    }
  }

  return {
    async diaries(addresses, from, to) {
      const different = [...new Map(addresses.map((address) => [address.toLowerCase(), address])).values()];
      const read = new Map<string, Diary>(different.map((address) => [address.toLowerCase(), unseen(address)]));
      let asked: string | undefined;
      for (const some of inGroupsOf(ADDRESSES_PER_CALL, different)) {
        for (const [start, end] of windows(from, to)) {
          const answer = await schedules(some, start, end, asked);
          asked ??= answer?.by;
          for (const schedule of answer?.value ?? []) {
            const known = read.get(schedule.scheduleId?.toLowerCase() ?? '');
            if (known && !schedule.error) read.set(known.address.toLowerCase(), withSchedule(known, schedule));
          }
        }
      }
      return addresses.map((address) => ({ ...(read.get(address.toLowerCase()) ?? unseen(address)), address }));
    },

    async book(invite) {
      const transactionId = uuidOf(invite.key);
      try {
        const { id } = await graph.post<Event>(
          { doing: 'book the meeting', path: `${user(invite.organiser)}/events` },
          eventOf(invite, transactionId),
        );
        if (!id) throw new PlatformFault('Microsoft Graph: book the meeting: the answer has no id', 201, true);
        return { eventId: id };
      } catch (fault) {
        // Where Graph refuses a repeat instead of answering it, the event stands on the calendar.
        if (!(fault instanceof PlatformFault) || fault.status !== 409) throw fault;
        const eventId = await booked(graph, invite, transactionId);
        if (eventId === undefined) throw fault;
        return { eventId };
      }
    },

    async cancel(organiser, eventId, comment) {
      try {
        await graph.post({ doing: 'cancel the meeting', path: `${event(organiser, eventId)}/cancel` }, { comment });
      } catch (fault) {
        // Gone already: cancelled by an earlier attempt, or deleted by hand in Outlook.
        if (!(fault instanceof PlatformFault) || ![404, 410].includes(fault.status)) throw fault;
      }
    },

    async timeOf(organiser, eventId) {
      const path = `${event(organiser, eventId)}?$select=start,end,isCancelled`;
      try {
        const { start, end, isCancelled } = await graph.get<Event>({ doing: 'look for the meeting', path });
        return start && end && !isCancelled ? { start: momentOf(start), end: momentOf(end) } : undefined;
      } catch (fault) {
        if (!(fault instanceof PlatformFault) || ![404, 410].includes(fault.status)) throw fault;
        return undefined;
      }
    },

    move(organiser, eventId, start, end, to) {
      // Nothing of its text: a body sent along would lose the Teams link (facts.md 4).
      return change(
        { doing: 'move the meeting', path: event(organiser, eventId) },
        {
          start: inLondon(start),
          end: inLondon(end),
          ...(to
            ? {
                attendees: attendeesOf(to.required, to.optional, to.room),
                location: { displayName: to.room?.name ?? '' },
                ...(to.room ? {} : ONLINE),
              }
            : {}),
        },
      );
    },

    invite(organiser, eventId, required, optional, room) {
      return change(
        { doing: 'change who is invited', path: event(organiser, eventId) },
        {
          attendees: attendeesOf(required, optional, room),
        },
      );
    },
  };
}

/** A UUID made of a key, version 8 of RFC 9562: the same key gives the same one. */
export function uuidOf(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function user(address: string): string {
  return `/users/${encodeURIComponent(address)}`;
}

function event(organiser: string, eventId: string): string {
  return `${user(organiser)}/events/${encodeURIComponent(eventId)}`;
}

function eventOf(invite: Invite, transactionId: string): Event {
  return {
    transactionId,
    subject: invite.subject,
    body: { contentType: 'text', content: invite.text },
    start: inLondon(invite.start),
    end: inLondon(invite.end),
    ...(invite.place === undefined ? {} : { location: { displayName: invite.place } }),
    attendees: attendeesOf(invite.required, invite.optional, invite.room),
    // Class S of the story: whoever may see a colleague's calendar sees that it is busy, and nothing else.
    sensitivity: 'private',
    showAs: 'busy',
    isReminderOn: true,
    reminderMinutesBeforeStart: REMINDER_MINUTES,
    ...(invite.online ? ONLINE : { isOnlineMeeting: false }),
  };
}

function attendeesOf(required: Invite['required'], optional: Invite['optional'], room: Invite['room']): Attendee[] {
  const of = (people: Invite['required'], type: 'required' | 'optional' | 'resource') =>
    people.map(({ name, address }) => ({ type, emailAddress: { name, address } }));
  return [...of(required, 'required'), ...of(optional, 'optional'), ...of(room ? [room] : [], 'resource')];
}

/** The event that an earlier attempt made. Graph cannot filter by transactionId, so it is looked for at its time. */
async function booked(graph: Graph, invite: Invite, transactionId: string): Promise<string | undefined> {
  const path = `${user(invite.organiser)}/calendarView?startDateTime=${invite.start}&endDateTime=${invite.end}&$select=id,transactionId&$top=100`;
  const { value } = await graph.get<{ value: Event[] }>({ doing: 'look for the meeting', path });
  return value.find((found) => found.transactionId === transactionId)?.id;
}

function withSchedule(diary: Diary, schedule: ScheduleInformation): Diary {
  const { workingHours } = schedule;
  const days = (workingHours?.daysOfWeek ?? [])
    .map((day) => DAYS.indexOf(day.toLowerCase()) + 1)
    .filter((day) => day > 0);
  return {
    address: diary.address,
    visible: true,
    busy: [...diary.busy, ...(schedule.scheduleItems ?? []).flatMap(busy)],
    // Read as London's wall clock whatever zone it names: staff of an English council work in England, and a mailbox
    // that nobody has set up says 08:00-17:00 Pacific.
    workingHours: {
      from: workingHours?.startTime?.slice(0, 5) ?? USUAL_HOURS.from,
      to: workingHours?.endTime?.slice(0, 5) ?? USUAL_HOURS.to,
      days: days.length > 0 ? days : USUAL_HOURS.days,
    },
  };
}

function busy(item: ScheduleItem): Busy[] {
  if (item.status === 'free' || item.status === 'workingElsewhere' || !item.start || !item.end) return [];
  // `unknown` is taken for busy: a meeting that clashes costs more than a time not offered.
  const kind = item.status === 'oof' ? 'away' : item.status === 'tentative' ? 'tentative' : 'busy';
  return [{ start: momentOf(item.start), end: momentOf(item.end), kind }];
}

function unseen(address: string): Diary {
  return { address, visible: false, busy: [], workingHours: USUAL_HOURS };
}

/** London's wall clock, with its zone: the event then reads as it was chosen on either side of a clock change. */
function inLondon(instant: Instant): DateTimeTimeZone {
  return { dateTime: `${dayOf(instant)}T${timeOf(instant)}:00`, timeZone: 'Europe/London' };
}

function inUtc(instant: Instant): DateTimeTimeZone {
  return { dateTime: instant.slice(0, -1), timeZone: 'UTC' };
}

/** Graph writes UTC without an offset, to seven decimals. Another zone means that our Prefer header was lost on the way. */
function momentOf({ dateTime, timeZone }: DateTimeTimeZone): Instant {
  if (timeZone?.toUpperCase() !== 'UTC')
    throw new PlatformFault('Microsoft Graph: read diaries: the times are not in UTC', 200, false);
  return parseInstant(/(Z|[+-]\d\d:\d\d)$/.test(dateTime ?? '') ? (dateTime ?? '') : `${dateTime}Z`);
}

function inGroupsOf<T>(size: number, all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

function windows(from: Instant, to: Instant): [Instant, Instant][] {
  const made: [Instant, Instant][] = [];
  for (let start = from; millisecondsOf(start) < millisecondsOf(to); ) {
    const longest = addHours(start, LONGEST_DAYS * 24);
    const end = longest < to ? longest : to;
    made.push([start, end]);
    start = end;
  }
  return made;
}
