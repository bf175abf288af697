/** Attachments of messages: files, up to the size that needs no upload session. */
import { GraphRefusal, invalid, isObject, type Json } from './call.ts';
import { outlookId } from './identity.ts';
import type { Mail } from './mailbox.ts';
import type { NewAttachment, StoredAttachment } from './stored-mail.ts';
import { toSecond } from './zone.ts';

/** Larger ones need an upload session (Users.Actions: under 3 MB by POST). */
export const LARGEST_ATTACHMENT = 3 * 1024 * 1024;

/** @param mail where the bytes are; absent: they are left out */
export function showAttachment(stored: StoredAttachment, mail?: Mail): Json {
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
    ...(mail ? { contentBytes: mail.bytesOf(stored).toString('base64') } : {}),
  };
}

export function readAttachment(value: unknown): NewAttachment {
  if (!isObject(value)) throw invalid('An attachment must be an object.', 'ErrorInvalidProperty');
  const type = value['@odata.type'];
  if (type !== '#microsoft.graph.fileAttachment') {
    throw invalid("The attachment needs an '@odata.type'; this sandbox takes #microsoft.graph.fileAttachment.");
  }
  if (typeof value.name !== 'string' || typeof value.contentBytes !== 'string') {
    throw invalid('An attachment needs a name and contentBytes.', 'ErrorRequiredPropertyMissing');
  }
  const content = Buffer.from(value.contentBytes, 'base64');
  if (content.length > LARGEST_ATTACHMENT) {
    throw new GraphRefusal(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.');
  }
  return {
    name: value.name,
    contentType: typeof value.contentType === 'string' ? value.contentType : 'application/octet-stream',
    isInline: value.isInline === true,
    contentId: typeof value.contentId === 'string' ? value.contentId : null,
    content,
  };
}

export const attachmentsIn = (body: Json): NewAttachment[] =>
  Array.isArray(body.attachments) ? body.attachments.map(readAttachment) : [];
