/** Whom an answer to a mail goes to, and what stands in its subject: never the sender's own, in which a family's name may stand (class MS). */
import type { ReadMail } from '../ports.ts';

/** @returns undefined where nobody may be answered: a machine, a list, or a mail without a sender */
export function answerHead(
  { kind, replyTo, from }: Pick<ReadMail, 'kind' | 'replyTo' | 'from'>,
  mailboxName: string,
): { readonly to: string; readonly subject: string } | undefined {
  const to = (replyTo ?? from)?.address;
  if (kind !== 'person' || to === undefined || to === '') return undefined;
  return { to, subject: `Your e-mail to: ${mailboxName}` };
}
