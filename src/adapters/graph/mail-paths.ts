/** Where a mailbox and its messages are in Graph, and which 404 says that the mailbox itself is not. */
import { PlatformFault } from '../../application/ports.ts';
import { GraphFault } from './faults.ts';

export function userPath(mailbox: string): string {
  return `/users/${encodeURIComponent(mailbox)}`;
}

export function messagesPath(mailbox: string): string {
  return `${userPath(mailbox)}/messages`;
}

export function messagePath(mailbox: string, id: string): string {
  return `${messagesPath(mailbox)}/${encodeURIComponent(id)}`;
}

/** Codes with which Graph and Exchange say that there is no such mailbox: nobody's, moved on-premises, or without a licence. */
const NO_MAILBOX = new Set(
  [
    ...['MailboxNotEnabledForRESTAPI', 'MailboxNotSupportedForRESTAPI', 'MailboxNotFound', 'ErrorNonExistentMailbox'],
    ...['ErrorInvalidUser', 'ErrorMailboxMoveInProgress', 'ResourceNotFound', 'Request_ResourceNotFound'],
  ].map((code) => code.toLowerCase()),
);

export function isMailboxGone(fault: unknown): boolean {
  return fault instanceof GraphFault && NO_MAILBOX.has((fault.code ?? '').toLowerCase());
}

/** What was asked for is not there, or not any more; its mailbox is. */
export function isGone(fault: unknown): fault is PlatformFault {
  return fault instanceof PlatformFault && fault.status === 404 && !isMailboxGone(fault);
}

export async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  return await asked.catch((fault: unknown) => {
    if (isGone(fault)) return undefined;
    throw fault;
  });
}
