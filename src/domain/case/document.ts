/** What stands in a field that asks for a document: one that was given to the program, or the link of one that lies elsewhere. */
import type { SendStep, Step } from '../protocol/types.ts';
import type { Answer } from './types.ts';

const GIVEN = 'document:';

export function givenDocument(id: string): string {
  return `${GIVEN}${id}`;
}

/** The id of a document that was given to the program; undefined for a link, and for anything else. */
export function documentId(answer: Answer | undefined): string | undefined {
  if (typeof answer !== 'string' || !answer.startsWith(GIVEN)) return undefined;
  const id = answer.slice(GIVEN.length);
  return /^[A-Za-z0-9_-]{1,100}$/.test(id) ? id : undefined;
}

export const NOT_A_DOCUMENT =
  'Choose a document that you dropped into our chat, or paste a link that starts with https://.';

const LONGEST_LINK = 2000;

/** Only an address that is opened with the reader's own rights: nothing that runs, no file of one machine. */
export function isLink(text: string): boolean {
  return text.length <= LONGEST_LINK && /^https:\/\/[^\s/?#]+\.[^\s/?#]+(?:[/?#]\S*)?$/i.test(text);
}

/** What is sent to people is not sent with documents: they could not open one that was only kept here. */
export function takesFiles(step: Step): boolean {
  return step.kind !== 'send' || toMailboxes(step);
}

/** Nobody has it but mailboxes that the protocol names: only to them goes anything of the family. */
export function toMailboxes({ to, copy }: SendStep): boolean {
  return [...to, ...copy].every((target) => target.startsWith('mailbox/'));
}
