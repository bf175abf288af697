/**
 * Sends the mail of a send step, once, and records that Microsoft took it. Only then does a card say "sent".
 */
import type { Effect } from '../../domain/case/types.ts';
import { addressesOf, writeMail } from '../mails.ts';
import { record } from '../perform.ts';
import type { ClaimedItem } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { World } from '../world.ts';

export async function carryOutMail(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'mail' }>,
): Promise<void> {
  const caseId = item.caseId as string;
  const sheet = await readSheet(world, caseId);
  const step = sheet?.protocol.steps[effect.step];
  if (!sheet || step?.kind !== 'send') throw new Error(`${item.key} asks for a mail of a step that sends none.`);

  const mailbox = (name: string) => world.directory.mailbox(sheet.case.council, name);
  const [from] = addressesOf(sheet, mailbox, step.from);
  const to = step.to.flatMap((target) => addressesOf(sheet, mailbox, target));
  const copy = step.copy.flatMap((target) => addressesOf(sheet, mailbox, target));
  if (!from || to.length === 0)
    throw new Error(
      `${sheet.case.reference}: nobody holds the part that "${step.title}" goes ${from ? 'to' : 'out from'}. Check the groups in the directory file.`,
    );

  await world.mailboxes.send(
    { key: item.key, from, to, copy, ...writeMail(sheet, step), attachments: [] },
    item.progress,
    (progress) => world.store.note(item.key, progress),
  );
  await record(
    world,
    caseId,
    { type: 'record', step: step.id, part: 'sent', answers: {} },
    `${item.key}/sent`,
    item.key,
  );
}
