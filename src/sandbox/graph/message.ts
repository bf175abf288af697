/** Messages between Graph's JSON and the mailbox. */
import { type Call, invalid, isObject, type Json } from './call.ts';
import { folderIdOf } from './folders.ts';
import { changeKeyOf, etagOf, outlookId, wantsImmutableIds } from './identity.ts';
import { oneOf, preview, readAddress, readBody, showBody } from './item.ts';
import type { Mail } from './mailbox.ts';
import type { Address, NewMessage, StoredMessage } from './stored-mail.ts';
import { toSecond, writeDateTime } from './zone.ts';

/** What of a message can be filtered and sorted by. */
export const KNOWN_OF_MESSAGES = new Set([
  ...['id', 'subject', 'internetMessageId', 'conversationId', 'receivedDateTime', 'sentDateTime', 'createdDateTime'],
  ...['lastModifiedDateTime', 'isRead', 'isDraft', 'hasAttachments', 'importance', 'from', 'sender', 'categories'],
  ...['parentFolderId', 'bodyPreview', 'toRecipients', 'flag'],
]);

const linkTo = ({ id, folder }: StoredMessage): string =>
  `https://outlook.office365.com/owa/?ItemID=${outlookId('message', id, folder)}&exvsurl=1&viewmodel=ReadMessageItem`;

const recipient = ({ name, address }: Address) => ({ emailAddress: { name, address } });

/** What it takes some work to show. */
const COSTLY = ['body', 'bodyPreview', 'webLink', 'conversationIndex'];

/** @param wanted names that are needed at least; undefined: all */
export function showMessage(stored: StoredMessage, call: Call, mail: Mail, wanted?: ReadonlySet<string>): Json {
  const immutable = wantsImmutableIds(call);
  const { meeting } = stored;
  const shown = new Set(COSTLY.filter((name) => !wanted || wanted.has(name)));
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
    hasAttachments: stored.carriesMore === true || mail.attachments.of(stored.id).some(({ isInline }) => !isInline),
    internetMessageId: stored.internetMessageId,
    subject: stored.subject,
    ...(shown.has('bodyPreview') ? { bodyPreview: preview(stored.body) } : {}),
    importance: stored.importance,
    parentFolderId: folderIdOf(stored.mailbox, stored.folder),
    conversationId: stored.conversationId,
    ...(shown.has('conversationIndex')
      ? { conversationIndex: Buffer.from(stored.conversationId).toString('base64') }
      : {}),
    isDeliveryReceiptRequested: false,
    isReadReceiptRequested: false,
    isRead: stored.isRead,
    isDraft: stored.isDraft,
    ...(shown.has('webLink') ? { webLink: linkTo(stored) } : {}),
    inferenceClassification: 'focused',
    ...(shown.has('body') ? { body: showBody(stored.body, call) } : {}),
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

const readRecipient = (value: unknown) => readAddress(value, 'At least one recipient is not valid.');

export function readAddresses(value: unknown): Address[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('Recipients must be a list.', 'ErrorInvalidProperty');
  return value.map(readRecipient);
}

/** What a request sets of a message; nothing for what it leaves out. */
export function readMessage(body: Json): Partial<NewMessage> {
  const has = (name: string) => body[name] !== undefined;
  const flag = isObject(body.flag) ? body.flag.flagStatus : undefined;
  return {
    ...(has('subject') ? { subject: String(body.subject ?? '') } : {}),
    ...(has('body') ? { body: readBody(body.body) } : {}),
    ...(has('toRecipients') ? { to: readAddresses(body.toRecipients) } : {}),
    ...(has('ccRecipients') ? { cc: readAddresses(body.ccRecipients) } : {}),
    ...(has('bccRecipients') ? { bcc: readAddresses(body.bccRecipients) } : {}),
    ...(has('replyTo') ? { replyTo: readAddresses(body.replyTo) } : {}),
    ...(isObject(body.from) ? { from: readRecipient(body.from) } : {}),
    ...(isObject(body.sender) ? { sender: readRecipient(body.sender) } : {}),
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

export const asNew = (read: Partial<NewMessage>): NewMessage => ({
  subject: '',
  body: { contentType: 'text', content: '' },
  to: [],
  ...read,
});

export function checkAddressees({ to, cc = [], bcc = [] }: Pick<NewMessage, 'to' | 'cc' | 'bcc'>): void {
  if (to.length + cc.length + bcc.length === 0) {
    throw invalid('At least one recipient is not valid.', 'ErrorInvalidRecipients');
  }
}
