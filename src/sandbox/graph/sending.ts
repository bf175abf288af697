/** Drafts, and everything that sends: a draft, a mail at once, a reply, a mail passed on. */
import { attachmentsIn } from './attachments.ts';
import { answering } from './automatic.ts';
import { type Answer, accepted, type Call, invalid, isObject, objectBody, parameter, type Route } from './call.ts';
import type { Owner } from './directory.ts';
import { readFolder } from './folders.ts';
import { plainText } from './item.ts';
import { type MailCalls, MESSAGE } from './mail-calls.ts';
import { enclosedAgain } from './mailbox.ts';
import { asNew, checkAddressees, readAddresses, readMessage } from './message.ts';
import type { Address, Folder, NewMessage, StoredMessage } from './stored-mail.ts';

export function sendingRoutes({ context: { state }, mail, delivery, inMailbox, onMessage, made }: MailCalls): Route[] {
  function createDraft(owner: Owner, folder: Folder, call: Call): Answer {
    const body = objectBody(call);
    const enclosed = attachmentsIn(body);
    const message = state.together(() => {
      const stored = mail.add(owner, folder, { ...asNew(readMessage(body)), isDraft: true, isRead: true });
      for (const attachment of enclosed) mail.attach(stored.id, attachment);
      return stored;
    });
    return made(message, call);
  }

  const reply = (all: boolean) =>
    onMessage((message, owner, call) => {
      const answer = replyTo(message, owner, call, all);
      checkAddressees(answer);
      delivery.sendAtOnce(answer, [], owner, true);
      return accepted;
    });
  const draftReply = (all: boolean) =>
    onMessage((message, owner, call) => {
      const draft = mail.add(owner, 'drafts', { ...replyTo(message, owner, call, all), isDraft: true, isRead: true });
      return made(draft, call);
    });

  return [
    {
      method: 'POST',
      path: '/users/:user/mailFolders/:folder/messages',
      answer: inMailbox((owner, call) => createDraft(owner, readFolder(owner, call.part.folder ?? ''), call)),
    },
    {
      method: 'POST',
      path: '/users/:user/messages',
      answer: inMailbox((owner, call) => createDraft(owner, 'drafts', call)),
    },
    {
      method: 'POST',
      path: `${MESSAGE}/send`,
      answer: onMessage((found, owner) => {
        if (!found.isDraft) throw invalid('The message has been sent already.', 'ErrorInvalidOperation');
        checkAddressees(found);
        delivery.send(found, owner);
        return accepted;
      }),
    },
    {
      method: 'POST',
      path: '/users/:user/sendMail',
      answer: inMailbox((owner, call) => {
        const body = objectBody(call);
        const given = parameter(body, 'message');
        if (!isObject(given)) throw invalid('The parameter Message is missing.', 'ErrorRequiredPropertyMissing');
        const read = asNew(readMessage(given));
        checkAddressees(read);
        delivery.sendAtOnce(read, attachmentsIn(given), owner, parameter(body, 'saveToSentItems') !== false);
        return accepted;
      }),
    },
    { method: 'POST', path: `${MESSAGE}/reply`, answer: reply(false) },
    { method: 'POST', path: `${MESSAGE}/replyAll`, answer: reply(true) },
    { method: 'POST', path: `${MESSAGE}/createReply`, answer: draftReply(false) },
    { method: 'POST', path: `${MESSAGE}/createReplyAll`, answer: draftReply(true) },
    {
      method: 'POST',
      path: `${MESSAGE}/forward`,
      answer: onMessage((found, owner, call) => {
        const body = objectBody(call);
        const to = readAddresses(parameter(body, 'toRecipients'));
        const content = `${String(parameter(body, 'comment') ?? '')}\n\n${plainText(found.body)}`;
        const forwarded: NewMessage = {
          subject: /^fwd?:/i.test(found.subject) ? found.subject : `FW: ${found.subject}`,
          body: { contentType: 'text', content },
          to,
          conversationId: found.conversationId,
          headers: answering(found),
        };
        checkAddressees(forwarded);
        delivery.sendAtOnce(
          forwarded,
          mail.attachments.of(found.id).map((one) => enclosedAgain(mail, one)),
          owner,
          true,
        );
        return accepted;
      }),
    },
  ];
}

function replyTo(original: StoredMessage, owner: Owner, call: Call, all: boolean): NewMessage {
  const body = objectBody(call);
  const given = parameter(body, 'message');
  const comment = String(parameter(body, 'comment') ?? '');
  if (comment !== '' && isObject(given) && given.body !== undefined) {
    throw invalid('Specify either the comment or the body of the message; not both.', 'ErrorInvalidArgument');
  }
  const written = isObject(given) ? readMessage(given) : {};
  const mine = owner.mail.toLowerCase();
  const from = addresseesOf(original, mine);
  const others = (addresses: readonly Address[]) => addresses.filter(({ address }) => address.toLowerCase() !== mine);
  const quoted = `${comment}\n\nFrom: ${original.from?.name ?? ''}\nSubject: ${original.subject}\n\n${plainText(original.body)}`;
  return {
    subject: /^re:/i.test(original.subject) ? original.subject : `RE: ${original.subject}`,
    body: { contentType: 'text', content: quoted },
    to: all ? [...from, ...others(original.to).filter((one) => !from.includes(one))] : from,
    cc: all ? others(original.cc) : [],
    conversationId: original.conversationId,
    ...written,
    headers: [...answering(original), ...(written.headers ?? [])],
  };
}

/** Whoever wrote it or asked for answers elsewhere; whoever answers a mail of their own writes to the same people again. */
function addresseesOf({ from, replyTo, to }: StoredMessage, mine: string): readonly Address[] {
  if (replyTo.length > 0) return replyTo;
  if (from?.address.toLowerCase() === mine) return to;
  return from ? [from] : [];
}
