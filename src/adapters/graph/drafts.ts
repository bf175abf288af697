/**
 * Drafts of mails, found again by what was noted or by their Message-ID. An answer is begun by createReply, which keeps it in the
 * conversation of the mail that it answers.
 */
import { createHash } from 'node:crypto';
import type { Message } from '@microsoft/microsoft-graph-types';
import { type Mail, PlatformFault } from '../../application/ports.ts';
import type { Graph } from './client.ts';
import { messagePath, messagesPath, unlessGone } from './mail-paths.ts';

const SHOWN = '$select=id,isDraft,internetMessageId,conversationId';

/** As much of a message as is needed to send it, and to know it again. */
export interface Draft extends Pick<Message, 'isDraft' | 'internetMessageId' | 'conversationId'> {
  readonly id: string;
}

export interface Drafts {
  byId(mailbox: string, id: string): Promise<Draft | undefined>;
  /** A copy that went out before a draft that did not. @param messageId with its angle brackets */
  byMessageId(mailbox: string, messageId: string): Promise<Draft | undefined>;
  create(mail: Mail, messageId: string): Promise<Draft>;
  /** Gives a draft our Message-ID, where createReply has given it one of its own. @returns as it is then */
  nameAfter(mailbox: string, draft: Draft, messageId: string): Promise<Draft>;
}

/** The Message-ID of a mail: the same key gives the same one, and no key can be read from it. */
export function messageIdOf(key: string, domain: string): string {
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`;
}

export function graphDrafts(graph: Graph): Drafts {
  /** Resolves to undefined where the mail that is answered is no longer there. */
  async function answer(mail: Mail, draft: Message): Promise<Message | undefined> {
    if (mail.answers === undefined) return undefined;
    const path = `${messagePath(mail.from, mail.answers)}/createReply`;
    // Without the comment: Graph refuses it beside a body, and the body is what the person has read and sent.
    return await unlessGone(graph.post<Message>({ doing: 'begin the answer', path }, { message: draft }));
  }

  return {
    async byId(mailbox, id) {
      const path = `${messagePath(mailbox, id)}?${SHOWN}`;
      const found = await unlessGone(graph.get<Message>({ doing: 'look for the draft', path }));
      return found && { ...found, id };
    },

    async byMessageId(mailbox, messageId) {
      const filter = encodeURIComponent(`internetMessageId eq '${messageId}'`);
      const path = `${messagesPath(mailbox)}?$filter=${filter}&${SHOWN}`;
      const { value } = await graph.get<{ value: Message[] }>({ doing: 'look for the mail by its Message-ID', path });
      const found = value.find(({ isDraft }) => !isDraft) ?? value[0];
      return found?.id ? { ...found, id: found.id } : undefined;
    },

    async create(mail, messageId) {
      const draft: Message = {
        internetMessageId: messageId,
        subject: mail.subject,
        body: { contentType: 'text', content: mail.text },
        toRecipients: mail.to.map(recipient),
        ccRecipients: mail.copy.map(recipient),
      };
      // Where somebody has deleted the mail, its sender is still to hear back: by a mail of its own.
      const made =
        (await answer(mail, draft)) ??
        (await graph.post<Message>({ doing: 'create the draft', path: messagesPath(mail.from) }, draft));
      if (!made.id) throw new PlatformFault('Microsoft Graph: create the draft: the answer has no id', 201, true);
      return { ...made, id: made.id };
    },

    async nameAfter(mailbox, draft, messageId) {
      if (bareId(draft.internetMessageId) === bareId(messageId)) return draft;
      try {
        const path = messagePath(mailbox, draft.id);
        const named = await graph.patch<Message | undefined>(
          { doing: 'name the answer', path },
          { internetMessageId: messageId },
        );
        return { ...draft, ...named, id: draft.id };
      } catch (fault) {
        if (!(fault instanceof PlatformFault) || fault.again || fault.status === 404) throw fault;
        // Exchange will not have it. Then the draft is known by the name that it has, and found by the id that was noted.
        return draft;
      }
    },
  };
}

/** A Message-ID without its angle brackets. */
export function bareId(messageId: string | null | undefined): string {
  return (messageId ?? '').trim().replace(/^<|>$/g, '');
}

function recipient(address: string) {
  return { emailAddress: { address } };
}
