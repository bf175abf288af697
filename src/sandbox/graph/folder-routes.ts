/** Mail folders over Graph. */
import { type Json, ok, type Route } from './call.ts';
import type { Owner } from './directory.ts';
import { folderIdOf, readFolder } from './folders.ts';
import { outlookId } from './identity.ts';
import type { MailCalls } from './mail-calls.ts';
import type { Mail } from './mailbox.ts';
import { list, select } from './query.ts';
import { FOLDERS, type Folder } from './stored-mail.ts';

function showFolder(mail: Mail, owner: Owner, folder: Folder): Json {
  const held = mail.messages.received(owner.id, folder);
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

export function folderRoutes({ mail, inMailbox }: MailCalls): Route[] {
  return [
    {
      method: 'GET',
      path: '/users/:user/mailFolders',
      answer: inMailbox((owner, call) =>
        list(
          (Object.keys(FOLDERS) as Folder[]).map((folder) => showFolder(mail, owner, folder)),
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
          ...select(showFolder(mail, owner, readFolder(owner, call.part.folder ?? '')), call),
        }),
      ),
    },
  ];
}
