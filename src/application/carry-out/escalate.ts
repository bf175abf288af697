/**
 * Overdue although its owner was reminded three times: the owner's manager is told, once, in her own chat.
 */
import type { StepView } from '../../domain/case/types.ts';
import { type Day, dayOf, instantAt, isDay } from '../../domain/time/instant.ts';
import { OPENS } from '../../domain/time/office-hours.ts';
import { inOfficeHours, unlessPaused } from '../later.ts';
import { ownersOf } from '../owners.ts';
import type { ClaimedItem, OutboxEffect } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import { viewerOf } from '../viewer.ts';
import type { World } from '../world.ts';
import { about } from './card.ts';
import { journeyOf, postKey, postNew } from './post.ts';

export async function carryOutEscalate(
  world: World,
  item: ClaimedItem,
  effect: Extract<OutboxEffect, { kind: 'escalate' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  const view = sheet?.status.steps[effect.step];
  if (!sheet || view?.state !== 'open' || sheet.status.stopped) return;
  const deadline = sheet.status.deadlines.find((each) => each.step === effect.step && each.effective);
  if (deadline?.due !== effect.due || deadline.dueAt > sheet.now) return;
  unlessPaused(sheet);
  inOfficeHours(sheet.now, sheet.calendar);

  const reportsTo = sheet.protocol.council.roles[effect.role]?.reportsTo;
  const owners = await ownersOf(world.directory, sheet.protocol, sheet.status, effect.role, effect.step);
  const names = owners.length === 1 ? owners.map(({ name }) => name) : [];
  for (const chief of reportsTo ? (sheet.holders[reportsTo] ?? []) : []) {
    const place = { person: chief.id };
    const key = postKey(journeyOf(sheet.case), `escalation.${effect.step}.${effect.due}`, place);
    if (await world.store.post(key)) continue;
    const viewer = await viewerOf(world, sheet, chief.id);
    const drawn = world.drawing.escalation(sheet, deadline, names, remindedOn(sheet, view, effect.due), viewer);
    await postNew(world, { ...about(sheet), key, place, drawn });
  }
}

/** The digests that named the step: of the working day before, of the day, and of each working day since, up to yesterday. */
function remindedOn({ calendar, now, case: { openedAt } }: CaseSheet, { since }: StepView, due: Day): readonly Day[] {
  const opened = since === undefined ? openedAt : isDay(since) ? instantAt(since, '00:00') : since;
  const days: Day[] = [];
  for (let day = calendar.addWorkingDays(due, -1); day < dayOf(now); day = calendar.addWorkingDays(day, 1)) {
    if (instantAt(day, OPENS) >= opened) days.push(day);
  }
  return days;
}
