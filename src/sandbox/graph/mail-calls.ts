/** What every route about mail needs: the mailbox and the message that a call means, and how a message is answered. */
import type { SandboxContext } from '../context.ts';
import { itemFirst, type OnItem, type OnOwner, ownerFirst } from './at-mailbox.ts';
import { showAttachment } from './attachments.ts';
import { type Answer, type Call, created, type Json, notFound, ok } from './call.ts';
import type { Delivery } from './delivery.ts';
import type { Owner } from './directory.ts';
import { readOutlookId, wantsImmutableIds } from './identity.ts';
import type { Mail } from './mailbox.ts';
import { showMessage } from './message.ts';
import { select } from './query.ts';
import type { StoredMessage } from './stored-mail.ts';

/** The path of one message. */
export const MESSAGE = '/users/:user/messages/:message';

export interface MailCalls {
  readonly context: SandboxContext;
  readonly mail: Mail;
  readonly delivery: Delivery;
  readonly inMailbox: OnOwner;
  readonly onMessage: OnItem<StoredMessage>;
  /** 200 with the message. */
  shown(message: StoredMessage, call: Call): Answer;
  /** 201 with the message. */
  made(message: StoredMessage, call: Call): Answer;
}

export function mailCalls(context: SandboxContext, mail: Mail, delivery: Delivery): MailCalls {
  function messageOf(owner: Owner, call: Call): StoredMessage {
    const { key, folder } = readOutlookId('message', call.part.message ?? '');
    const found = mail.messages.get(key);
    if (!found || found.mailbox !== owner.id || (folder !== undefined && folder !== found.folder)) throw notFound();
    return found;
  }

  const inMailbox = ownerFirst(context);
  const onMessage = itemFirst(inMailbox, messageOf);

  const typeHeaders = (call: Call): Record<string, string> =>
    wantsImmutableIds(call) ? { 'preference-applied': 'IdType="ImmutableId"' } : {};
  const show = (message: StoredMessage, call: Call): Json => {
    const shown = select(showMessage(message, call, mail), call);
    const expand = call.query.get('$expand') ?? '';
    if (expand.split(/[,(]/).includes('attachments')) {
      shown.attachments = mail.attachments.of(message.id).map((one) => showAttachment(one, mail));
    }
    return shown;
  };
  const entity = (message: StoredMessage, call: Call): Json => ({
    '@odata.context': `${call.base}/$metadata#users('${message.mailbox}')/messages/$entity`,
    ...show(message, call),
  });

  return {
    context,
    mail,
    delivery,
    inMailbox,
    onMessage,
    shown: (message, call) => ok(entity(message, call), typeHeaders(call)),
    made: (message, call) => created(entity(message, call), typeHeaders(call)),
  };
}
