/** A mail or an invitation that Microsoft 365 keeps refusing: whoever asked for it is told, once, and that it is still being tried. */
import { type PersonId, PROGRAM } from '../../domain/case/types.ts';
import { inOfficeHours } from '../later.ts';
import type { ClaimedItem, OutboxEffect } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';
import { about } from './card.ts';
import { draw, journeyOf, postKey, postNew } from './post.ts';

export async function carryOutNotSentYet(
  world: World,
  item: ClaimedItem,
  { step, of }: Extract<OutboxEffect, { kind: 'not-sent-yet' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  const asked = sheet?.unsent.find(({ key }) => key === of);
  if (!sheet || !asked || sheet.status.stopped) return;
  inOfficeHours(sheet.now, sheet.calendar);
  const place = { person: whoAsked(sheet) };
  const key = postKey(journeyOf(sheet.case), `unsent.${step}`, place);
  const drawn = (await world.store.post(key)) ? undefined : await draw(world, sheet, 'case', place);
  if (!drawn) return;
  const what = sheet.protocol.steps[step]?.title ?? 'message';
  const bell = `${sheet.case.reference}: ${what} not ${asked.kind === 'mail' ? 'sent' : 'booked'} yet`;
  await postNew(world, { ...about(sheet), key, place, drawn: { ...drawn, bell } });
}

function whoAsked({ case: { facts, openedBy } }: CaseSheet): PersonId {
  return facts.findLast(({ by }) => by !== PROGRAM)?.by ?? openedBy;
}
