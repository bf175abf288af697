/** Attachments over Graph. */
import { readAttachment, showAttachment } from './attachments.ts';
import { bytes, type Call, created, noContent, notFound, objectBody, ok, type Route } from './call.ts';
import { readOutlookId } from './identity.ts';
import { type MailCalls, MESSAGE } from './mail-calls.ts';
import { list, select } from './query.ts';
import type { StoredAttachment, StoredMessage } from './stored-mail.ts';

export function attachmentRoutes({ mail, onMessage }: MailCalls): Route[] {
  const attachmentOf = (item: StoredMessage, call: Call): StoredAttachment => {
    const found = mail.attachments.get(readOutlookId('attachment', call.part.attachment ?? '').key);
    if (!found || found.item !== item.id) throw notFound();
    return found;
  };
  /** Without the bytes where they are not asked for: they may be a hundred megabytes. */
  const show = (one: StoredAttachment, call: Call) => {
    const wanted = call.query.get('$select')?.split(',');
    return showAttachment(one, !wanted || wanted.includes('contentBytes') ? mail : undefined);
  };

  return [
    {
      method: 'GET',
      path: `${MESSAGE}/attachments`,
      answer: onMessage((found, owner, call) =>
        list(
          mail.attachments.of(found.id).map((one) => show(one, call)),
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
      path: `${MESSAGE}/attachments`,
      answer: onMessage((found, owner, call) => {
        const stored = mail.attach(found.id, readAttachment(objectBody(call)));
        mail.change(found, {});
        return created({
          '@odata.context': `${call.base}/$metadata#users('${owner.id}')/messages('${call.part.message ?? ''}')/attachments/$entity`,
          ...showAttachment(stored, mail),
        });
      }),
    },
    {
      method: 'GET',
      path: `${MESSAGE}/attachments/:attachment`,
      answer: onMessage((found, owner, call) =>
        ok({
          '@odata.context': `${call.base}/$metadata#users('${owner.id}')/messages('${call.part.message ?? ''}')/attachments/$entity`,
          ...select(show(attachmentOf(found, call), call), call),
        }),
      ),
    },
    {
      method: 'GET',
      path: `${MESSAGE}/attachments/:attachment/$value`,
      answer: onMessage((found, _owner, call) => {
        const one = attachmentOf(found, call);
        return bytes(one.contentType, mail.bytesOf(one));
      }),
    },
    {
      method: 'DELETE',
      path: `${MESSAGE}/attachments/:attachment`,
      answer: onMessage((found, _owner, call) => {
        mail.detach(attachmentOf(found, call));
        mail.change(found, {});
        return noContent;
      }),
    },
  ];
}
