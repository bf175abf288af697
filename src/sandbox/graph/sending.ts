/** Drafts, and everything that sends: a draft, a mail at once, a reply, a mail passed on. */
import { attachmentsIn } from './attachments.ts';
import { type Answer, accepted, type Call, invalid, isObject, objectBody, parameter, type Route } from './call.ts';
import type { Owner } from './directory.ts';
import { readFolder } from './folders.ts';
import { plainText } from './item.ts';
import { type MailCalls, MESSAGE } from './mail-calls.ts';
import type { Address, Folder, NewMessage, StoredMessage } from './mailbox.ts';
import { asNew, checkAddressees, readAddresses, readMessage } from './message.ts';

export function sendingRoutes({ context: { state }, mail, inMailbox, onMessage, made }: MailCalls): Route[] {
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
      mail.sendAtOnce(answer, [], owner, true);
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
        mail.send(found, owner);
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
        mail.sendAtOnce(read, attachmentsIn(given), owner, parameter(body, 'saveToSentItems') !== false);
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
        const forwarded: NewMessage = { subject: `FW: ${found.subject}`, body: { contentType: 'text', content }, to };
        checkAddressees(forwarded);
        mail.sendAtOnce(
          forwarded,
          mail.attachments.filter(({ item }) => item === found.id),
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
  const mine = owner.mail.toLowerCase();
  const from = original.replyTo.length > 0 ? original.replyTo : original.from ? [original.from] : [];
  const others = (addresses: readonly Address[]) => addresses.filter(({ address }) => address.toLowerCase() !== mine);
  const quoted = `${comment}\n\nFrom: ${original.from?.name ?? ''}\nSubject: ${original.subject}\n\n${plainText(original.body)}`;
  return {
    subject: /^re:/i.test(original.subject) ? original.subject : `RE: ${original.subject}`,
    body: { contentType: 'text', content: quoted },
    to: all ? [...from, ...others(original.to)] : from,
    cc: all ? others(original.cc) : [],
    conversationId: original.conversationId,
    ...(isObject(given) ? readMessage(given) : {}),
  };
}
