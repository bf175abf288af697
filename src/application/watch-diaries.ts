/**
 * Looks into the calendars on which our meetings stand and records what people did there in Outlook. A calendar is read when
 * Microsoft 365 hints that it changed, and from time to time without being told; what is read tells, never the hint.
 */
import type { PersonId } from '../domain/case/types.ts';
import { addHours, addMinutes, dayOf, type Instant, instantAt } from '../domain/time/instant.ts';
import { isOfficeTime, OPENS } from '../domain/time/office-hours.ts';
import { compareBooking } from './compare-booking.ts';
import { type BookingRow, type DiaryFeed, PlatformFault, type ReadDiary, type SeenEvent } from './ports.ts';
import { reasonOf } from './reason.ts';
import { type Watching, waitAfter } from './watching.ts';
import type { World } from './world.ts';

/** A calendar on which a meeting of ours is to come, or ended since it was read. */
export interface WatchedDiary {
  readonly organiser: PersonId;
  /** End of the last of our meetings there. */
  readonly last: Instant;
  readonly read?: ReadDiary;
}

/** Minutes in office time after which it is read although nothing was told: notifications get lost. */
const SELDOM = 15;
/** The same where nothing is told at all, or something is still to be settled. At night as seldom as ever. */
const OFTEN = 1;

const TRIES_IN_VAIN = 3;

/** A window is begun anew when it is this old, and reaches this much further than the last meeting. */
const WINDOW_AGE_DAYS = 28;
const AHEAD_DAYS = 120;
const BEYOND_LAST_DAYS = 30;

export function eventsOf(organiser: PersonId): string {
  return `/users/${organiser}/events`;
}

/** Until a calendar has been read after the end of its last meeting: over a weekend without the program nothing is passed over. */
export async function diariesToWatch({ store, clock }: World): Promise<readonly WatchedDiary[]> {
  const states = new Map((await store.readDiaries()).map((read) => [read.organiser, read]));
  const ahead = await store.organisersAfter(clock.now());
  const watched: WatchedDiary[] = ahead.map(({ organiser, last }) => withRead({ organiser, last }, states));
  const isAhead = new Set(ahead.map(({ organiser }) => organiser));
  for (const { organiser, readAt } of states.values()) {
    if (isAhead.has(organiser)) continue;
    const last = (await store.bookingsOf(organiser, readAt)).at(-1)?.end;
    if (last !== undefined) watched.push(withRead({ organiser, last }, states));
  }
  return watched;
}

function withRead(watched: WatchedDiary, states: ReadonlyMap<PersonId, ReadDiary>): WatchedDiary {
  const read = states.get(watched.organiser);
  return read ? { ...watched, read } : watched;
}

/** A calendar that does not answer holds nothing else up; one that is not watched any more is forgotten. @returns how much was recorded */
export async function watchDiaries(
  world: World,
  watching: Watching,
  diaries: readonly WatchedDiary[],
): Promise<number> {
  const { store } = world;
  const watched = new Set(diaries.map(({ organiser }) => organiser));
  for (const { organiser } of await store.readDiaries()) {
    if (!watched.has(organiser)) await store.forgetReadDiary(organiser);
  }
  const hints = new Map((await store.hints()).map(({ resource, count }) => [resource, count]));
  const told = await toldOf(world, watching);
  let recorded = 0;
  for (const diary of diaries) {
    const resource = eventsOf(diary.organiser);
    const hinted = hints.get(resource) ?? 0;
    if (!isDue(world, watching, diary, hinted > 0, told.has(resource))) continue;
    recorded += await readDiary(world, watching, diary);
    if (hinted > 0 && !watching.memory.failing.has(diary.organiser)) await store.hintsDone(resource, hinted);
  }
  return recorded;
}

/** Resources of which Microsoft 365 tells us by itself. */
async function toldOf({ store, clock }: World, { subscriptions }: Watching): Promise<ReadonlySet<string>> {
  if (!subscriptions) return new Set();
  const now = clock.now();
  const live = (await store.subscriptions()).filter(({ id, expiresAt }) => id !== null && (expiresAt ?? '') > now);
  return new Set(live.map(({ resource }) => resource));
}

function isDue(world: World, watching: Watching, diary: WatchedDiary, hinted: boolean, told: boolean): boolean {
  const now = world.clock.now();
  const { read, last } = diary;
  const failing = watching.memory.failing.get(diary.organiser);
  if (failing && failing.notBefore > now) return false;
  if (!read || hinted || failing || last <= now || !fits(read, diary, now)) return true;
  const open = isOpen(world, now);
  const often = read.cursor === null || (open && !told);
  const old = addMinutes(read.readAt, often ? OFTEN : SELDOM) <= now;
  // At night a calendar that Microsoft 365 tells of is left alone until the morning, unless it does.
  return (old && (often || open || !told)) || nextOpening(world, read.readAt) <= now;
}

/**
 * When a calendar is to be read next for certain: at the beginning of each working day. What comes more often comes with the worker's
 * poll, so that moving the sandbox's clock need not stop every quarter of an hour.
 */
export async function diariesDue(world: World): Promise<Instant | undefined> {
  const { watching } = world;
  if (!watching) return undefined;
  const due = (await diariesToWatch(world)).map(({ organiser, read }) => {
    const failing = watching.memory.failing.get(organiser);
    return failing?.notBefore ?? (read ? nextOpening(world, read.readAt) : world.clock.now());
  });
  return due.sort()[0];
}

/** Calendars that could not be read, or were not, for so many minutes of an office day. */
export function isLate(world: World, watching: Watching, { organiser, read }: WatchedDiary, minutes: number): boolean {
  const now = world.clock.now();
  if ((watching.memory.failing.get(organiser)?.tries ?? 0) >= TRIES_IN_VAIN) return true;
  const opened = instantAt(dayOf(now), OPENS);
  const since = read && read.readAt > opened ? read.readAt : opened;
  return read !== undefined && isOpen(world, now) && addMinutes(since, minutes) < now;
}

export function isOpen(world: World, now: Instant): boolean {
  return world.councils.some((council) => isOfficeTime(now, world.protocols.calendar(council)));
}

/** The first opening of any council's offices after that moment. */
export function nextOpening({ councils, protocols }: World, after: Instant): Instant {
  const day = dayOf(after);
  const openings = councils.map((council) => {
    const calendar = protocols.calendar(council);
    const today = instantAt(day, OPENS);
    return after < today && calendar.isWorkingDay(day) ? today : instantAt(calendar.addWorkingDays(day, 1), OPENS);
  });
  return openings.sort()[0] ?? addHours(after, 24);
}

async function readDiary(world: World, watching: Watching, diary: WatchedDiary): Promise<number> {
  const { organiser } = diary;
  const { failing } = watching.memory;
  try {
    const recorded = await readChanges(world, watching.feed, diary);
    failing.delete(organiser);
    return recorded;
  } catch (fault) {
    const asked = fault instanceof PlatformFault ? fault.retryAfterSeconds : undefined;
    const tries = (failing.get(organiser)?.tries ?? 0) + 1;
    failing.set(organiser, { tries, notBefore: addMinutes(world.clock.now(), waitAfter(tries, asked)) });
    world.log.warn('diary-not-read', { tries, reason: reasonOf(fault) });
    return 0;
  }
}

async function readChanges(world: World, feed: DiaryFeed, diary: WatchedDiary): Promise<number> {
  const { store, clock } = world;
  const { organiser, read } = diary;
  const now = clock.now();
  const goesOn = read !== undefined && fits(read, diary, now);
  const bookings = await store.bookingsOf(organiser, read && read.readAt < now ? read.readAt : now);
  const window = goesOn ? read : windowFor(now, diary, bookings);
  const changes = await feed.changes(organiser, window.from, window.to, (goesOn ? read.cursor : null) ?? undefined);
  const seen = new Map(changes.events.map((event) => [event.eventId, event]));
  let recorded = 0;
  let settled = true;
  const faults: unknown[] = [];
  for (const booking of bookings) {
    const found = seen.get(booking.eventId);
    if (!found && !changes.whole) continue;
    try {
      const compared = await compareBooking(world, booking, await certain(feed, booking, found));
      recorded += compared.recorded;
      settled &&= compared.settled;
    } catch (fault) {
      // One case that cannot be read keeps no other from hearing of its meeting.
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
  // Kept last: a crash in between reads the same changes again, and comparing them again finds nothing new.
  const { from, to } = window;
  await store.saveReadDiary({ organiser, cursor: settled ? changes.cursor : null, from, to, readAt: now });
  return recorded;
}

/** What a delta calls removed may only have left the window, and what a whole reading lacks may lie outside it: asked for by itself. */
async function certain(
  feed: DiaryFeed,
  { organiser, eventId }: BookingRow,
  found: SeenEvent | undefined,
): Promise<SeenEvent | undefined> {
  return found?.is === 'there' ? found : await feed.event(organiser, eventId);
}

function fits({ from, to }: ReadDiary, { last }: WatchedDiary, now: Instant): boolean {
  return last <= to && now < addHours(from, WINDOW_AGE_DAYS * 24);
}

/** From the beginning of today, or of the earliest meeting's day, and long enough for meetings that are still to be booked. */
function windowFor(
  now: Instant,
  { last }: WatchedDiary,
  bookings: readonly BookingRow[],
): { readonly from: Instant; readonly to: Instant } {
  const earliest = [now, ...bookings.map(({ start }) => start)].sort()[0] ?? now;
  const latest = [addHours(now, AHEAD_DAYS * 24), addHours(last, BEYOND_LAST_DAYS * 24)].sort().at(-1) ?? last;
  return { from: instantAt(dayOf(earliest), '00:00'), to: instantAt(dayOf(latest), '00:00') };
}
