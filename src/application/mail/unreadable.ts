/** Why the program reads a mail no further: whoever reads the mailbox opens it in Outlook. */
import type { Unreadable } from '../ports.ts';

const UNREADABLE: ReadonlySet<string> = new Set<Unreadable>([
  'too-large',
  'too-many-parts',
  'too-deep',
  'header-too-long',
  'took-too-long',
  'not-a-mail',
]);

/** @param why a reason for which a mail was set aside */
export function isUnreadable(why: string | null | undefined): boolean {
  return typeof why === 'string' && UNREADABLE.has(why);
}
