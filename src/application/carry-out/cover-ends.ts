/** A cover has come to its end: the lists are worked out again, and the cards drawn again, as the case stands without it. */
import type { ClaimedItem } from '../ports.ts';
import { readCase } from '../read-case.ts';
import { rewriteRows } from '../rewrite-rows.ts';
import type { World } from '../world.ts';
import { carryOutRedraw } from './card.ts';

export async function carryOutCoverEnds(world: World, item: ClaimedItem): Promise<void> {
  const caseId = item.caseId as string;
  const read = await readCase(world, caseId);
  if (!read) return;
  await rewriteRows(world, read);
  await carryOutRedraw(world, item);
}
