/** Attachments over Graph. */
import { readAttachment, showAttachment } from './attachments.ts';
import { type Call, created, noContent, notFound, objectBody, ok, type Route } from './call.ts';
import { readOutlookId } from './identity.ts';
import { type MailCalls, MESSAGE } from './mail-calls.ts';
import type { StoredAttachment, StoredMessage } from './mailbox.ts';
import { list, select } from './query.ts';

export function attachmentRoutes({ mail, onMessage }: MailCalls): Route[] {
  const attachmentOf = (item: StoredMessage, call: Call): StoredAttachment => {
    const found = mail.attachments.get(readOutlookId('attachment', call.part.attachment ?? '').key);
    if (!found || found.item !== item.id) throw notFound();
    return found;
  };

  return [
    {
      method: 'GET',
      path: `${MESSAGE}/attachments`,
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
      path: `${MESSAGE}/attachments`,
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
      path: `${MESSAGE}/attachments/:attachment`,
      answer: onMessage((found, owner, call) =>
        ok({
          '@odata.context': `${call.base}/$metadata#users('${owner.id}')/messages('${call.part.message ?? ''}')/attachments/$entity`,
          ...select(showAttachment(attachmentOf(found, call), true), call),
        }),
      ),
    },
    {
      method: 'DELETE',
      path: `${MESSAGE}/attachments/:attachment`,
      answer: onMessage((found, _owner, call) => {
        mail.attachments.delete(attachmentOf(found, call).id);
        mail.change(found, {});
        return noContent;
      }),
    },
  ];
}
