/** The next time of a series is near: whoever owes it gets its card anew. Where it is booked already, or was held meanwhile, nobody does. */
import type { Effect } from '../../domain/case/types.ts';
import type { Step } from '../../domain/protocol/types.ts';
import { inOfficeHours, unlessPaused, unlessStopped } from '../later.ts';
import { channelOf, owingRoles, ownersOf } from '../owners.ts';
import type { ClaimedItem } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';
import { about } from './card.ts';
import { draw, journeyOf, type Place, postKey, postNew } from './post.ts';

export async function carryOutNextTime(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'next-time' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  const step = sheet?.protocol.steps[effect.step];
  const view = sheet?.status.steps[effect.step];
  if (!sheet || !step || view?.state !== 'open' || view.last?.seq !== effect.after || view.booking) return;
  unlessStopped(sheet);
  unlessPaused(sheet);
  inOfficeHours(sheet.now, sheet.calendar);
  for (const place of await placesOf(world, sheet, step)) {
    // One message for each time, whoever could not be reached at the first try.
    const key = postKey(journeyOf(sheet.case), `next.${step.id}.${effect.after}`, place);
    if (await world.store.post(key)) continue;
    const drawn = await draw(world, sheet, step.id, place);
    if (drawn) await postNew(world, { ...about(sheet), key, place, drawn });
  }
}

async function placesOf({ directory }: World, { protocol, status }: CaseSheet, step: Step): Promise<readonly Place[]> {
  const channels = new Set<string>();
  const people = new Set<string>();
  for (const role of owingRoles(step, status)) {
    // As with its first card: in the role's own channel, where it has one.
    const inChannel = step.post !== 'personal' && protocol.council.roles[role]?.channel !== undefined;
    const channel = inChannel ? channelOf(directory, protocol, status, role) : null;
    if (channel !== null) channels.add(channel);
    if (step.post === 'channel') continue;
    for (const { id } of await ownersOf(directory, protocol, status, role, step.id)) people.add(id);
  }
  return [...[...channels].map((channel) => ({ channel })), ...[...people].map((person) => ({ person }))];
}
