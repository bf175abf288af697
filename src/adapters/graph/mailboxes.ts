/**
 * Mail, over Graph. Sending is two calls, a draft and its sending, so that a mail whose answer was lost is found again
 * and never goes out twice; `sendMail` would be one call and could not be repeated.
 */
import { createHash } from 'node:crypto';
import type { FileAttachment, Message } from '@microsoft/microsoft-graph-types';
import { type ArrivedMail, type Mail, type Mailboxes, PlatformFault, type Sent } from '../../application/ports.ts';
import { parseInstant } from '../../domain/time/instant.ts';
import type { Graph } from './client.ts';

/** Graph takes smaller ones in one call; larger ones need an upload session (facts.md 5), which is not built yet. */
export const LARGEST_ATTACHMENT = 3 * 1024 * 1024;

const PAGE_SIZE = 50;
const KNOWN_AGAIN = '$select=id,isDraft,internetMessageId,conversationId';
const ARRIVED = '$select=subject,from,receivedDateTime,internetMessageId';

interface Page {
  readonly value: readonly (Message & { readonly '@removed'?: object })[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

export interface MailboxesOptions {
  /** Right half of the Message-IDs. */
  readonly messageIdDomain?: string;
}

export function graphMailboxes(
  graph: Graph,
  { messageIdDomain = 'stepwise.invalid' }: MailboxesOptions = {},
): Mailboxes {
  async function message(mailbox: string, id: string): Promise<Message | undefined> {
    const path = `${messages(mailbox)}/${encodeURIComponent(id)}?${KNOWN_AGAIN}`;
    return await unlessGone(graph.get<Message>({ doing: 'look for the draft', path }));
  }

  /** By Message-ID: a copy that went out before a draft that did not. */
  async function byMessageId(mailbox: string, messageId: string): Promise<Message | undefined> {
    const filter = encodeURIComponent(`internetMessageId eq '${messageId}'`);
    const path = `${messages(mailbox)}?$filter=${filter}&${KNOWN_AGAIN}`;
    const { value } = await graph.get<{ value: Message[] }>({ doing: 'look for the mail by its Message-ID', path });
    return value.find((found) => !found.isDraft) ?? value[0];
  }

  async function attach(mail: Mail, draftId: string, isNew: boolean): Promise<void> {
    if (mail.attachments.length === 0) return;
    const path = `${messages(mail.from)}/${encodeURIComponent(draftId)}/attachments`;
    const there = isNew
      ? []
      : (
          await graph.get<{ value: FileAttachment[] }>({
            doing: 'list the attachments',
            path: `${path}?$select=id,name`,
          })
        ).value.map((found) => found.name);
    for (const attachment of mail.attachments) {
      const at = there.indexOf(attachment.name);
      if (at >= 0) {
        there.splice(at, 1);
        continue;
      }
      await graph.post(
        { doing: 'attach a document', path },
        {
          '@odata.type': '#microsoft.graph.fileAttachment',
          name: attachment.name,
          contentType: attachment.contentType,
          contentBytes: Buffer.from(attachment.bytes).toString('base64'),
        },
      );
    }
  }

  return {
    // Notes `draftId`, the draft's immutable id, and `sendAsked`: 'yes' from just before its sending is asked for.
    async send(mail, earlier, note) {
      refuseLargeAttachments(mail);
      const notedId = earlier.draftId;
      const askedBefore = earlier.sendAsked === 'yes';
      const messageId = messageIdOf(mail.key, messageIdDomain);

      let found = notedId === undefined ? undefined : await message(mail.from, notedId);
      // On its way from Drafts to Sent Items a message is nowhere for a moment (facts.md 5).
      if (notedId !== undefined && !found && askedBefore) return sentAs({ ...earlier, id: notedId }, messageId);
      found ??= await byMessageId(mail.from, messageId);
      if (found?.id && !found.isDraft) return sentAs(found, messageId);

      const isNew = !found?.id;
      const sent = sentAs(found?.id ? found : await createDraft(graph, mail, messageId), messageId);
      const draftId = sent.messageId;
      const noted = {
        ...earlier,
        draftId,
        internetMessageId: sent.internetMessageId,
        conversationId: sent.conversationId,
      };
      if (draftId !== notedId) await note(noted);
      await attach(mail, draftId, isNew);
      await note({ ...noted, sendAsked: 'yes' });
      const path = `${messages(mail.from)}/${encodeURIComponent(draftId)}/send`;
      try {
        await graph.post({ doing: 'send the draft', path });
      } catch (fault) {
        if (!isGone(fault)) throw fault;
        // The draft was there a moment ago. An earlier attempt's sending was carried out late: then it is sent.
        // Nobody asked before: Graph does not find yet what it has just made, and this attempt has sent nothing.
        if (!askedBefore) {
          await note({ ...noted, sendAsked: '' });
          throw new PlatformFault(fault.message, fault.status, true);
        }
      }
      return sent;
    },

    async arrived(mailbox, cursor) {
      if (cursor !== undefined) {
        try {
          return await read(graph, cursor);
        } catch (fault) {
          if (!isLostCursor(fault)) throw fault;
        }
      }
      return await read(graph, `${user(mailbox)}/mailFolders/inbox/messages/delta?${ARRIVED}`);
    },
  };
}

/** The Message-ID of a mail: the same key gives the same one, and no key can be read from it. */
export function messageIdOf(key: string, domain: string): string {
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`;
}

function user(mailbox: string): string {
  return `/users/${encodeURIComponent(mailbox)}`;
}

function messages(mailbox: string): string {
  return `${user(mailbox)}/messages`;
}

function refuseLargeAttachments(mail: Mail): void {
  mail.attachments.forEach(({ bytes }, index) => {
    if (bytes.byteLength < LARGEST_ATTACHMENT) return;
    const size = (bytes.byteLength / 1024 / 1024).toFixed(1);
    // By number: a document's name may hold a family's.
    throw new PlatformFault(
      `Document ${index + 1} of ${mail.attachments.length} is ${size} MB. Up to 3 MB can be attached: send a link instead.`,
      413,
      false,
    );
  });
}

async function createDraft(graph: Graph, mail: Mail, internetMessageId: string): Promise<Message> {
  const draft: Message = {
    internetMessageId,
    subject: mail.subject,
    body: { contentType: 'text', content: mail.text },
    toRecipients: mail.to.map(recipient),
    ccRecipients: mail.copy.map(recipient),
  };
  const made = await graph.post<Message>({ doing: 'create the draft', path: messages(mail.from) }, draft);
  if (!made.id) throw new PlatformFault('Microsoft Graph: create the draft: the answer has no id', 201, true);
  return made;
}

/** As the draft says; ours, where it does not say. */
function sentAs({ id, internetMessageId, conversationId }: Message, messageId: string): Sent {
  return {
    messageId: id ?? '',
    internetMessageId: (internetMessageId || messageId).replace(/^<|>$/g, ''),
    conversationId: conversationId ?? '',
  };
}

function recipient(address: string) {
  return { emailAddress: { address } };
}

async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  return await asked.catch((fault: unknown) => {
    if (isGone(fault)) return undefined;
    throw fault;
  });
}

function isGone(fault: unknown): fault is PlatformFault {
  return fault instanceof PlatformFault && fault.status === 404;
}

/**
 * An expired token is a 410, or for Outlook "a 40X-series error" such as syncStateNotFound (facts.md 2), so all of them
 * start again, except those that say who we are or when to come back.
 */
function isLostCursor(fault: unknown): boolean {
  return (
    fault instanceof PlatformFault && !fault.again && fault.status >= 400 && fault.status < 500 && fault.status !== 403
  );
}

/** Follows the pages from a path to the deltaLink. The cursor is its path, so that it survives a change of Graph's port or host. */
async function read(graph: Graph, from: string): Promise<{ mails: readonly ArrivedMail[]; cursor: string }> {
  // The same mail may come twice, on two pages or in two states: the last one stands (facts.md 2).
  const mails = new Map<string, ArrivedMail>();
  for (let path = from; ; ) {
    const page = await graph.get<Page>({ doing: 'read the inbox', path, prefer: `odata.maxpagesize=${PAGE_SIZE}` });
    for (const found of page.value) {
      if (!found.id) continue;
      mails.delete(found.id);
      const mail = '@removed' in found ? undefined : arrivedMail(found);
      if (mail) mails.set(mail.id, mail);
    }
    const link = page['@odata.nextLink'] ?? page['@odata.deltaLink'];
    const next = link === undefined ? undefined : graph.pathOf(link);
    if (next === undefined || next === path) {
      throw new PlatformFault('Microsoft Graph: read the inbox: the answer does not say where to go on', 200, true);
    }
    if (page['@odata.nextLink'] === undefined) return { mails: [...mails.values()], cursor: next };
    path = next;
  }
}

function arrivedMail(found: Message): ArrivedMail | undefined {
  if (!found.id || !found.receivedDateTime) return undefined;
  return {
    id: found.id,
    internetMessageId: found.internetMessageId ?? '',
    subject: found.subject ?? '',
    from: found.from?.emailAddress?.address ?? '',
    receivedAt: parseInstant(found.receivedDateTime),
  };
}
