/** After its end: did the meeting take place? Asked in a new message, because an edit rings no bell. */
import { rolesIn } from '../../domain/case/steps.ts';
import type { Effect } from '../../domain/case/types.ts';
import type { MeetStep } from '../../domain/protocol/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { inOfficeHours } from '../later.ts';
import type { ClaimedItem } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';
import { about } from './card.ts';
import { draw, journeyOf, postKey, postNew } from './post.ts';

export async function carryOutAskHeld(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'ask-held' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  const step = sheet?.protocol.steps[effect.step];
  const ended = sheet && step?.kind === 'meet' ? endOf(sheet, step) : undefined;
  if (!sheet || step?.kind !== 'meet' || ended === undefined) return;
  // The engine has chosen a staffed moment; only a question that comes late has to look at the clock again.
  if (sheet.now > effect.notBefore) inOfficeHours(sheet.now, sheet.calendar);
  for (const place of placesOf(sheet, step)) {
    // One question for each time that was booked, whoever of them could not be reached at the first try.
    const key = postKey(journeyOf(sheet.case), `held.${step.id}.${ended}`, place);
    if (await world.store.post(key)) continue;
    const drawn = await draw(world, sheet, step.id, place);
    if (drawn) await postNew(world, { ...about(sheet), key, place, drawn });
  }
}

/** When it ended, where it was booked and nobody has said yet what became of it. */
function endOf({ status, now }: CaseSheet, { id }: MeetStep): Instant | undefined {
  const view = status.steps[id];
  if (status.stopped || status.ended || view?.state !== 'open') return undefined;
  const { booking } = view;
  return booking?.state === 'booked' && booking.end <= now ? booking.end : undefined;
}

/** Those who were to be there; for a session of a forum the channel that has its card, since whoever chairs it answers for all. */
function placesOf({ holders, protocol }: CaseSheet, step: MeetStep) {
  const channel = protocol.council.roles[step.organiser]?.channel;
  if (step.sessionOf !== undefined && channel !== undefined && channel !== 'team') return [{ channel }];
  const roles = rolesIn(step.with);
  const people = new Set(roles.flatMap((role) => (holders[role] ?? []).map(({ id }) => id)));
  return [...people].map((person) => ({ person }));
}
