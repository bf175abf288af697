/** Writing to a conversation: new messages, edits in place, tombstones, read marks. */
import type { SandboxContext } from '../context.ts';
import type { Conversation } from './conversations.ts';
import { type Message, pairId, recordsOf, type TeamsRecords } from './records.ts';

export type NewMessage = Pick<Message, 'author' | 'text' | 'textFormat' | 'attachments' | 'summary'>;

/** @param thread id of the post answered to in a channel; null starts a new thread there, and is right for a chat */
export function addMessage(
  context: SandboxContext,
  where: Conversation,
  thread: string | null,
  said: NewMessage,
): Message {
  const { messages } = recordsOf(context.state);
  const sentAt = context.clock.now();
  let number = Date.parse(sentAt);
  while (messages.get(String(number))) number += 1;
  const id = String(number);
  return messages.put({
    ...said,
    id,
    conversation: where.id,
    thread: where.kind === 'channel' ? (thread ?? id) : null,
    sentAt,
    editedAt: null,
    deletedAt: null,
    order: context.state.next(),
    undelivered: null,
  });
}

export type Edit = Pick<Message, 'text' | 'textFormat' | 'attachments' | 'summary'>;

/** An edit is for everybody, so it also ends what single people saw instead of the post. */
export function editMessage(context: SandboxContext, message: Message, edit: Edit): Message {
  const records = recordsOf(context.state);
  dropViews(records, message.id);
  return records.messages.put({ ...message, ...edit, editedAt: context.clock.now() });
}

/** Teams leaves "This message has been deleted" in its place; nothing of its content stays. */
export function deleteMessage(context: SandboxContext, message: Message): Message {
  const records = recordsOf(context.state);
  dropViews(records, message.id);
  return records.messages.put({ ...message, text: '', attachments: [], summary: null, deletedAt: context.clock.now() });
}

function dropViews(records: TeamsRecords, message: string): void {
  for (const view of records.views.filter((each) => each.message === message)) records.views.delete(view.id);
}

export function messagesIn(records: TeamsRecords, conversation: string): Message[] {
  return records.messages.filter((message) => message.conversation === conversation);
}

export function markRead(records: TeamsRecords, person: string, conversation: string): void {
  const upTo = Math.max(0, ...messagesIn(records, conversation).map((message) => message.order));
  const id = pairId(person, conversation);
  if ((records.reads.get(id)?.upTo ?? 0) < upTo) records.reads.put({ id, upTo });
}

/** How many messages of others came since the person last looked. */
export function unread(records: TeamsRecords, person: string, conversation: string): number {
  const upTo = records.reads.get(pairId(person, conversation))?.upTo ?? 0;
  return messagesIn(records, conversation).filter(
    (message) => message.order > upTo && message.author !== person && message.deletedAt === null,
  ).length;
}
