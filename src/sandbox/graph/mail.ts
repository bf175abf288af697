/** Mail: the messages themselves here, and beside them folders, sending, attachments and what changed. */
import type { SandboxContext } from '../context.ts';
import { removal } from './at-mailbox.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import { isThreading } from './automatic.ts';
import { bytes, type Call, invalid, objectBody, parameter, type Route } from './call.ts';
import type { Delivery } from './delivery.ts';
import type { Owner } from './directory.ts';
import { folderRoutes } from './folder-routes.ts';
import { readFolder } from './folders.ts';
import { checkMatch } from './identity.ts';
import { type MailCalls, MESSAGE, mailCalls } from './mail-calls.ts';
import { addressOf, enclosedAgain, type Mail } from './mailbox.ts';
import { readMessage } from './message.ts';
import { messageDeltaRoutes } from './message-delta.ts';
import { listMessages } from './message-list.ts';
import { makeMime } from './mime.ts';
import { sendingRoutes } from './sending.ts';
import type { Folder, OutsideMail, StoredMessage } from './stored-mail.ts';
import { uploadRoutes } from './upload.ts';

export function mailRoutes(context: SandboxContext, mail: Mail, delivery: Delivery): Route[] {
  const calls = mailCalls(context, mail, delivery);
  return [
    ...folderRoutes(calls),
    ...messageRoutes(calls),
    ...messageDeltaRoutes(calls),
    ...sendingRoutes(calls),
    ...attachmentRoutes(calls),
    ...uploadRoutes(calls),
  ];
}

function messageRoutes({ context, mail, inMailbox, onMessage, shown, made }: MailCalls): Route[] {
  async function mimeOf(message: StoredMessage, owner: Owner): Promise<Buffer> {
    const asItCame = message.mime && context.state.blobs.get(message.mime);
    if (asItCame) return asItCame;
    return makeMime({
      ...message,
      from: message.from ?? addressOf(owner),
      files: mail.attachments.of(message.id).map((one) => ({ ...one, bytes: mail.bytesOf(one) })),
    });
  }

  return [
    {
      method: 'GET',
      path: '/users/:user/mailFolders/:folder/messages',
      answer: inMailbox((owner, call) => listMessages(mail, owner, readFolder(owner, call.part.folder ?? ''), call)),
    },
    {
      method: 'GET',
      path: '/users/:user/messages',
      answer: inMailbox((owner, call) => listMessages(mail, owner, undefined, call)),
    },
    {
      method: 'GET',
      path: MESSAGE,
      answer: onMessage((found, _owner, call) => shown(found, call)),
    },
    {
      method: 'PATCH',
      path: MESSAGE,
      answer: onMessage((found, _owner, call) => {
        checkMatch(call, found.version);
        const to = readMessage(objectBody(call));
        const settled = ['subject', 'body', 'to', 'cc', 'bcc', 'replyTo', 'from', 'internetMessageId'] as const;
        if (!found.isDraft && settled.some((name) => to[name] !== undefined)) {
          throw invalid('Only a draft can be changed in this way.', 'ErrorInvalidPropertySet');
        }
        // What it answers is not the caller's to change: headers of their own begin with x-.
        const headers = to.headers && { headers: [...found.headers.filter(isThreading), ...to.headers] };
        return shown(mail.change(found, { ...to, ...headers }), call);
      }),
    },
    {
      method: 'GET',
      path: `${MESSAGE}/$value`,
      answer: onMessage(async (found, owner) => bytes('text/plain', await mimeOf(found, owner))),
    },
    removal(MESSAGE, onMessage, mail.remove),
    {
      method: 'POST',
      path: `${MESSAGE}/move`,
      answer: onMessage((found, owner, call) => made(mail.move(found, readDestination(owner, call)), call)),
    },
    {
      method: 'POST',
      path: `${MESSAGE}/copy`,
      answer: onMessage((found, owner, call) => {
        const { id: _id, mailbox: _m, folder: _f, version: _v, arrived: _a, ...rest } = found;
        const copy = mail.add(owner, readDestination(owner, call), rest);
        for (const one of mail.attachments.of(found.id)) mail.attach(copy.id, enclosedAgain(mail, one));
        return made(copy, call);
      }),
    },
  ];
}

function readDestination(owner: Owner, call: Call): Folder {
  const destination = parameter(objectBody(call), 'destinationId');
  if (typeof destination !== 'string') throw invalid('DestinationId is missing.', 'ErrorRequiredPropertyMissing');
  return readFolder(owner, destination);
}

/** What the page shows of mail that left the tenant, newest first. */
export const showOutside = (mail: Mail): OutsideMail[] => mail.outside.all().reverse();
