/**
 * Sending a mail once. It is two calls, a draft and its sending, so that a mail whose answer was lost is found again and never goes
 * out twice; `sendMail` would be one call and could not be repeated.
 */
import { type Mailboxes, PlatformFault, type Sent } from '../../application/ports.ts';
import { refuseAddresses } from '../addresses.ts';
import { graphAttachments, refuseTooLarge } from './attachments.ts';
import type { Graph } from './client.ts';
import { bareId, type Draft, graphDrafts, messageIdOf } from './drafts.ts';
import { isGone, messagePath } from './mail-paths.ts';

export interface SendingOptions {
  /** Right half of the Message-IDs. */
  readonly messageIdDomain?: string;
}

/** Notes `draftId`, the draft's immutable id, what else it is known by, and `sendAsked`: 'yes' from just before its sending is asked for. */
export function sending(graph: Graph, { messageIdDomain = 'stepwise.invalid' }: SendingOptions): Mailboxes['send'] {
  const drafts = graphDrafts(graph);
  const attachments = graphAttachments(graph);

  return async (mail, earlier, note) => {
    refuseAddresses([...mail.to, ...mail.copy]);
    refuseTooLarge(mail.attachments);
    const notedId = earlier.draftId;
    const askedBefore = earlier.sendAsked === 'yes';
    const messageId = messageIdOf(mail.key, messageIdDomain);

    let found = notedId === undefined ? undefined : await drafts.byId(mail.from, notedId);
    // On its way from Drafts to Sent Items a message is nowhere for a moment (facts.md 5).
    if (notedId !== undefined && !found && askedBefore) return sentAs({ ...earlier, id: notedId }, messageId);
    found ??= await drafts.byMessageId(mail.from, messageId);
    if (found && !found.isDraft) return sentAs(found, messageId);

    const isNew = !found;
    let draft = found ?? (await drafts.create(mail, messageId));
    const noteDraft = async (sendAsked?: string) => {
      const { internetMessageId, conversationId } = sentAs(draft, messageId);
      const known = { ...earlier, draftId: draft.id, internetMessageId, conversationId };
      await note(sendAsked === undefined ? known : { ...known, sendAsked });
    };
    if (draft.id !== notedId) await noteDraft();
    // Noted first: until it bears our name, a draft is found again by nothing else.
    if (mail.answers !== undefined) draft = await onDraft(drafts.nameAfter(mail.from, draft, messageId));
    await onDraft(attachments.attach(mail, draft.id, isNew));
    await noteDraft('yes');
    try {
      await graph.post({ doing: 'send the draft', path: `${messagePath(mail.from, draft.id)}/send` });
    } catch (fault) {
      if (!isGone(fault)) throw fault;
      // The draft was there a moment ago. An earlier attempt's sending was carried out late: then it is sent.
      // Nobody asked before: Graph does not find yet what it has just made, and this attempt has sent nothing.
      if (!askedBefore) {
        await noteDraft('');
        throw new PlatformFault(fault.message, fault.status, true);
      }
    }
    return sentAs(draft, messageId);
  };
}

/** Somebody has deleted the draft, or Graph does not find yet what it has just made: the next attempt finds out, and nothing was sent. */
async function onDraft<T>(work: Promise<T>): Promise<T> {
  return await work.catch((fault: unknown) => {
    throw isGone(fault) ? new PlatformFault(fault.message, fault.status, true) : fault;
  });
}

/** As the draft says; ours, where it does not say. */
function sentAs({ id, internetMessageId, conversationId }: Omit<Draft, 'isDraft'>, messageId: string): Sent {
  return {
    messageId: id,
    internetMessageId: bareId(internetMessageId || messageId),
    conversationId: conversationId ?? '',
  };
}
