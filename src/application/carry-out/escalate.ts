/**
 * Overdue although its owner was reminded three times: the owner's manager is told, once, in her own chat.
 */

import type { Day } from '../../domain/time/instant.ts';
import { dayOf } from '../../domain/time/instant.ts';
import { isOfficeTime, nextOfficeMoment } from '../../domain/time/office-hours.ts';
import { ownersOf } from '../owners.ts';
import type { ClaimedItem, OutboxEffect } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';
import { Later, postTo, viewerOf } from './card.ts';

export async function carryOutEscalate(
  world: World,
  item: ClaimedItem,
  effect: Extract<OutboxEffect, { kind: 'escalate' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  if (!sheet || sheet.status.stopped || sheet.status.steps[effect.step]?.state !== 'open') return;
  const deadline = sheet.status.deadlines.find((each) => each.step === effect.step && each.effective);
  if (!deadline || deadline.due !== effect.due || deadline.dueAt > sheet.now) return;
  if (!isOfficeTime(sheet.now, sheet.calendar)) throw new Later(nextOfficeMoment(sheet.now, sheet.calendar));

  const reportsTo = sheet.protocol.council.roles[effect.role]?.reportsTo;
  const owners = await ownersOf(world.directory, sheet.protocol, sheet.status, effect.role);
  for (const chief of reportsTo ? (sheet.holders[reportsTo] ?? []) : []) {
    const key = `${sheet.case.id}/escalation.${effect.step}.${effect.due}/person/${chief.id}`;
    if (await world.store.post(key)) continue;
    const viewer = await viewerOf(world, sheet, chief.id);
    const names = owners.length === 1 ? owners.map(({ name }) => name) : [];
    const drawn = world.drawing.escalation(sheet, deadline, names, remindedOn(sheet, effect.due), viewer);
    await postTo(world, {
      council: sheet.case.council,
      caseId: sheet.case.id,
      key,
      audience: { person: chief.id },
      drawn,
      now: sheet.now,
    });
  }
}

/** The working day before, the day, and each working day since up to yesterday. */
function remindedOn(sheet: CaseSheet, due: Day): readonly Day[] {
  const days: Day[] = [sheet.calendar.addWorkingDays(due, -1)];
  const today = dayOf(sheet.now);
  for (let day = sheet.calendar.firstWorkingDayOnOrAfter(due); day < today; day = sheet.calendar.addWorkingDays(day, 1))
    days.push(day);
  return days.filter((day) => day >= dayOf(sheet.case.openedAt));
}
