/** A field that asks for a document: one of those that were dropped into the chat is chosen, or a link is pasted. Class P. */
import type { StoredDocument } from '../../src/application/ports.ts';
import { documentId, givenDocument } from '../../src/domain/case/document.ts';
import type { Answer } from '../../src/domain/case/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';

/** By the answer: `document:<id>`. */
export type NamedDocuments = Readonly<Record<string, Pick<StoredDocument, 'name' | 'size'>>>;

/** Behind the key of the field: a link, which goes before what is chosen. */
export const LINK = '.link';

/** Chosen where a document was chosen before and none is wanted now. */
const NONE = 'none';

export function documentChoices(
  documents: readonly StoredDocument[],
  known: NamedDocuments,
  given: string,
  required: boolean,
): readonly { readonly title: string; readonly value: string }[] {
  const own = documents.map(({ id, name, size, givenAt }) => ({
    title: `${name} (${writeSize(size)}, ${writeInstant(givenAt)})`,
    value: givenDocument(id),
  }));
  const before = known[given];
  const also = before && own.every(({ value }) => value !== given) ? [{ title: before.name, value: given }] : [];
  const choices = [...also, ...own];
  return choices.length === 0 || required ? choices : [...choices, { title: 'None of these', value: NONE }];
}

/** @returns undefined where neither input came back */
export function documentFrom(chosen: unknown, link: unknown): string | undefined {
  if (typeof link === 'string' && link.trim() !== '') return link.trim();
  if (typeof chosen === 'string') return chosen === NONE ? '' : chosen;
  return typeof link === 'string' ? '' : undefined;
}

/** A document by its name; a link as it is. */
export function writeDocument(answer: Answer | undefined, text: string, documents: NamedDocuments): string {
  return documentId(answer) === undefined ? text : (documents[text]?.name ?? 'a document that is no longer here');
}

export function namedDocuments(documents: readonly StoredDocument[]): NamedDocuments {
  return Object.fromEntries(documents.map((document) => [givenDocument(document.id), document]));
}

/** @example '240 kB', '2.3 MB' */
export function writeSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 999_500 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
