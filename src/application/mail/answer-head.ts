/**
 * Whom an answer to a mail goes to, and what stands in its subject: never the sender's own, in which a family's name may stand (class MS).
 *
 * It goes to From and to nobody else. A mail may ask for its answer elsewhere (Reply-To): with a forged From and a Reply-To of one's own
 * an answer about a family can be led out of the house, and whoever presses sees only the sender's name. Within one domain that is an
 * office with a shared mailbox and does no harm, but From is still who wrote; across domains nothing is answered from here.
 */
import type { ReadMail } from '../ports.ts';

type Head = Pick<ReadMail, 'kind' | 'replyTo' | 'from'>;

/** @returns undefined where nobody may be answered: a machine, a list, a mail without a sender, or one that leads its answer elsewhere */
export function answerHead(
  mail: Head,
  mailboxName: string,
): { readonly to: string; readonly subject: string } | undefined {
  const to = mail.from?.address ?? '';
  if (mail.kind !== 'person' || domainOf(to) === '' || leadsElsewhere(mail)) return undefined;
  return { to, subject: `Your e-mail to: ${mailboxName}` };
}

export function leadsElsewhere({ from, replyTo }: Head): boolean {
  return replyTo !== undefined && domainOf(replyTo.address) !== domainOf(from?.address ?? '');
}

/** Lower case; empty where the address has none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '' : address.slice(at + 1).toLowerCase();
}
