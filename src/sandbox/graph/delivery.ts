/** Mail on its way: to each addressee a copy, and back what Exchange answers by itself. */
import type { SandboxContext } from '../context.ts';
import { answering, isAutomatic, messageIdsIn } from './automatic.ts';
import { readAway } from './away.ts';
import { type Owner, ownerOf } from './directory.ts';
import { addressOf, enclosedAgain, type Mail, messageIdOf } from './mailbox.ts';
import { makeReport } from './non-delivery.ts';
import type { Address, Folder, NewAttachment, NewMessage, StoredMessage } from './stored-mail.ts';

/** Nothing is ever delivered there (RFC 2606): for trying what happens to a mail that does not arrive. */
const NOWHERE = 'nowhere.invalid';

export interface Delivery {
  /** Sends a draft: it moves to Sent Items, and a copy goes to each addressee. */
  send(message: StoredMessage, sender: Owner): void;
  /** Sends what was never a draft. `keep`: a copy stays in Sent Items. */
  sendAtOnce(message: NewMessage, enclosed: readonly NewAttachment[], sender: Owner, keep: boolean): void;
  /**
   * A mail comes into a mailbox: it joins the conversation that it answers, and whoever is away answers by themselves.
   * @param folder where a rule or the junk filter put it
   */
  deliver(to: Owner, message: NewMessage, enclosed: readonly NewAttachment[], folder?: Folder): StoredMessage;
}

/** Who was told of an absence already. */
interface Told {
  /** The absence and the address. */
  readonly id: string;
}

export function openDelivery(context: SandboxContext, mail: Mail): Delivery {
  const { state, clock, tenant } = context;
  const told = state.collection<Told>('graph-away-told');

  /** The conversation of the newest mail in that mailbox which this one answers. */
  function conversationFor(to: Owner, { headers = [] }: NewMessage): string | undefined {
    for (const wanted of ['in-reply-to', 'references']) {
      const text = headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '';
      for (const id of messageIdsIn(text).reverse()) {
        const [known] = mail.messages.withMessageId(to.id, id);
        if (known) return known.conversationId;
      }
    }
    return undefined;
  }

  function deliver(to: Owner, message: NewMessage, enclosed: readonly NewAttachment[], folder: Folder = 'inbox') {
    return state.together(() => {
      const conversationId = message.conversationId ?? conversationFor(to, message);
      const stored = mail.add(to, folder, {
        ...message,
        ...(conversationId ? { conversationId } : {}),
        isRead: false,
        isDraft: false,
      });
      for (const one of enclosed) mail.attach(stored.id, one);
      if (folder === 'inbox') answerIfAway(to, stored);
      return stored;
    });
  }

  /** Once to each sender while the absence lasts, and never to a machine: two absent people would write to each other for ever. */
  function answerIfAway(owner: Owner, message: StoredMessage): void {
    const away = readAway(context, owner.id);
    const { from } = message;
    if (!away || away.from > clock.now() || !from || message.meeting || isAutomatic(message)) return;
    if (from.address.toLowerCase() === owner.mail.toLowerCase()) return;
    const id = `${owner.id}/${away.event}/${from.address.toLowerCase()}`;
    if (told.get(id)) return;
    told.put({ id });
    const now = clock.now();
    const answer = {
      subject: `Automatic reply: ${message.subject}`,
      body: { contentType: 'text' as const, content: away.message },
      from: addressOf(owner),
      sender: addressOf(owner),
      to: [from],
      headers: [
        { name: 'Auto-Submitted', value: 'auto-replied' },
        { name: 'X-Auto-Response-Suppress', value: 'All' },
        ...answering(message),
      ],
      internetMessageId: messageIdOf(state.next(), now, tenant),
      sentAt: now,
    };
    const receiver = ownerOf(context, from.address);
    if (receiver) deliver(receiver, answer, []);
    else if (!isOwn(from.address)) {
      mail.outside.put({ ...answer, id: `o${state.next()}`, to: from, attachments: [] });
    }
  }

  const isOwn = (address: string): boolean =>
    tenant.domains.some((domain) => address.toLowerCase().endsWith(`@${domain.toLowerCase()}`));

  function bounce(message: StoredMessage, sender: Owner, to: Address): void {
    if (isAutomatic(message)) return;
    const at = clock.now();
    const { mime, ...report } = makeReport(message, {
      ...{ at, to, sender: addressOf(sender), domain: tenant.domains[0] ?? '', unknownHost: !isOwn(to.address) },
      messageId: messageIdOf(state.next(), at, tenant),
    });
    deliver(sender, { ...report, mime: state.blobs.put(mime), conversationId: message.conversationId }, []);
  }

  /** A copy to each addressee once, without the blind ones' names. */
  function dispatch(message: StoredMessage, sender: Owner): void {
    const files = mail.attachments.of(message.id);
    const seen = new Set<string>();
    for (const to of [...message.to, ...message.cc, ...message.bcc]) {
      const address = to.address.toLowerCase();
      if (seen.has(address)) continue;
      seen.add(address);
      const receiver = ownerOf(context, address);
      if (receiver) {
        const { id: _id, mailbox: _mailbox, folder: _folder, version: _version, arrived: _arrived, ...rest } = message;
        const copy: NewMessage = { ...rest, bcc: [], flag: 'notFlagged', categories: [] };
        deliver(
          receiver,
          copy,
          files.map((one) => enclosedAgain(mail, one)),
        );
      } else if (isOwn(address) || address.endsWith(`@${NOWHERE}`)) {
        bounce(message, sender, to);
      } else {
        const { subject, body, internetMessageId, sentAt, headers } = message;
        mail.outside.put({
          ...{ id: `o${state.next()}`, sentAt, from: message.from ?? addressOf(sender), to },
          ...{ subject, body, internetMessageId, headers },
          attachments: files.map(({ name, contentType, size }) => ({ name, contentType, size })),
        });
      }
    }
  }

  function send(message: StoredMessage, sender: Owner): void {
    state.together(() => {
      const now = clock.now();
      const sent = mail.move(
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
      const stored = mail.add(sender, 'sentitems', {
        ...message,
        from: message.from ?? addressOf(sender),
        sender: message.sender ?? addressOf(sender),
        isRead: true,
        isDraft: false,
      });
      for (const attachment of enclosed) mail.attach(stored.id, attachment);
      dispatch(stored, sender);
      if (!keep) mail.erase(stored);
    });
  }

  return { send, sendAtOnce, deliver };
}
