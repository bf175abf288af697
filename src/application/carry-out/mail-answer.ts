/**
 * The answer to a mail that a person has read and pressed on: sent once, from the mailbox that the mail came to, into its conversation.
 * Nothing is ever answered by the program itself.
 */
import { answerHead } from '../mail/answer-head.ts';
import { boxOf, watchedAt } from '../mail/watched.ts';
import type { ClaimedItem, OutboxEffect } from '../ports.ts';
import type { World } from '../world.ts';

export async function carryOutMailAnswer(
  world: World,
  item: ClaimedItem,
  { mail: id, answer }: Extract<OutboxEffect, { kind: 'mail-answer' }>,
): Promise<void> {
  const { mails } = world.store;
  if (await mails.sentBy(item.key)) return;
  const entry = await mails.entry(id);
  const content = await mails.content(id);
  const found = (await mails.answersOf(id)).find((each) => each.id === answer);
  // Erased with its family meanwhile.
  if (!entry || !content || !found) return;
  const box = boxOf(world, entry);
  const from = box?.address ?? entry.mailbox;
  const { to, subject } = answerHead(content, box?.title ?? 'mailbox') ?? {};
  // It was asked before it was pressed. What has changed since is said on /readyz, and no card claims that it has gone.
  if (to === undefined || subject === undefined || watchedAt(world, to))
    throw new Error(`The answer ${item.key} has nobody left to go to.`);
  const { internetMessageId, conversationId } = await world.mailboxes.send(
    {
      key: item.key,
      from,
      ...{ to: [to], copy: [], subject, text: found.text, attachments: [] },
      answers: entry.messageId,
    },
    item.progress,
    (progress) => world.store.note(item.key, progress),
  );
  const now = world.clock.now();
  await mails.noteAnswer(to, now);
  await mails.saveSent({
    ...{ internetMessageId, conversationId, key: item.key, mailbox: from, sentAt: now },
    ...{ caseId: entry.caseId, step: null, answers: id },
  });
  const key = `mail-card/${id}/${answer}`;
  await world.store.enqueue([{ key, caseId: null, effect: { kind: 'mail-card', key, mail: id }, notBefore: now }]);
}
