/** Ids as Exchange hands them out: opaque, and tied to the folder unless the caller asks for immutable ones. */
import { type Call, GraphRefusal, preference } from './call.ts';

export type ItemKind = 'message' | 'event' | 'attachment' | 'folder' | 'calendar';

const MUTABLE = 'AAMkAD';
const IMMUTABLE = 'AAkALg';

export const wantsImmutableIds = (call: Call): boolean => preference(call, 'IdType')?.toLowerCase() === 'immutableid';

/** @param folder where the item lies; undefined gives the immutable id, which outlives a move */
export function outlookId(kind: ItemKind, key: string, folder: string | undefined): string {
  const text = folder === undefined ? `${kind}/${key}` : `${kind}/${key}/${folder}`;
  return (folder === undefined ? IMMUTABLE : MUTABLE) + Buffer.from(text).toString('base64url');
}

export interface ReadId {
  readonly key: string;
  readonly folder: string | undefined;
}

/** @throws GraphRefusal 400 for text that is no id of this kind */
export function readOutlookId(kind: ItemKind, id: string): ReadId {
  const prefix = [MUTABLE, IMMUTABLE].find((candidate) => id.startsWith(candidate));
  if (prefix) {
    const [found, key, folder] = Buffer.from(id.slice(prefix.length), 'base64url').toString().split('/');
    if (found === kind && key) return { key, folder };
  }
  throw new GraphRefusal(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
}

export const changeKeyOf = (version: number): string =>
  Buffer.from(`sandbox-${String(version).padStart(10, '0')}`).toString('base64');

export const etagOf = (version: number): string => `W/"${changeKeyOf(version)}"`;

/** @throws GraphRefusal 412 when the caller changed an older version than the one that is there */
export function checkMatch(call: Call, version: number): void {
  const wanted = call.headers['if-match'];
  if (wanted && wanted !== '*' && wanted !== etagOf(version)) {
    throw new GraphRefusal(
      412,
      'ErrorIrresolvableConflict',
      'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
    );
  }
}
