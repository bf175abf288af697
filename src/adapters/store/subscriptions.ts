/**
 * What Microsoft 365 tells us of by itself, and what it has told: a subscription for each resource, and the hints that wait. A hint is
 * kept, so that what came just before a crash is looked into after it.
 */
import type { KeptSubscription } from '../../application/ports.ts';
import type { Db } from './tables.ts';

export async function subscriptions(db: Db): Promise<readonly KeptSubscription[]> {
  const rows = await db.selectFrom('subscriptions').selectAll().orderBy('resource').execute();
  return rows.map(({ resource, id, expires_at: expiresAt, due_at: dueAt, tries }) => ({
    ...{ resource, id, expiresAt, dueAt, tries },
  }));
}

export async function saveSubscription(
  db: Db,
  { resource, id, expiresAt, dueAt, tries }: KeptSubscription,
): Promise<void> {
  const row = { id, expires_at: expiresAt, due_at: dueAt, tries };
  await db
    .insertInto('subscriptions')
    .values({ resource, ...row, hints: 0 })
    .onConflict((conflict) => conflict.column('resource').doUpdateSet(row))
    .execute();
}

export async function forgetSubscription(db: Db, resource: string): Promise<void> {
  await db.deleteFrom('subscriptions').where('resource', '=', resource).execute();
}

export async function hint(db: Db, resources: readonly string[]): Promise<void> {
  if (resources.length === 0) return;
  await db
    .updateTable('subscriptions')
    .set((eb) => ({ hints: eb('hints', '+', 1) }))
    .where('resource', 'in', [...resources])
    .execute();
}

export async function hints(db: Db): Promise<readonly { readonly resource: string; readonly count: number }[]> {
  const rows = await db
    .selectFrom('subscriptions')
    .select(['resource', 'hints'])
    .where('hints', '>', 0)
    .orderBy('resource')
    .execute();
  return rows.map(({ resource, hints: count }) => ({ resource, count }));
}

/** Those that came meanwhile go on waiting. */
export async function hintsDone(db: Db, resource: string, count: number): Promise<void> {
  await db
    .updateTable('subscriptions')
    .set((eb) => ({ hints: eb('hints', '-', count) }))
    .where('resource', '=', resource)
    .where('hints', '>=', count)
    .execute();
}
