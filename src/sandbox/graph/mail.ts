/** Mail: the messages themselves here, and beside them folders, sending, attachments and what changed. */
import type { Instant } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';
import { removal } from './at-mailbox.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import { type Answer, type Call, invalid, objectBody, parameter, type Route } from './call.ts';
import type { Owner } from './directory.ts';
import { folderRoutes } from './folder-routes.ts';
import { readFolder } from './folders.ts';
import { checkMatch } from './identity.ts';
import { type MailCalls, MESSAGE, mailCalls } from './mail-calls.ts';
import type { Address, Folder, Mail, MailBody } from './mailbox.ts';
import { KNOWN_OF_MESSAGES, readMessage, showMessage } from './message.ts';
import { messageDeltaRoutes } from './message-delta.ts';
import { list } from './query.ts';
import { sendingRoutes } from './sending.ts';

export function mailRoutes(context: SandboxContext, mail: Mail): Route[] {
  const calls = mailCalls(context, mail);
  return [
    ...folderRoutes(calls),
    ...messageRoutes(calls),
    ...messageDeltaRoutes(calls),
    ...sendingRoutes(calls),
    ...attachmentRoutes(calls),
  ];
}

function messageRoutes({ mail, inMailbox, onMessage, shown, made }: MailCalls): Route[] {
  /** Newest first, as Outlook lists them. */
  function listMessages(owner: Owner, folder: Folder | undefined, call: Call): Answer {
    const held = mail.messages
      .filter((message) => message.mailbox === owner.id && (folder === undefined || message.folder === folder))
      .sort((a, b) => (a.receivedAt === b.receivedAt ? b.arrived - a.arrived : a.receivedAt < b.receivedAt ? 1 : -1));
    const where = folder ? `users('${owner.id}')/mailFolders('${folder}')/messages` : `users('${owner.id}')/messages`;
    return list(
      held.map((message) => showMessage(message, call, mail)),
      call,
      { page: 10, most: 1000, known: KNOWN_OF_MESSAGES, sortMustFollowFilter: true, context: where },
    );
  }

  return [
    {
      method: 'GET',
      path: '/users/:user/mailFolders/:folder/messages',
      answer: inMailbox((owner, call) => listMessages(owner, readFolder(owner, call.part.folder ?? ''), call)),
    },
    {
      method: 'GET',
      path: '/users/:user/messages',
      answer: inMailbox((owner, call) => listMessages(owner, undefined, call)),
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
        return shown(mail.change(found, to), call);
      }),
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
        return made(mail.add(owner, readDestination(owner, call), rest), call);
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
export function showOutside(
  mail: Mail,
): { id: string; sentAt: Instant; from: Address; to: Address; subject: string; body: MailBody }[] {
  return mail.outside.all().reverse();
}
