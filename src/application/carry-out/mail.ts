/**
 * Sends the mail of a send step, once, and records that Microsoft took it. Only then does a card say "sent".
 */
import type { Effect } from '../../domain/case/types.ts';
import type { SendStep, StepId } from '../../domain/protocol/types.ts';
import { dayOf, instantAt } from '../../domain/time/instant.ts';
import { OPENS } from '../../domain/time/office-hours.ts';
import { addressesOf, waitsForAddress } from '../addresses.ts';
import { Later, unlessStopped } from '../later.ts';
import { writeMail } from '../mails.ts';
import { record } from '../perform.ts';
import type { ClaimedItem } from '../ports.ts';
import { readSheet, readSheetWith } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';

export async function carryOutMail(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'mail' }>,
): Promise<void> {
  const present = await readSheet(world, item.caseId as string);
  const sheet =
    effect.asOf === undefined
      ? await readSheetWith(world, item.caseId as string, effect.step)
      : await readSheet(world, item.caseId as string, effect.asOf);
  const step = sheet?.protocol.steps[effect.step];
  if (!present || !sheet || step?.kind !== 'send')
    throw new Error(`${item.key} asks for a mail of a step that sends none.`);
  unlessStopped(present);
  if (present.status.ended && !present.protocol.steps[step.id]) return;
  if (noLongerWanted(sheet, step)) return;

  if (waitsForAddress(world.directory, sheet.protocol, step) !== undefined) await putOff(world, item, sheet, step.id);
  const { from, to, copy } = addressesOf(world.directory, sheet, step);
  await world.mailboxes.send(
    { key: item.key, from, to, copy, ...writeMail(sheet, step), attachments: [] },
    item.progress,
    (progress) => world.store.note(item.key, progress),
  );
  await record(
    world,
    sheet.case.id,
    { type: 'record', step: step.id, part: 'sent', answers: {} },
    `${item.key}/sent`,
    item.key,
  );
}

/** The case ended while the mail was waiting: nothing about the family leaves the house any more. */
function noLongerWanted({ status }: CaseSheet, { id }: SendStep): boolean {
  const state = status.steps[id]?.state;
  return state === 'skipped' || state === 'not-applicable';
}

/**
 * Not tried, and nothing has failed: whoever asked is told once, the cards say what it waits for, and it is looked at again each morning,
 * and at each start of a program whose council has filled something in.
 */
async function putOff(
  world: World,
  { key: of, caseId }: ClaimedItem,
  { now, calendar }: CaseSheet,
  step: StepId,
): Promise<never> {
  const told = `${of}/no-address`;
  const drawn = `${told}/redraw`;
  await world.store.enqueue([
    { key: told, caseId, effect: { kind: 'not-sent-yet', key: told, step, of }, notBefore: now },
    { key: drawn, caseId, effect: { kind: 'redraw', key: drawn }, notBefore: now },
  ]);
  throw new Later(instantAt(calendar.addWorkingDays(dayOf(now), 1), OPENS));
}
