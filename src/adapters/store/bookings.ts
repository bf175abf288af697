/**
 * The index of meetings that stand in somebody's calendar: whose calendars matter, and what an event there is. Derived, rewritten with
 * each append. Beside it, how far each of those calendars has been read.
 */
import type { BookingRow, ReadDiary } from '../../application/ports.ts';
import type { CaseId, PersonId } from '../../domain/case/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Db } from './tables.ts';

export async function rewriteBookings(db: Db, caseId: CaseId, bookings: readonly BookingRow[]): Promise<void> {
  await db.deleteFrom('bookings').where('case_id', '=', caseId).execute();
  if (bookings.length === 0) return;
  const rows = bookings.map(({ step, eventId, organiser, start, end }) => ({
    ...{ case_id: caseId, step, event_id: eventId, organiser, start_at: start, end_at: end },
  }));
  await db.insertInto('bookings').values(rows).execute();
}

export async function organisersAfter(
  db: Db,
  instant: Instant,
): Promise<readonly { readonly organiser: PersonId; readonly last: Instant }[]> {
  const last = new Map<PersonId, Instant>();
  for (const { organiser, end_at } of await selectEnds(db, instant).execute()) last.set(organiser, end_at);
  return [...last].map(([organiser, end]) => ({ organiser, last: end })).sort(byOrganiser);
}

/** Its plan is tested: it must go by the end. Grouped by the engine, all that was ever booked would be read instead. */
export function selectEnds(db: Db, instant: Instant) {
  return db.selectFrom('bookings').select(['organiser', 'end_at']).where('end_at', '>', instant).orderBy('end_at');
}

function byOrganiser(one: { readonly organiser: PersonId }, other: { readonly organiser: PersonId }): number {
  return one.organiser < other.organiser ? -1 : 1;
}

export async function bookingsOf(db: Db, organiser: PersonId, after: Instant): Promise<readonly BookingRow[]> {
  const rows = await selectBookingsOf(db, organiser, after).execute();
  return rows.map(({ case_id, step, event_id, start_at, end_at }) => ({
    ...{ caseId: case_id, step, eventId: event_id, organiser, start: start_at, end: end_at },
  }));
}

/** Its plan is tested: it must go by the organiser. */
export function selectBookingsOf(db: Db, organiser: PersonId, after: Instant) {
  return db
    .selectFrom('bookings')
    .selectAll()
    .where('organiser', '=', organiser)
    .where('end_at', '>', after)
    .orderBy('end_at')
    .orderBy('case_id')
    .orderBy('step');
}

export async function readDiaries(db: Db): Promise<readonly ReadDiary[]> {
  const rows = await db.selectFrom('diaries').selectAll().orderBy('organiser').execute();
  return rows.map(({ organiser, cursor, window_from: from, window_to: to, read_at: readAt }) => ({
    ...{ organiser, cursor, from, to, readAt },
  }));
}

export async function saveReadDiary(db: Db, { organiser, cursor, from, to, readAt }: ReadDiary): Promise<void> {
  const row = { organiser, cursor, window_from: from, window_to: to, read_at: readAt };
  await db
    .insertInto('diaries')
    .values(row)
    .onConflict((conflict) => conflict.column('organiser').doUpdateSet(row))
    .execute();
}

export async function forgetReadDiary(db: Db, organiser: PersonId): Promise<void> {
  await db.deleteFrom('diaries').where('organiser', '=', organiser).execute();
}
