/**
 * The day until which a case was paused has come: its steps are reminded of again, and the case comes back as a new message to whoever
 * paused it and to those who owe a step. Where it was resumed before, or paused for longer, nothing happens.
 */
import type { PersonId } from '../../domain/case/types.ts';
import { inOfficeHours } from '../later.ts';
import { owingRoles, ownersOf } from '../owners.ts';
import type { ClaimedItem, OutboxEffect } from '../ports.ts';
import { readCase, toSheet } from '../read-case.ts';
import { rewriteRows } from '../rewrite-rows.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';
import { about, carryOutRedraw } from './card.ts';
import { draw, journeyOf, postKey, postNew } from './post.ts';

export async function carryOutResumes(
  world: World,
  item: ClaimedItem,
  { until }: Extract<OutboxEffect, { kind: 'resumes' }>,
): Promise<void> {
  const read = await readCase(world, item.caseId as string);
  if (!read || read.status.ended || read.status.paused) return;
  const last = read.case.facts.findLast(({ fact }) => fact === 'case.paused' || fact === 'case.resumed');
  if (last?.fact !== 'case.paused' || last.answers.until !== until) return;
  await rewriteRows(world, read);
  await carryOutRedraw(world, item);
  if (read.status.stopped) return;

  const sheet = await toSheet(world, read);
  inOfficeHours(sheet.now, sheet.calendar);
  for (const person of new Set([last.by, ...(await owing(world, sheet))])) {
    const place = { person };
    const key = postKey(journeyOf(sheet.case), `resumed.${until}`, place);
    const drawn = (await world.store.post(key)) ? undefined : await draw(world, sheet, 'case', place);
    if (!drawn) continue;
    const bell = `${sheet.case.reference}: the pause is over`;
    await postNew(world, { ...about(sheet), key, place, drawn: { ...drawn, bell } });
  }
}

async function owing({ directory }: World, { protocol, status }: CaseSheet): Promise<readonly PersonId[]> {
  const people: PersonId[] = [];
  for (const step of Object.values(protocol.steps)) {
    const view = status.steps[step.id];
    if (step.optional || view?.state !== 'open' || view.blockedBy.length > 0) continue;
    for (const role of owingRoles(step, status))
      for (const { id } of await ownersOf(directory, protocol, status, role, step.id)) people.push(id);
  }
  return people;
}
