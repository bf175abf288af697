/** MIME of what was written over Graph. What came in as MIME is kept as it came. */
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Instant } from '../../domain/time/instant.ts';
import { isThreading } from './automatic.ts';
import type { Address, MailBody, StoredMessage } from './stored-mail.ts';

export interface MimeMail {
  readonly from: Address;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly subject: string;
  readonly body: MailBody;
  readonly sentAt: Instant;
  readonly internetMessageId: string;
  readonly headers: StoredMessage['headers'];
  readonly files: readonly MimeFile[];
}

export interface MimeFile {
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly bytes: Buffer;
}

export function makeMime(mail: MimeMail): Promise<Buffer> {
  const threading = (wanted: string) => mail.headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
  const [inReplyTo, references] = [threading('in-reply-to'), threading('references')];
  return new MailComposer({
    from: mail.from,
    to: [...mail.to],
    cc: [...mail.cc],
    replyTo: [...mail.replyTo],
    subject: mail.subject,
    ...(mail.body.contentType === 'html' ? { html: mail.body.content } : { text: mail.body.content }),
    date: new Date(mail.sentAt),
    messageId: mail.internetMessageId,
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(references ? { references } : {}),
    headers: mail.headers.filter((one) => !isThreading(one)).map(({ name, value }) => ({ key: name, value })),
    attachments: mail.files.map(({ name, contentType, isInline, contentId, bytes }) => ({
      filename: name,
      contentType,
      content: bytes,
      contentDisposition: isInline ? 'inline' : 'attachment',
      ...(contentId ? { cid: contentId } : {}),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
    // The same bytes at each call.
    baseBoundary: mail.internetMessageId.replaceAll(/[^a-zA-Z0-9]/g, '').slice(0, 40),
  } as ConstructorParameters<typeof MailComposer>[0])
    .compile()
    .build();
}
