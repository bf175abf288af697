/** Mail folders: their ids and names. */
import { notFound } from './call.ts';
import type { Owner } from './directory.ts';
import { outlookId } from './identity.ts';
import { FOLDERS, type Folder } from './stored-mail.ts';

export const folderIdOf = (owner: string, folder: Folder) => outlookId('folder', `${owner}:${folder}`, undefined);

/** By well-known name or id. */
export function readFolder(owner: Owner, text: string): Folder {
  const name = text.toLowerCase();
  if (name in FOLDERS) return name as Folder;
  const found = (Object.keys(FOLDERS) as Folder[]).find((folder) => folderIdOf(owner.id, folder) === text);
  if (found) return found;
  throw notFound();
}
