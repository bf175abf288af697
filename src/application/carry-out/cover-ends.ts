/** A cover has come to its end: the lists are worked out again, and the cards drawn again, as the case stands without it. */
import type { ClaimedItem } from '../ports.ts';
import { projectCase } from '../projection.ts';
import { readCase } from '../read-case.ts';
import type { World } from '../world.ts';
import { carryOutRedraw } from './card.ts';

export async function carryOutCoverEnds(world: World, item: ClaimedItem): Promise<void> {
  const caseId = item.caseId as string;
  const read = await readCase(world, caseId);
  if (!read) return;
  const { case: theCase, protocol, status } = read;
  const { row, deadlines } = await projectCase(world.directory, protocol, theCase, status, world.clock.now());
  const appended = await world.store.append({
    caseId,
    expectedSeq: theCase.seq,
    events: [],
    row,
    deadlines,
    outbox: [],
  });
  if (appended === 'conflict') throw new Error('The case was written to at the same moment.');
  await carryOutRedraw(world, item);
}
