/** Mail folders, messages, attachments, sending. */
import type { Instant } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';
import {
  type Answer,
  accepted,
  type Call,
  created,
  GraphRefusal,
  invalid,
  isObject,
  type Json,
  noContent,
  notFound,
  objectBody,
  ok,
  parameter,
  preference,
  type Route,
} from './call.ts';
import { type Changed, delta, removed } from './delta.ts';
import { mailboxOf, type Owner } from './directory.ts';
import { readFilter } from './filter.ts';
import { changeKeyOf, checkMatch, etagOf, outlookId, readOutlookId, wantsImmutableIds } from './identity.ts';
import {
  type Address,
  FOLDERS,
  type Folder,
  type Mail,
  type MailBody,
  type NewAttachment,
  type NewMessage,
  type StoredAttachment,
  type StoredMessage,
} from './mailbox.ts';
import { list, select } from './query.ts';
import { toSecond, writeDateTime } from './zone.ts';

/** Larger ones need an upload session (Users.Actions: under 3 MB by POST). */
const LARGEST_ATTACHMENT = 3 * 1024 * 1024;

const KNOWN = new Set([
  ...['id', 'subject', 'internetMessageId', 'conversationId', 'receivedDateTime', 'sentDateTime', 'createdDateTime'],
  ...['lastModifiedDateTime', 'isRead', 'isDraft', 'hasAttachments', 'importance', 'from', 'sender', 'categories'],
  ...['parentFolderId', 'bodyPreview', 'toRecipients', 'flag'],
]);

const folderIdOf = (owner: string, folder: Folder) => outlookId('folder', `${owner}:${folder}`, undefined);

/** By well-known name or id. */
function readFolder(owner: Owner, text: string): Folder {
  const name = text.toLowerCase();
  if (name in FOLDERS) return name as Folder;
  const found = (Object.keys(FOLDERS) as Folder[]).find((folder) => folderIdOf(owner.id, folder) === text);
  if (found) return found;
  throw notFound();
}

export function plainText(body: MailBody): string {
  if (body.contentType === 'text') return body.content;
  // One pass by hand: a pattern that backtracks over a long mail would stop the whole sandbox.
  let text = '';
  let inside = false;
  for (const character of body.content) {
    if (character === '<') inside = true;
    else if (character === '>') {
      inside = false;
      text += ' ';
    } else if (!inside) text += character;
  }
  return text
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

const preview = (body: MailBody): string => plainText(body).split(/\s/).filter(Boolean).join(' ').slice(0, 255);

const recipient = ({ name, address }: Address) => ({ emailAddress: { name, address } });

/** A message as Graph shows it, without `$select`. */
export function showMessage(stored: StoredMessage, call: Call, mail: Mail, immutable = wantsImmutableIds(call)): Json {
  const asText = preference(call, 'outlook.body-content-type')?.toLowerCase() === 'text';
  const { meeting } = stored;
  const type = !meeting
    ? undefined
    : meeting.type === 'meetingRequest'
      ? 'eventMessageRequest'
      : meeting.type === 'meetingCancelled'
        ? 'eventMessage'
        : 'eventMessageResponse';
  return {
    ...(type ? { '@odata.type': `#microsoft.graph.${type}` } : {}),
    '@odata.etag': etagOf(stored.version),
    id: outlookId('message', stored.id, immutable ? undefined : stored.folder),
    createdDateTime: toSecond(stored.createdAt),
    lastModifiedDateTime: toSecond(stored.modifiedAt),
    changeKey: changeKeyOf(stored.version),
    categories: stored.categories,
    receivedDateTime: toSecond(stored.receivedAt),
    sentDateTime: toSecond(stored.sentAt),
    hasAttachments: mail.attachments.find(({ item, isInline }) => item === stored.id && !isInline) !== undefined,
    internetMessageId: stored.internetMessageId,
    subject: stored.subject,
    bodyPreview: preview(stored.body),
    importance: stored.importance,
    parentFolderId: folderIdOf(stored.mailbox, stored.folder),
    conversationId: stored.conversationId,
    conversationIndex: Buffer.from(stored.conversationId).toString('base64'),
    isDeliveryReceiptRequested: false,
    isReadReceiptRequested: false,
    isRead: stored.isRead,
    isDraft: stored.isDraft,
    webLink: `https://outlook.office365.com/owa/?ItemID=${outlookId('message', stored.id, stored.folder)}&exvsurl=1&viewmodel=ReadMessageItem`,
    inferenceClassification: 'focused',
    body: asText ? { contentType: 'text', content: plainText(stored.body) } : stored.body,
    ...(stored.sender ? { sender: recipient(stored.sender) } : {}),
    ...(stored.from ? { from: recipient(stored.from) } : {}),
    toRecipients: stored.to.map(recipient),
    ccRecipients: stored.cc.map(recipient),
    bccRecipients: stored.bcc.map(recipient),
    replyTo: stored.replyTo.map(recipient),
    flag: { flagStatus: stored.flag },
    ...(call.query.get('$select')?.includes('internetMessageHeaders')
      ? { internetMessageHeaders: stored.headers }
      : {}),
    ...(meeting
      ? {
          meetingMessageType: meeting.type,
          startDateTime: writeDateTime(meeting.start, 'UTC'),
          endDateTime: writeDateTime(meeting.end, 'UTC'),
          isOutOfDate: false,
          isAllDay: false,
          isDelegated: false,
          type: 'singleInstance',
        }
      : {}),
    ...(type === 'eventMessageRequest'
      ? { meetingRequestType: meeting?.update ? 'fullUpdate' : 'newMeetingRequest', responseRequested: true }
      : {}),
  };
}

function showAttachment(stored: StoredAttachment, withBytes: boolean): Json {
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    '@odata.mediaContentType': stored.contentType,
    id: outlookId('attachment', stored.id, undefined),
    lastModifiedDateTime: toSecond(stored.modifiedAt),
    name: stored.name,
    contentType: stored.contentType,
    size: stored.size,
    isInline: stored.isInline,
    contentId: stored.contentId,
    contentLocation: null,
    ...(withBytes ? { contentBytes: stored.contentBytes } : {}),
  };
}

function readAddress(value: unknown): Address {
  const email = isObject(value) ? value.emailAddress : undefined;
  const address = isObject(email) ? email.address : undefined;
  if (typeof address !== 'string' || !/^[^\s@<>]+@[^\s@<>]+$/.test(address)) {
    throw invalid('At least one recipient is not valid.', 'ErrorInvalidRecipients');
  }
  const name = isObject(email) && typeof email.name === 'string' ? email.name : address;
  return { name, address };
}

function readAddresses(value: unknown): Address[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('Recipients must be a list.', 'ErrorInvalidProperty');
  return value.map(readAddress);
}

export function readBody(value: unknown): MailBody {
  if (value === undefined || value === null) return { contentType: 'text', content: '' };
  const body = isObject(value) ? value : {};
  const contentType = String(body.contentType ?? 'text').toLowerCase();
  if (contentType !== 'html' && contentType !== 'text') {
    throw invalid(`'${contentType}' is not a body type.`, 'ErrorInvalidProperty');
  }
  return { contentType, content: String(body.content ?? '') };
}

const oneOf = <T extends string>(value: unknown, allowed: readonly T[], name: string): T => {
  const found = allowed.find((candidate) => candidate.toLowerCase() === String(value).toLowerCase());
  if (!found) throw invalid(`'${String(value)}' is not a valid value of ${name}.`, 'ErrorInvalidProperty');
  return found;
};

/** What a request sets of a message; nothing for what it leaves out. */
function readMessage(body: Json): Partial<NewMessage> {
  const has = (name: string) => body[name] !== undefined;
  const flag = isObject(body.flag) ? body.flag.flagStatus : undefined;
  return {
    ...(has('subject') ? { subject: String(body.subject ?? '') } : {}),
    ...(has('body') ? { body: readBody(body.body) } : {}),
    ...(has('toRecipients') ? { to: readAddresses(body.toRecipients) } : {}),
    ...(has('ccRecipients') ? { cc: readAddresses(body.ccRecipients) } : {}),
    ...(has('bccRecipients') ? { bcc: readAddresses(body.bccRecipients) } : {}),
    ...(has('replyTo') ? { replyTo: readAddresses(body.replyTo) } : {}),
    ...(isObject(body.from) ? { from: readAddress(body.from) } : {}),
    ...(isObject(body.sender) ? { sender: readAddress(body.sender) } : {}),
    ...(typeof body.internetMessageId === 'string' ? { internetMessageId: body.internetMessageId } : {}),
    ...(has('importance')
      ? { importance: oneOf(body.importance, ['low', 'normal', 'high'] as const, 'importance') }
      : {}),
    ...(Array.isArray(body.categories) ? { categories: body.categories.map(String) } : {}),
    ...(typeof body.isRead === 'boolean' ? { isRead: body.isRead } : {}),
    ...(flag !== undefined ? { flag: oneOf(flag, ['notFlagged', 'flagged', 'complete'] as const, 'flagStatus') } : {}),
    ...(Array.isArray(body.internetMessageHeaders) ? { headers: body.internetMessageHeaders.map(readHeader) } : {}),
  };
}

/** Exchange takes custom headers only, and they must say so in their name. */
function readHeader(value: unknown): { name: string; value: string } {
  const name = isObject(value) ? String(value.name) : '';
  if (!name.toLowerCase().startsWith('x-')) {
    throw invalid(
      `The internet message header name '${name}' should start with 'x-' or 'X-'.`,
      'InvalidInternetMessageHeader',
    );
  }
  return { name, value: isObject(value) ? String(value.value ?? '') : '' };
}

function readAttachment(value: unknown): NewAttachment {
  if (!isObject(value)) throw invalid('An attachment must be an object.', 'ErrorInvalidProperty');
  const type = value['@odata.type'];
  if (type !== '#microsoft.graph.fileAttachment') {
    throw invalid("The attachment needs an '@odata.type'; this sandbox takes #microsoft.graph.fileAttachment.");
  }
  if (typeof value.name !== 'string' || typeof value.contentBytes !== 'string') {
    throw invalid('An attachment needs a name and contentBytes.', 'ErrorRequiredPropertyMissing');
  }
  if (Buffer.from(value.contentBytes, 'base64').length > LARGEST_ATTACHMENT) {
    throw new GraphRefusal(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.');
  }
  return {
    name: value.name,
    contentType: typeof value.contentType === 'string' ? value.contentType : 'application/octet-stream',
    isInline: value.isInline === true,
    contentId: typeof value.contentId === 'string' ? value.contentId : null,
    contentBytes: value.contentBytes,
  };
}

const attachmentsIn = (body: Json): NewAttachment[] =>
  Array.isArray(body.attachments) ? body.attachments.map(readAttachment) : [];

const asNew = (read: Partial<NewMessage>): NewMessage => ({
  subject: '',
  body: { contentType: 'text', content: '' },
  to: [],
  ...read,
});

function checkAddressees({ to, cc = [], bcc = [] }: Pick<NewMessage, 'to' | 'cc' | 'bcc'>): void {
  if (to.length + cc.length + bcc.length === 0) {
    throw invalid('At least one recipient is not valid.', 'ErrorInvalidRecipients');
  }
}

export function mailRoutes(context: SandboxContext, mail: Mail): Route[] {
  const { state } = context;

  function messageOf(owner: Owner, call: Call): StoredMessage {
    const { key, folder } = readOutlookId('message', call.part.message ?? '');
    const found = mail.messages.get(key);
    if (!found || found.mailbox !== owner.id || (folder !== undefined && folder !== found.folder)) throw notFound();
    return found;
  }

  const inMailbox = (work: (owner: Owner, call: Call) => Answer) => (call: Call) =>
    work(mailboxOf(context, call), call);
  const onMessage = (work: (message: StoredMessage, owner: Owner, call: Call) => Answer) =>
    inMailbox((owner, call) => work(messageOf(owner, call), owner, call));

  const typeHeaders = (call: Call): Record<string, string> =>
    wantsImmutableIds(call) ? { 'preference-applied': 'IdType="ImmutableId"' } : {};
  const show = (message: StoredMessage, call: Call): Json => {
    const shown = select(showMessage(message, call, mail), call);
    const expand = call.query.get('$expand') ?? '';
    if (expand.split(/[,(]/).includes('attachments')) {
      shown.attachments = mail.attachments
        .filter(({ item }) => item === message.id)
        .map((one) => showAttachment(one, true));
    }
    return shown;
  };
  const entity = (message: StoredMessage, call: Call): Json => ({
    '@odata.context': `${call.base}/$metadata#users('${message.mailbox}')/messages/$entity`,
    ...show(message, call),
  });

  function showFolder(owner: Owner, folder: Folder): Json {
    const held = mail.messages.filter((message) => message.mailbox === owner.id && message.folder === folder);
    return {
      id: folderIdOf(owner.id, folder),
      displayName: FOLDERS[folder],
      parentFolderId: outlookId('folder', `${owner.id}:root`, undefined),
      childFolderCount: 0,
      unreadItemCount: held.filter(({ isRead }) => !isRead).length,
      totalItemCount: held.length,
      isHidden: false,
    };
  }

  /** Newest first, as Outlook lists them. */
  function listMessages(owner: Owner, folder: Folder | undefined, call: Call): Answer {
    const held = mail.messages
      .filter((message) => message.mailbox === owner.id && (folder === undefined || message.folder === folder))
      .sort((a, b) => (a.receivedAt === b.receivedAt ? b.arrived - a.arrived : a.receivedAt < b.receivedAt ? 1 : -1));
    const where = folder ? `users('${owner.id}')/mailFolders('${folder}')/messages` : `users('${owner.id}')/messages`;
    return list(
      held.map((message) => showMessage(message, call, mail)),
      call,
      { page: 10, most: 1000, known: KNOWN, sortMustFollowFilter: true, context: where },
    );
  }

  function createDraft(owner: Owner, folder: Folder, call: Call): Answer {
    const body = objectBody(call);
    const enclosed = attachmentsIn(body);
    const message = state.together(() => {
      const stored = mail.add(owner, folder, { ...asNew(readMessage(body)), isDraft: true, isRead: true });
      for (const attachment of enclosed) mail.attach(stored.id, attachment);
      return stored;
    });
    return created(entity(message, call), typeHeaders(call));
  }

  function messageChanges(owner: Owner, folder: Folder, call: Call): Answer {
    const deltaFilter = (query: URLSearchParams) => {
      const text = query.get('$filter');
      const order = query.get('$orderby');
      if (text && !/^\s*receivedDateTime\s+(ge|gt)\s+\S+\s*$/.test(text)) {
        throw invalid(
          'Only receivedDateTime ge or gt is supported in $filter of a message delta.',
          'ErrorInvalidUrlQueryFilter',
        );
      }
      if (order && order.trim().toLowerCase() !== 'receiveddatetime desc') {
        throw invalid(
          'Only receivedDateTime desc is supported in $orderby of a message delta.',
          'ErrorInvalidUrlQuery',
        );
      }
      if (query.has('$search')) throw invalid('$search is not supported in a message delta.', 'ErrorInvalidUrlQuery');
      return text ? readFilter(text, KNOWN).test : () => true;
    };
    return delta(call, {
      context: 'Collection(message)',
      newest: state.next(),
      changes: ({ after, since, query }): Changed[] => {
        const kind = query.get('changeType')?.toLowerCase();
        const passes = deltaFilter(query);
        const asked: Call = { ...call, query };
        const held = mail.messages
          .filter((message) => message.mailbox === owner.id && message.folder === folder && message.version > after)
          .filter(
            ({ arrived }) => !kind || (kind === 'created' ? arrived > since : kind === 'updated' && arrived <= since),
          )
          .map((message) => ({ version: message.version, item: showMessage(message, asked, mail) }))
          .filter(({ item }) => passes(item))
          .map(({ version, item }) => ({
            version,
            item: { '@odata.type': '#microsoft.graph.message', ...select(item, asked) },
          }));
        if (since === 0 || (kind && kind !== 'deleted')) return held;
        const left = mail.gone
          .filter((one) => one.kind === 'message' && one.mailbox === owner.id && one.folder === folder)
          .filter(({ version }) => version > after)
          .map(({ version, key }) => ({
            version,
            item: removed(outlookId('message', key, wantsImmutableIds(call) ? undefined : folder), 'message'),
          }));
        return [...held, ...left];
      },
    });
  }

  function readDestination(owner: Owner, call: Call): Folder {
    const destination = parameter(objectBody(call), 'destinationId');
    if (typeof destination !== 'string') throw invalid('DestinationId is missing.', 'ErrorRequiredPropertyMissing');
    return readFolder(owner, destination);
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
      return created(entity(draft, call), typeHeaders(call));
    });

  const message = '/users/:user/messages/:message';
  const attachmentOf = (item: StoredMessage, call: Call): StoredAttachment => {
    const found = mail.attachments.get(readOutlookId('attachment', call.part.attachment ?? '').key);
    if (!found || found.item !== item.id) throw notFound();
    return found;
  };

  return [
    {
      method: 'GET',
      path: '/users/:user/mailFolders',
      answer: inMailbox((owner, call) =>
        list(
          (Object.keys(FOLDERS) as Folder[]).map((folder) => showFolder(owner, folder)),
          call,
          { page: 10, most: 1000, known: new Set(['id', 'displayName']), context: `users('${owner.id}')/mailFolders` },
        ),
      ),
    },
    {
      method: 'GET',
      path: '/users/:user/mailFolders/:folder',
      answer: inMailbox((owner, call) =>
        ok({
          '@odata.context': `${call.base}/$metadata#users('${owner.id}')/mailFolders/$entity`,
          ...select(showFolder(owner, readFolder(owner, call.part.folder ?? '')), call),
        }),
      ),
    },
    {
      method: 'GET',
      path: '/users/:user/mailFolders/:folder/messages',
      answer: inMailbox((owner, call) => listMessages(owner, readFolder(owner, call.part.folder ?? ''), call)),
    },
    {
      method: 'POST',
      path: '/users/:user/mailFolders/:folder/messages',
      answer: inMailbox((owner, call) => createDraft(owner, readFolder(owner, call.part.folder ?? ''), call)),
    },
    {
      method: 'GET',
      path: '/users/:user/mailFolders/:folder/messages/delta',
      answer: inMailbox((owner, call) => messageChanges(owner, readFolder(owner, call.part.folder ?? ''), call)),
    },
    {
      method: 'GET',
      path: '/users/:user/messages',
      answer: inMailbox((owner, call) => listMessages(owner, undefined, call)),
    },
    {
      method: 'POST',
      path: '/users/:user/messages',
      answer: inMailbox((owner, call) => createDraft(owner, 'drafts', call)),
    },
    {
      method: 'GET',
      path: message,
      answer: onMessage((found, _owner, call) => ok(entity(found, call), typeHeaders(call))),
    },
    {
      method: 'PATCH',
      path: message,
      answer: onMessage((found, _owner, call) => {
        checkMatch(call, found.version);
        const to = readMessage(objectBody(call));
        const settled = ['subject', 'body', 'to', 'cc', 'bcc', 'replyTo', 'from', 'internetMessageId'] as const;
        if (!found.isDraft && settled.some((name) => to[name] !== undefined)) {
          throw invalid('Only a draft can be changed in this way.', 'ErrorInvalidPropertySet');
        }
        return ok(entity(mail.change(found, to), call), typeHeaders(call));
      }),
    },
    {
      method: 'DELETE',
      path: message,
      answer: onMessage((found) => {
        mail.remove(found);
        return noContent;
      }),
    },
    {
      method: 'POST',
      path: `${message}/send`,
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
    { method: 'POST', path: `${message}/reply`, answer: reply(false) },
    { method: 'POST', path: `${message}/replyAll`, answer: reply(true) },
    { method: 'POST', path: `${message}/createReply`, answer: draftReply(false) },
    { method: 'POST', path: `${message}/createReplyAll`, answer: draftReply(true) },
    {
      method: 'POST',
      path: `${message}/forward`,
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
    {
      method: 'POST',
      path: `${message}/move`,
      answer: onMessage((found, owner, call) =>
        created(entity(mail.move(found, readDestination(owner, call)), call), typeHeaders(call)),
      ),
    },
    {
      method: 'POST',
      path: `${message}/copy`,
      answer: onMessage((found, owner, call) => {
        const { id: _id, mailbox: _m, folder: _f, version: _v, arrived: _a, ...rest } = found;
        return created(entity(mail.add(owner, readDestination(owner, call), rest), call), typeHeaders(call));
      }),
    },
    {
      method: 'GET',
      path: `${message}/attachments`,
      answer: onMessage((found, owner, call) =>
        list(
          mail.attachments.filter(({ item }) => item === found.id).map((one) => showAttachment(one, true)),
          call,
          {
            page: 50,
            most: 1000,
            known: new Set(['id', 'name', 'size']),
            context: `users('${owner.id}')/messages('${call.part.message ?? ''}')/attachments`,
          },
        ),
      ),
    },
    {
      method: 'POST',
      path: `${message}/attachments`,
      answer: onMessage((found, owner, call) => {
        const stored = mail.attach(found.id, readAttachment(objectBody(call)));
        mail.change(found, {});
        return created({
          '@odata.context': `${call.base}/$metadata#users('${owner.id}')/messages('${call.part.message ?? ''}')/attachments/$entity`,
          ...showAttachment(stored, true),
        });
      }),
    },
    {
      method: 'GET',
      path: `${message}/attachments/:attachment`,
      answer: onMessage((found, owner, call) =>
        ok({
          '@odata.context': `${call.base}/$metadata#users('${owner.id}')/messages('${call.part.message ?? ''}')/attachments/$entity`,
          ...select(showAttachment(attachmentOf(found, call), true), call),
        }),
      ),
    },
    {
      method: 'DELETE',
      path: `${message}/attachments/:attachment`,
      answer: onMessage((found, _owner, call) => {
        mail.attachments.delete(attachmentOf(found, call).id);
        mail.change(found, {});
        return noContent;
      }),
    },
  ];
}

/** What the page shows of mail that left the tenant, newest first. */
export function showOutside(
  mail: Mail,
): { id: string; sentAt: Instant; from: Address; to: Address; subject: string; body: MailBody }[] {
  return mail.outside.all().reverse();
}
