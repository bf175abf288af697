/** Lists and indexes of a case worked out anew from its log: nothing happened, but the day, a cover, a pause or a setting is another. */
import type { CaseEvent, CaseId } from '../domain/case/types.ts';
import type { Instant } from '../domain/time/instant.ts';
import { childrenIn } from './overlaps.ts';
import { projectCase } from './projection.ts';
import { type ReadCase, readCase } from './read-case.ts';
import { reasonOf } from './reason.ts';
import type { World } from './world.ts';

/** @throws where the case was written to at the same moment: whoever asked tries again */
export async function rewriteRows(world: World, read: ReadCase, opened?: readonly CaseEvent[]): Promise<void> {
  const { case: of } = read;
  const named = opened && childrenIn(opened);
  const appended = await world.store.append({
    caseId: of.id,
    expectedSeq: of.seq,
    events: [],
    ...(await projectCase(world.directory, read, world.clock.now())),
    outbox: [],
    ...(named ? { children: { named, seen: 'any' } } : {}),
  });
  if (appended !== 'appended') throw new Error('The case was written to at the same moment.');
}

/** Name of the cursor that says for which program and settings the rows were last worked out. */
const WORKED_OUT = 'rows-worked-out';
/** Goes up by one whenever the program reads something else out of a log. */
const FORM = 3;

/**
 * At the start: where the program or what a council has filled in is another than the last time, the rows of every case are worked out
 * anew. A forum's day that is now set gives its dates, and what waited for an address is tried at once.
 */
export async function workOutAgain(world: World): Promise<void> {
  const councils = world.protocols.all().map(({ council, version }) => [council, version]);
  const is = `${FORM}/${world.digest(JSON.stringify(councils))}`;
  if ((await world.store.cursor(WORKED_OUT)) === is) return;
  const now = world.clock.now();
  let all = true;
  for (const id of await world.store.caseIds()) {
    try {
      await workOutCase(world, id, now);
    } catch (error) {
      // One case that cannot be read keeps nobody else from starting; it is looked at again at the next start.
      all = false;
      world.log.warn('rows-not-worked-out', { case: id, reason: reasonOf(error) });
    }
  }
  if (all) await world.store.saveCursor(WORKED_OUT, is);
}

async function workOutCase(world: World, id: CaseId, now: Instant): Promise<void> {
  const read = await readCase(world, id);
  if (!read || !world.councils.includes(read.case.council)) return;
  await rewriteRows(world, read, await openingOf(world, id));
  for (const { key, state, effect, lastError } of await world.store.outboxOf(id)) {
    if (state === 'waiting' && effect.kind === 'mail' && lastError === null) await world.store.retry(key, now, '');
  }
}

/** What was recorded when it was opened, or taken up again last. */
async function openingOf(world: World, id: string): Promise<readonly CaseEvent[]> {
  const events = (await world.store.events(id)).map(({ event }) => event);
  const from = events.findLastIndex(
    (event) => event.type === 'case-opened' || (event.type === 'case-moved' && !event.keeps),
  );
  const first = events[from];
  return events.slice(from).filter(({ commandKey }) => commandKey === first?.commandKey);
}
