/** Mail as it lies in the mailboxes: folders, files, and what has gone from where since. Delivery is in delivery.ts. */
import type { Instant } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';
import type { Collection } from '../state.ts';
import { type Attachments, shelveAttachments } from './attachment-shelf.ts';
import { type Departures, shelveDepartures } from './departures.ts';
import type { Owner } from './directory.ts';
import { type Messages, shelveMessages } from './message-shelf.ts';
import type { Notice } from './notice.ts';
import type {
  Address,
  Folder,
  Gone,
  NewAttachment,
  NewMessage,
  OutsideMail,
  StoredAttachment,
  StoredMessage,
} from './stored-mail.ts';

export interface Mail {
  readonly messages: Messages;
  readonly attachments: Attachments;
  readonly departures: Departures;
  readonly gone: Collection<Gone>;
  readonly outside: Collection<OutsideMail>;
  /** Puts a new message into a folder as it is; sends nothing. */
  add(owner: Owner, folder: Folder, message: NewMessage): StoredMessage;
  change(message: StoredMessage, to: Partial<StoredMessage>): StoredMessage;
  move(message: StoredMessage, folder: Folder): StoredMessage;
  /** To Deleted Items; from there, for good. */
  remove(message: StoredMessage): void;
  /** For good, from wherever it is. */
  erase(message: StoredMessage): void;
  attach(item: string, attachment: NewAttachment): StoredAttachment;
  detach(attachment: StoredAttachment): void;
  bytesOf(attachment: StoredAttachment): Buffer;
}

export const addressOf = ({ name, mail }: { name: string; mail: string }): Address => ({ name, address: mail });

/** An attachment of one message, for another. */
export const enclosedAgain = (mail: Mail, one: StoredAttachment): NewAttachment => {
  const { name, contentType, isInline, contentId, blob, size } = one;
  return { name, contentType, isInline, contentId, content: blob ? { blob, size } : mail.bytesOf(one) };
};

export const messageIdOf = (number: number, now: Instant, { domains }: SandboxContext['tenant']): string =>
  `<${number.toString(36)}.${Date.parse(now).toString(36)}@${domains[0]}>`;

export const conversationOf = (number: number): string =>
  `AAQkAD${Buffer.from(`conversation/${number}`).toString('base64url')}`;

export function openMail(context: SandboxContext, notice: (notice: Notice) => void): Mail {
  const { state, clock, tenant } = context;
  const messages = shelveMessages(state.collection<StoredMessage>('graph-messages'));
  const attachments = shelveAttachments(state.collection<StoredAttachment>('graph-attachments'));
  const gone = state.collection<Gone>('graph-gone');
  const departures = shelveDepartures(gone);
  const outside = state.collection<OutsideMail>('graph-outside');

  function add(owner: Owner, folder: Folder, message: NewMessage): StoredMessage {
    const version = state.next();
    const now = clock.now();
    const stored: StoredMessage = {
      createdAt: now,
      modifiedAt: now,
      receivedAt: now,
      sentAt: now,
      cc: [],
      bcc: [],
      replyTo: [],
      internetMessageId: messageIdOf(version, now, tenant),
      conversationId: conversationOf(version),
      importance: 'normal',
      categories: [],
      flag: 'notFlagged',
      headers: [],
      isRead: false,
      isDraft: false,
      ...message,
      id: `m${version}`,
      mailbox: owner.id,
      folder,
      version,
      arrived: version,
    };
    messages.put(stored);
    notice({ kind: 'messages', mailbox: owner.id, folder, key: stored.id, version, changeType: 'created' });
    return stored;
  }

  function change(message: StoredMessage, to: Partial<StoredMessage>): StoredMessage {
    const version = state.next();
    const stored = messages.put({ ...message, ...to, modifiedAt: clock.now(), version });
    notice({
      kind: 'messages',
      mailbox: stored.mailbox,
      folder: stored.folder,
      key: stored.id,
      version,
      changeType: 'updated',
    });
    return stored;
  }

  function leave(message: StoredMessage): number {
    const version = state.next();
    const { id: key, mailbox, folder } = message;
    departures.put({ id: `message/${key}/${folder}`, kind: 'message', key, mailbox, folder, version });
    notice({ kind: 'messages', mailbox, folder, key, version, changeType: 'deleted' });
    return version;
  }

  function move(message: StoredMessage, folder: Folder): StoredMessage {
    if (folder === message.folder) return message;
    return state.together(() => {
      const version = leave(message);
      departures.delete(`message/${message.id}/${folder}`);
      const stored = messages.put({ ...message, folder, version, arrived: version, modifiedAt: clock.now() });
      notice({ kind: 'messages', mailbox: stored.mailbox, folder, key: stored.id, version, changeType: 'created' });
      return stored;
    });
  }

  function erase(message: StoredMessage): void {
    state.together(() => {
      leave(message);
      for (const one of attachments.of(message.id)) detach(one);
      messages.delete(message.id);
    });
  }

  function remove(message: StoredMessage): void {
    if (message.folder === 'deleteditems') erase(message);
    else move(message, 'deleteditems');
  }

  function attach(item: string, { content, ...about }: NewAttachment): StoredAttachment {
    const kept = 'blob' in content ? content : { blob: state.blobs.put(content), size: content.length };
    return attachments.put({ ...about, ...kept, id: `a${state.next()}`, item, modifiedAt: clock.now() });
  }

  function detach({ id, blob }: StoredAttachment): void {
    attachments.delete(id);
    if (blob && !attachments.share(blob)) state.blobs.delete(blob);
  }

  const bytesOf = ({ blob, contentBytes = '' }: StoredAttachment): Buffer =>
    (blob ? state.blobs.get(blob) : undefined) ?? Buffer.from(contentBytes, 'base64');

  return {
    ...{ messages, attachments, departures, gone, outside },
    ...{ add, change, move, remove, erase, attach, detach, bytesOf },
  };
}
