/** Mail as it lies in the mailboxes: folders, delivery, and what has gone from where since. */
import type { Instant } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';
import type { Collection } from '../state.ts';
import { type Owner, ownerOf } from './directory.ts';
import type { Notice } from './notice.ts';

export const FOLDERS = {
  inbox: 'Inbox',
  drafts: 'Drafts',
  sentitems: 'Sent Items',
  deleteditems: 'Deleted Items',
  archive: 'Archive',
  junkemail: 'Junk Email',
  outbox: 'Outbox',
} as const;

export type Folder = keyof typeof FOLDERS;

export interface Address {
  readonly name: string;
  readonly address: string;
}

export interface MailBody {
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

/** A mail that carries an invitation, its cancellation or an answer to it. */
export interface MeetingPart {
  readonly type:
    | 'meetingRequest'
    | 'meetingCancelled'
    | 'meetingAccepted'
    | 'meetingTenativelyAccepted'
    | 'meetingDeclined';
  readonly iCalUId: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly update?: boolean;
}

export interface StoredMessage {
  readonly id: string;
  /** The owner's object id. */
  readonly mailbox: string;
  readonly folder: Folder;
  /** Of the last change; grows. */
  readonly version: number;
  /** Of its coming into this folder: later than a delta token means new to the caller. */
  readonly arrived: number;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
  readonly receivedAt: Instant;
  readonly sentAt: Instant;
  readonly subject: string;
  readonly body: MailBody;
  /** Missing on a draft that nobody put a sender on. */
  readonly from?: Address;
  readonly sender?: Address;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly internetMessageId: string;
  readonly conversationId: string;
  readonly importance: 'low' | 'normal' | 'high';
  readonly categories: readonly string[];
  readonly flag: 'notFlagged' | 'flagged' | 'complete';
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly isRead: boolean;
  readonly isDraft: boolean;
  readonly meeting?: MeetingPart;
}

export interface StoredAttachment {
  readonly id: string;
  /** Key of the message or event. */
  readonly item: string;
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly contentBytes: string;
  readonly size: number;
  readonly modifiedAt: Instant;
}

/** An item that was here and no longer is. */
export interface Gone {
  readonly id: string;
  readonly kind: 'message' | 'event';
  readonly key: string;
  readonly mailbox: string;
  readonly folder: string;
  readonly version: number;
}

/** Mail to an address outside the tenant: there is nobody to deliver it to, so it is kept for all to see. */
export interface OutsideMail {
  readonly id: string;
  readonly sentAt: Instant;
  readonly from: Address;
  readonly to: Address;
  readonly subject: string;
  readonly body: MailBody;
  readonly internetMessageId: string;
}

export type NewMessage = Pick<StoredMessage, 'subject' | 'body' | 'to'> &
  Partial<Omit<StoredMessage, 'id' | 'mailbox' | 'folder' | 'version' | 'arrived'>>;

export type NewAttachment = Omit<StoredAttachment, 'id' | 'item' | 'modifiedAt' | 'size'>;

export interface Mail {
  readonly messages: Collection<StoredMessage>;
  readonly attachments: Collection<StoredAttachment>;
  readonly gone: Collection<Gone>;
  readonly outside: Collection<OutsideMail>;
  /** Puts a new message into a folder as it is; sends nothing. */
  add(owner: Owner, folder: Folder, message: NewMessage): StoredMessage;
  change(message: StoredMessage, to: Partial<StoredMessage>): StoredMessage;
  move(message: StoredMessage, folder: Folder): StoredMessage;
  /** To Deleted Items; from there, for good. */
  remove(message: StoredMessage): void;
  /** Sends a draft: it moves to Sent Items, and a copy goes to each addressee. */
  send(message: StoredMessage, sender: Owner): void;
  /** Sends what was never a draft. `keep`: a copy stays in Sent Items. */
  sendAtOnce(message: NewMessage, enclosed: readonly NewAttachment[], sender: Owner, keep: boolean): void;
  /** Puts a mail straight into an inbox: invitations, answers, delivery reports. */
  deliver(to: Owner, message: NewMessage): StoredMessage;
  attach(item: string, attachment: NewAttachment): StoredAttachment;
}

export const addressOf = ({ name, mail }: { name: string; mail: string }): Address => ({ name, address: mail });

export function openMail(context: SandboxContext, notice: (notice: Notice) => void): Mail {
  const { state, clock, tenant } = context;
  const messages = state.collection<StoredMessage>('graph-messages');
  const attachments = state.collection<StoredAttachment>('graph-attachments');
  const gone = state.collection<Gone>('graph-gone');
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
      internetMessageId: `<${version.toString(36)}.${Date.parse(now).toString(36)}@${tenant.domains[0]}>`,
      conversationId: `AAQkAD${Buffer.from(`conversation/${version}`).toString('base64url')}`,
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
    gone.put({ id: `message/${key}/${folder}`, kind: 'message', key, mailbox, folder, version });
    notice({ kind: 'messages', mailbox, folder, key, version, changeType: 'deleted' });
    return version;
  }

  function move(message: StoredMessage, folder: Folder): StoredMessage {
    if (folder === message.folder) return message;
    return state.together(() => {
      const version = leave(message);
      gone.delete(`message/${message.id}/${folder}`);
      const stored = messages.put({ ...message, folder, version, arrived: version, modifiedAt: clock.now() });
      notice({ kind: 'messages', mailbox: stored.mailbox, folder, key: stored.id, version, changeType: 'created' });
      return stored;
    });
  }

  function remove(message: StoredMessage): void {
    if (message.folder !== 'deleteditems') {
      move(message, 'deleteditems');
      return;
    }
    state.together(() => {
      leave(message);
      for (const { id } of attachments.filter(({ item }) => item === message.id)) attachments.delete(id);
      messages.delete(message.id);
    });
  }

  function deliver(to: Owner, message: NewMessage): StoredMessage {
    return add(to, 'inbox', { ...message, isRead: false, isDraft: false });
  }

  /** Exchange tells the sender when an address of its own domain does not exist. */
  function bounce(message: StoredMessage, sender: Owner, address: string): void {
    deliver(sender, {
      subject: `Undeliverable: ${message.subject}`,
      body: {
        contentType: 'text',
        content: `Your message to ${address} couldn't be delivered. The address was not found at ${address.split('@')[1]}.`,
      },
      from: { name: 'Microsoft Outlook', address: `postmaster@${tenant.domains[0]}` },
      sender: { name: 'Microsoft Outlook', address: `postmaster@${tenant.domains[0]}` },
      to: [addressOf(sender)],
      conversationId: message.conversationId,
      headers: [{ name: 'Auto-Submitted', value: 'auto-replied' }],
    });
  }

  /** A copy to each addressee once, without the blind ones' names. */
  function dispatch(message: StoredMessage, sender: Owner): void {
    const enclosed = attachments.filter(({ item }) => item === message.id);
    const seen = new Set<string>();
    for (const to of [...message.to, ...message.cc, ...message.bcc]) {
      const address = to.address.toLowerCase();
      if (seen.has(address)) continue;
      seen.add(address);
      const receiver = ownerOf(context, address);
      if (receiver) {
        const { id: _id, mailbox: _mailbox, folder: _folder, version: _version, arrived: _arrived, ...rest } = message;
        const copy = deliver(receiver, { ...rest, bcc: [], flag: 'notFlagged', categories: [] });
        for (const { name, contentType, isInline, contentId, contentBytes } of enclosed) {
          attach(copy.id, { name, contentType, isInline, contentId, contentBytes });
        }
      } else if (tenant.domains.some((domain) => address.endsWith(`@${domain}`))) {
        bounce(message, sender, to.address);
      } else {
        const { subject, body, internetMessageId, sentAt } = message;
        outside.put({ id: `o${state.next()}`, sentAt, from: addressOf(sender), to, subject, body, internetMessageId });
      }
    }
  }

  function send(message: StoredMessage, sender: Owner): void {
    state.together(() => {
      const now = clock.now();
      const sent = move(
        {
          ...message,
          from: message.from ?? addressOf(sender),
          sender: message.sender ?? addressOf(sender),
          isDraft: false,
          isRead: true,
          sentAt: now,
          receivedAt: now,
        },
        'sentitems',
      );
      dispatch(sent, sender);
    });
  }

  function sendAtOnce(message: NewMessage, enclosed: readonly NewAttachment[], sender: Owner, keep: boolean): void {
    state.together(() => {
      const stored = add(sender, 'sentitems', {
        ...message,
        from: message.from ?? addressOf(sender),
        sender: message.sender ?? addressOf(sender),
        isRead: true,
        isDraft: false,
      });
      for (const attachment of enclosed) attach(stored.id, attachment);
      dispatch(stored, sender);
      if (keep) return;
      leave(stored);
      messages.delete(stored.id);
    });
  }

  function attach(item: string, attachment: NewAttachment): StoredAttachment {
    return attachments.put({
      ...attachment,
      id: `a${state.next()}`,
      item,
      size: Buffer.from(attachment.contentBytes, 'base64').length,
      modifiedAt: clock.now(),
    });
  }

  return { messages, attachments, gone, outside, add, change, move, remove, send, sendAtOnce, deliver, attach };
}
