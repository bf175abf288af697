/** What people do about mails that came to a mailbox of theirs: read them, open a case, join one, answer, set aside. */
import type { Refusal } from '../../domain/case/types.ts';
import type { World } from '../world.ts';
import type { MailDesk } from './sheet.ts';

const notThere: Refusal = {
  refused: true,
  code: 'not-permitted',
  words: 'Only those who read this mailbox may do this.',
  rules: [],
};

export function mailDesk(_world: World): MailDesk {
  const refused = async () => ({ ok: false as const, refusal: notThere });
  return {
    waiting: async () => [],
    read: async () => undefined,
    ofCase: async () => [],
    begin: async () => notThere,
    workers: async () => [],
    join: refused,
    setAside: refused,
    putBack: refused,
    draftAnswer: async () => notThere,
    sendAnswer: refused,
  };
}
