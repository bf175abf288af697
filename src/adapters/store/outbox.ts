/**
 * What is to be carried out: written with the events that ask for it, taken on lease, at least once.
 */
import { type Selectable, sql } from 'kysely';
import type { ClaimedItem, OutboxItem, OutboxRow } from '../../application/ports.ts';
import type { CaseId } from '../../domain/case/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Engine } from './engine.ts';
import type { Db, OutboxTable } from './tables.ts';

type Progress = Readonly<Record<string, string>>;

/** Written out and not passed, so that the planner sees that the partial indexes hold all that is asked for. */
const WAITING = sql.lit('waiting' as const);
const GIVEN_UP = sql.lit('given-up' as const);

/** An item whose key has ever been asked for before is passed over, carried out or not. */
export async function enqueue(db: Db, items: readonly OutboxItem[]): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map((item) => ({
    key: item.key,
    case_id: item.caseId,
    effect: JSON.stringify(item.effect),
    state: 'waiting' as const,
    not_before: item.notBefore,
    lease_until: null,
    attempts: 0,
    progress: '{}',
    last_error: null,
    done_at: null,
  }));
  await db
    .insertInto('outbox')
    .values(rows)
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

/** One statement finds and takes, so that two instances never hold the same item. Earliest first, then in order of insertion. */
export async function claim(
  db: Db,
  engine: Engine,
  now: Instant,
  leaseUntil: Instant,
  limit: number,
): Promise<readonly ClaimedItem[]> {
  const taken = await updateClaimed(db, engine, now, leaseUntil, limit).execute();
  // RETURNING promises no order; these are at most `limit` rows.
  taken.sort((a, b) => compare(a.not_before, b.not_before) || a.position - b.position);
  return taken.map(claimedItem);
}

export function updateClaimed(db: Db, engine: Engine, now: Instant, leaseUntil: Instant, limit: number) {
  const free = db
    .selectFrom('outbox')
    .select('key')
    .where('state', '=', WAITING)
    .where('not_before', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .orderBy('not_before')
    .orderBy('position')
    .limit(limit)
    .$if(engine.locksRows, (rows) => rows.forUpdate().skipLocked());
  return db
    .updateTable('outbox')
    .set((eb) => ({ lease_until: leaseUntil, attempts: eb('attempts', '+', 1) }))
    .where('key', 'in', free)
    .returningAll();
}

/** Adds to what was noted before; a key noted again has the newer value. */
export async function note(db: Db, key: string, progress: Progress): Promise<void> {
  const found = await db.selectFrom('outbox').select('progress').where('key', '=', key).executeTakeFirst();
  if (!found) return;
  const noted = JSON.stringify({ ...(JSON.parse(found.progress) as Progress), ...progress });
  await db.updateTable('outbox').set({ progress: noted }).where('key', '=', key).execute();
}

/** Done stays done: a second one, from a holder whose lease ran out, changes nothing. */
export async function finish(db: Db, key: string, at: Instant): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ state: 'done', done_at: at, lease_until: null })
    .where('key', '=', key)
    .where('state', '<>', 'done')
    .execute();
}

/** Puts an item off. An empty error says that nothing failed: it only waits for a better moment, and counts as waiting. */
export async function retry(db: Db, key: string, at: Instant, error: string): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ not_before: at, lease_until: null, last_error: error || null })
    .where('key', '=', key)
    .where('state', '=', WAITING)
    .execute();
}

export async function giveUp(db: Db, key: string, error: string): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ state: 'given-up', lease_until: null, last_error: error })
    .where('key', '=', key)
    .where('state', '=', WAITING)
    .execute();
}

/** At the start of the only instance: whoever had claimed these is gone, and no lease needs to be waited for. */
export async function releaseClaims(db: Db): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ lease_until: null })
    .where('state', '=', WAITING)
    .where('lease_until', 'is not', null)
    .execute();
}

export async function withdraw(db: Db, key: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('outbox')
    .where('key', '=', key)
    .where('state', '=', WAITING)
    .where('attempts', '=', 0)
    .where('lease_until', 'is', null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** An item on lease falls due when its lease runs out: until then there is nothing that anybody could do about it. */
export async function nextDue(db: Db): Promise<Instant | undefined> {
  const free = (await selectNextFree(db).executeTakeFirst())?.not_before;
  const leased = (await selectNextLease(db).executeTakeFirst())?.lease_until ?? undefined;
  if (free === undefined || leased === undefined) return free ?? leased;
  return compare(free, leased) <= 0 ? free : leased;
}

export function selectNextFree(db: Db) {
  return db
    .selectFrom('outbox')
    .select('not_before')
    .where('state', '=', WAITING)
    .where('lease_until', 'is', null)
    .orderBy('not_before')
    .limit(1);
}

export function selectNextLease(db: Db) {
  return db
    .selectFrom('outbox')
    .select('lease_until')
    .where('state', '=', WAITING)
    .where('lease_until', 'is not', null)
    .orderBy('lease_until')
    .limit(1);
}

export async function outboxOf(db: Db, caseId: CaseId): Promise<readonly OutboxRow[]> {
  const rows = await db.selectFrom('outbox').selectAll().where('case_id', '=', caseId).orderBy('position').execute();
  return rows.map((row) => ({
    ...claimedItem(row),
    state: row.state,
    lastError: row.last_error,
    doneAt: row.done_at,
  }));
}

/** `waiting` have not failed yet, `retrying` have; nothing is counted twice. */
export async function outboxCounts(db: Db): Promise<{ waiting: number; retrying: number; givenUp: number }> {
  const all = db.selectFrom('outbox').select((eb) => eb.fn.countAll().as('n'));
  const waiting = await all.where('state', '=', WAITING).executeTakeFirstOrThrow();
  const retrying = await all.where('state', '=', WAITING).where('last_error', 'is not', null).executeTakeFirstOrThrow();
  const givenUp = await all.where('state', '=', GIVEN_UP).executeTakeFirstOrThrow();
  const failed = Number(retrying.n);
  return { waiting: Number(waiting.n) - failed, retrying: failed, givenUp: Number(givenUp.n) };
}

function claimedItem(row: Selectable<OutboxTable>): ClaimedItem {
  return {
    key: row.key,
    caseId: row.case_id,
    effect: JSON.parse(row.effect) as OutboxItem['effect'],
    notBefore: row.not_before,
    attempts: row.attempts,
    progress: JSON.parse(row.progress) as Progress,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
