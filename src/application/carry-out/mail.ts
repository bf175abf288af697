/**
 * Sends the mail of a send step, once, and records that Microsoft took it. Only then does a card say "sent".
 */
import { answersTheEnding } from '../../domain/case/ending.ts';
import { readCase as readFacts } from '../../domain/case/reading.ts';
import { everRecorded } from '../../domain/case/recorded.ts';
import type { Effect } from '../../domain/case/types.ts';
import type { SendStep, StepId } from '../../domain/protocol/types.ts';
import { dayOf, instantAt } from '../../domain/time/instant.ts';
import { OPENS } from '../../domain/time/office-hours.ts';
import { addressesOf, waitsForAddress } from '../addresses.ts';
import { giveDocuments } from '../documents.ts';
import { Later, unlessStopped } from '../later.ts';
import { takeEarlierCopy } from '../mail/own-copy.ts';
import { attachedTo, documentsOfMail, type MailDocument } from '../mail-documents.ts';
import { writeMail } from '../mails.ts';
import { record } from '../perform.ts';
import type { ClaimedItem, Mail, SentMail } from '../ports.ts';
import { readSheet, readSheetWith } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';

export async function carryOutMail(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'mail' }>,
): Promise<void> {
  const present = await readSheet(world, item.caseId as string);
  // Had the program ended between the recording and the giving, the documents would be their giver's still.
  if (present) await giveDocuments(world, present.case.id, everRecorded(present.case));
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

  if (waitsForAddress(world.directory, sheet.protocol, step) !== undefined)
    await putOff(world, item, sheet, step.id, 'no-address');
  const documents = documentsOfMail(sheet, step);
  // Asked for on the form, and gone since: erased, or chosen for another case in the same moment (BSC-D-09).
  if (documents.some(({ missing }) => missing)) await putOff(world, item, sheet, step.id, 'no-document');
  const { from, to, copy } = addressesOf(world.directory, sheet, step);
  const { internetMessageId, conversationId } = await world.mailboxes.send(
    { key: item.key, from, to, copy, ...writeMail(sheet, step), attachments: await attachments(world, documents) },
    item.progress,
    (progress) => world.store.note(item.key, progress),
  );
  const sent: SentMail = {
    ...{ internetMessageId, conversationId, key: item.key, mailbox: from.toLowerCase(), sentAt: world.clock.now() },
    ...{ caseId: sheet.case.id, step: step.id, answers: null },
  };
  // By it the copy in the mailbox is known, and answers and bounces find the case.
  await world.store.mails.saveSent(sent);
  await record(
    world,
    sheet.case.id,
    { type: 'record', step: step.id, part: 'sent', answers: {} },
    `${item.key}/sent`,
    item.key,
  );
  await takeEarlierCopy(world, sent);
}

async function attachments({ store }: World, documents: readonly MailDocument[]): Promise<Mail['attachments']> {
  return Promise.all(
    attachedTo(documents).map(async ({ id, name, contentType }) => {
      const bytes = await store.documents.bytes(id);
      if (!bytes) throw new Error('A document of this mail has no bytes any more.');
      return { name, contentType, bytes };
    }),
  );
}

/** The case ended while the mail was waiting: nothing about the family leaves the house any more. */
function noLongerWanted({ protocol, case: of, status }: CaseSheet, step: SendStep): boolean {
  if (answersTheEnding(readFacts(protocol, of), step)) return false;
  const state = status.steps[step.id]?.state;
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
  why: 'no-address' | 'no-document',
): Promise<never> {
  const told = `${of}/${why}`;
  const drawn = `${told}/redraw`;
  await world.store.enqueue([
    { key: told, caseId, effect: { kind: 'not-sent-yet', key: told, step, of }, notBefore: now },
    { key: drawn, caseId, effect: { kind: 'redraw', key: drawn }, notBefore: now },
  ]);
  throw new Later(instantAt(calendar.addWorkingDays(dayOf(now), 1), OPENS));
}
