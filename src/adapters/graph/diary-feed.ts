/**
 * What became of our events, read off their organiser's calendar by calendarView delta. Notifications only say that something
 * happened; this says what.
 */
import type { Attendee, DateTimeTimeZone, Event } from '@microsoft/microsoft-graph-types';
import { type DiaryChanges, type DiaryFeed, PlatformFault, type SeenEvent } from '../../application/ports.ts';
import { type Instant, instantFromMilliseconds, parseInstant } from '../../domain/time/instant.ts';
import type { Graph } from './client.ts';

/** Events in one answer. A calendar's first reading takes as many calls as it has fifties. */
const PAGE_SIZE = 50;
/** A calendar whose pages do not end within this is one of Graph's own circles. */
const MOST_PAGES = 200;

type Seen = Event & { readonly '@removed'?: object };

interface Page {
  readonly value: readonly Seen[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

export function graphDiaryFeed(graph: Graph): DiaryFeed {
  return {
    async changes(organiser, from, to, cursor) {
      // No $select: an event delta takes no query options but its window (facts.md 2).
      const anew = `${user(organiser)}/calendarView/delta?startDateTime=${from}&endDateTime=${to}`;
      if (cursor === undefined) return { ...(await read(graph, anew)), whole: true };
      try {
        return { ...(await read(graph, cursor)), whole: false };
      } catch (fault) {
        if (!isLostCursor(fault)) throw fault;
        return { ...(await read(graph, anew)), whole: true };
      }
    },

    async event(organiser, eventId) {
      const path = `${user(organiser)}/events/${encodeURIComponent(eventId)}?$select=id,start,end,isCancelled,attendees`;
      const found = await graph.get<Event>({ doing: 'look at a meeting', path }).catch((fault: unknown) => {
        if (fault instanceof PlatformFault && [404, 410].includes(fault.status)) return undefined;
        throw fault;
      });
      const seen = found && seenEvent({ ...found, id: eventId });
      if (seen?.is !== 'there') return seen;
      return (await isInCalendar(graph, organiser, seen)) ? seen : undefined;
    },
  };
}

/** By its immutable id even what lies in Deleted Items may still be answered; the calendar shows only what stands in it. */
async function isInCalendar(graph: Graph, organiser: string, { eventId, start, end }: SeenEvent): Promise<boolean> {
  const path = `${user(organiser)}/calendarView?startDateTime=${start}&endDateTime=${end}&$select=id&$top=100`;
  const { value } = await graph.get<{ value: Event[] }>({ doing: 'look for a meeting at its time', path });
  return value.some(({ id }) => id === eventId);
}

function user(organiser: string): string {
  return `/users/${encodeURIComponent(organiser)}`;
}

/**
 * A 410, or for Outlook "a 40X-series error with codes such as syncStateNotFound" (facts.md 2): whatever 4XX would be the same the
 * next time, except a right that is missing, for which another start would ask in vain.
 */
function isLostCursor(fault: unknown): boolean {
  return (
    fault instanceof PlatformFault && !fault.again && fault.status >= 400 && fault.status < 500 && fault.status !== 403
  );
}

/** Follows the pages to the deltaLink. Links are kept as their path, so that none ever leads to another host than our Graph. */
async function read(graph: Graph, from: string): Promise<Pick<DiaryChanges, 'events' | 'cursor'>> {
  // The same event may come twice, on two pages or in two states: the last one stands (facts.md 2).
  const events = new Map<string, SeenEvent>();
  let path = from;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await graph.get<Page>({ doing: 'read a calendar', path, prefer: `odata.maxpagesize=${PAGE_SIZE}` });
    for (const found of page.value) {
      const seen = seenEvent(found);
      if (seen) events.set(seen.eventId, seen);
    }
    const link = page['@odata.nextLink'] ?? page['@odata.deltaLink'];
    const next = link === undefined ? undefined : graph.pathOf(link);
    if (next === undefined || next === path) break;
    if (page['@odata.nextLink'] === undefined) return { events: [...events.values()], cursor: next };
    path = next;
  }
  throw new PlatformFault('Microsoft Graph: read a calendar: the answer does not say where to go on', 200, true);
}

function seenEvent(found: Seen): SeenEvent | undefined {
  const { id, start, end } = found;
  if (!id) return undefined;
  const gone = found['@removed'] !== undefined || found.isCancelled === true;
  if (gone) return { eventId: id, is: 'gone', answers: [] };
  // An instance of somebody's series may come bare; nothing of ours is one.
  if (!start || !end) return undefined;
  const answers = (found.attendees ?? []).flatMap(answerOf);
  return { eventId: id, is: 'there', start: momentOf(start), end: momentOf(end), answers };
}

const RESPONSES: Readonly<Record<string, SeenEvent['answers'][number]['response']>> = {
  accepted: 'accepted',
  tentativelyAccepted: 'tentative',
  declined: 'declined',
};

function answerOf({ emailAddress, status }: Attendee): SeenEvent['answers'] {
  const address = emailAddress?.address?.toLowerCase();
  if (!address) return [];
  const response = RESPONSES[status?.response ?? ''] ?? 'none';
  // Exchange writes "never" as the year 1.
  const at = status?.time && !status.time.startsWith('0001-') ? parseInstant(status.time) : undefined;
  return [{ address, response, ...(at ? { at } : {}) }];
}

const UTC = new Set(['', 'utc', 'etc/utc', 'etc/gmt']);
const LONDON = new Set(['europe/london', 'gmt standard time']);

/** In UTC, as the client asks; but where that wish was lost on the way, in whichever zone it says. Seven decimals, no offset. */
function momentOf({ dateTime, timeZone }: DateTimeTimeZone): Instant {
  const text = dateTime ?? '';
  const zone = (timeZone ?? '').toLowerCase();
  if (/(Z|[+-]\d\d:\d\d)$/.test(text) || LONDON.has(zone)) return parseInstant(text);
  const utc = parseInstant(`${text}Z`);
  return UTC.has(zone) ? utc : inZone(utc, timeZone ?? '');
}

/** @param wall what the zone's clocks show, written as if it were UTC */
function inZone(wall: Instant, timeZone: string): Instant {
  const shown = Date.parse(wall);
  // Twice, since the first guess may lie on the other side of a change of clocks.
  const first = shown - offset(shown, timeZone);
  return instantFromMilliseconds(shown - offset(first, timeZone));
}

/** Milliseconds by which the zone is ahead of UTC. */
function offset(at: number, timeZone: string): number {
  const fields = new Intl.DateTimeFormat('en-GB', { timeZone: known(timeZone), ...CLOCK }).formatToParts(at);
  const part = (name: string) => Number(fields.find(({ type }) => type === name)?.value);
  const there = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return there - Math.floor(at / 1000) * 1000;
}

const CLOCK = {
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

/** By its IANA name. Windows has names of its own for zones; of those only London's is one that a council meets. */
function known(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone });
    return timeZone;
  } catch {
    throw new PlatformFault('Microsoft Graph: read a calendar: the times are in a zone that is not known', 200, true);
  }
}
