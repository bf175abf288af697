/** A mail that has come to Camden's step-down mailbox, was read, and waits for a person. */
import type { MailId, ReadMail } from '../../../src/application/ports.ts';
import { PROGRAM } from '../../../src/domain/case/types.ts';
import type { Instant } from '../../../src/domain/time/instant.ts';
import { STEP_DOWN, type TestWorld } from '../world.ts';

export const BOX = STEP_DOWN.toLowerCase();

export interface Arriving {
  readonly id: MailId;
  readonly at: Instant;
  readonly from?: string;
  readonly text?: string;
  readonly conversation?: string;
  readonly more?: Partial<ReadMail>;
}

export async function arrives(it: TestWorld, arriving: Arriving): Promise<MailId> {
  const {
    id,
    at,
    from = 'amara.obi@camden.example',
    text = 'Please ring me.',
    conversation = id,
    more = {},
  } = arriving;
  const { mails } = it.store;
  const mailbox = {
    ...{ address: BOX, cursor: null, watchedFrom: '2026-12-01T00:00:00.000Z' as Instant },
    ...{ readAt: at, failingSince: null, alarmedAt: null, reconciledAt: null },
  };
  const seen = {
    id: `graph-${id}`,
    internetMessageId: `${id}@x`,
    conversationId: conversation,
    subject: 'A family',
    from,
    receivedAt: at,
  };
  const key = `read-mail/${id}`;
  const reads = { key, caseId: null, effect: { kind: 'read-mail', key, mail: id } as const, notBefore: at };
  await mails.takeIn({ council: 'camden', mailbox, takenAt: at, mails: [{ id, seen, identity: id, reads }] });
  await it.store.done(key, at);
  await mails.saveContent(id, {
    ...{ kind: 'person', messageId: `${id}@x`, inReplyTo: [], references: [], returned: [] },
    ...{ from: { name: 'Amara Obi', address: from }, to: [], copy: [], subject: 'A family', text, cut: false },
    ...{ attachments: [], ...more },
  });
  await mails.move({ id, to: 'waiting', by: PROGRAM, at, urgent: false, from: ['unread'] });
  return id;
}
