/** The day on which something was expected has come: whoever may say so is asked whether it was. Unless that is known by now, or another day. */
import { expectedOn } from '../../domain/case/expected.ts';
import { readCase } from '../../domain/case/reading.ts';
import type { Effect } from '../../domain/case/types.ts';
import { inOfficeHours, unlessPaused, unlessStopped } from '../later.ts';
import { ownersOf } from '../owners.ts';
import type { ClaimedItem } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { World } from '../world.ts';
import { about } from './card.ts';
import { draw, journeyOf, postKey, postNew } from './post.ts';

export async function carryOutExpected(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'expected' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  const { fact, day } = effect;
  const expected = sheet && expectedOn(readCase(sheet.protocol, sheet.case)).find((each) => each.fact === fact);
  if (!sheet || expected?.day !== day) return;
  unlessStopped(sheet);
  unlessPaused(sheet);
  inOfficeHours(sheet.now, sheet.calendar);
  const { protocol, status } = sheet;
  const people = new Set<string>();
  for (const role of expected.by)
    for (const { id } of await ownersOf(world.directory, protocol, status, role)) people.add(id);
  for (const person of people) {
    const place = { person };
    const key = postKey(journeyOf(sheet.case), `expected.${fact}.${day}`, place);
    if (await world.store.post(key)) continue;
    const drawn = await draw(world, sheet, fact, place);
    if (drawn) await postNew(world, { ...about(sheet), key, place, drawn });
  }
}
