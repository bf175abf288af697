/**
 * Invented cases in the words of the port. Builders give what a test does not care about.
 */
import type {
  Append,
  BookingRow,
  CaseRow,
  DeadlineRow,
  Draft,
  MailBook,
  OutboxItem,
  Post,
  ReadMail,
  ReadMailbox,
  SeenMail,
  SentMail,
  StoredDocument,
} from '../../../src/application/ports.ts';
import type { CaseOpened, FactRecorded } from '../../../src/domain/case/types.ts';
import { type Day, type Instant, parseDay, parseInstant } from '../../../src/domain/time/instant.ts';

export const NOON: Instant = parseInstant('2026-12-14T12:00:00Z');

/** @example at('12:30') // 2026-12-14, a Monday */
export function at(time: string, day = '2026-12-14'): Instant {
  return parseInstant(`${day}T${time}:00Z`);
}

export function day(text: string): Day {
  return parseDay(text);
}

export function opened(commandKey = 'open', over: Partial<CaseOpened> = {}): CaseOpened {
  return {
    type: 'case-opened',
    recordedAt: NOON,
    by: 'asha',
    commandKey,
    reference: 'TST-7K3F',
    council: 'testshire',
    pathway: 'testshire/step-down',
    version: 'v1',
    children: ['c1', 'c2'],
    settings: { panel: 'tuesday' },
    ...over,
  };
}

export function fact(commandKey: string, over: Partial<FactRecorded> = {}): FactRecorded {
  return {
    type: 'fact-recorded',
    recordedAt: NOON,
    by: 'asha',
    commandKey,
    fact: 'consent.recorded',
    at: NOON,
    answers: { method: 'in person' },
    ...over,
  };
}

export function caseRow(id: string, over: Partial<CaseRow> = {}): CaseRow {
  return {
    id,
    reference: `TST-${id}`,
    council: 'testshire',
    pathway: 'testshire/step-down',
    status: 'open',
    holder: 'social-care',
    team: null,
    children: 2,
    openedAt: NOON,
    updatedAt: NOON,
    people: [{ person: 'asha', role: 'social-worker' }],
    ...over,
  };
}

/** An append on case `id`; by itself the one that opens it. */
export function appending(id: string, over: Partial<Append> = {}): Append {
  const { row = caseRow(id) } = over;
  return {
    caseId: id,
    expectedSeq: 0,
    events: [opened(`open-${id}`, { reference: row.reference })],
    row,
    deadlines: [],
    outbox: [],
    ...over,
  };
}

export function deadline(caseId: string, over: Partial<DeadlineRow> = {}): DeadlineRow {
  return {
    caseId,
    reference: `TST-${caseId}`,
    council: 'testshire',
    step: 'screening',
    title: 'Screen the referral',
    dueAt: at('17:00', '2026-12-16'),
    due: day('2026-12-16'),
    actBy: day('2026-12-16'),
    role: 'front-door-manager',
    owners: ['bea', 'cyril'],
    channel: 'front-door',
    kind: 'limit',
    provisional: false,
    ...over,
  };
}

export function booking(caseId: string, over: Partial<BookingRow> = {}): BookingRow {
  return {
    ...{ caseId, step: 'visit', eventId: `event-${caseId}`, organiser: 'grace' },
    ...{ start: at('10:00', '2026-12-16'), end: at('11:00', '2026-12-16') },
    ...over,
  };
}

export function item(key: string, over: Partial<OutboxItem> = {}): OutboxItem {
  return {
    key,
    caseId: 'A',
    effect: { kind: 'mail', key, step: 'referral', mail: 'referral' },
    notBefore: NOON,
    ...over,
  };
}

export function draft(id: string, over: Partial<Draft> = {}): Draft {
  return {
    id,
    owner: 'asha',
    pathway: 'testshire/step-down',
    updatedAt: NOON,
    pages: { family: { 'c1.name': 'Perpetua Quillfeather', interpreter: false } },
    children: 2,
    page: 'family',
    ...over,
  };
}

export function post(key: string, over: Partial<Post> = {}): Post {
  return {
    key,
    caseId: 'A',
    conversationId: '19:channel',
    activityId: '1',
    serviceUrl: 'http://127.0.0.1/connector/',
    digest: 'd1',
    postedAt: NOON,
    ...over,
  };
}

export const BOX = 'early.help@testshire.example';
export const OTHER_BOX = 'mash@testshire.example';

export function mailbox(over: Partial<ReadMailbox> = {}): ReadMailbox {
  return {
    ...{ address: BOX, cursor: 'delta-1', watchedFrom: at('08:00'), readAt: null },
    ...{ failingSince: null, alarmedAt: null, reconciledAt: null },
    ...over,
  };
}

/** Message `n` of its sender: the same `n` is the same mail, in whichever mailbox it is seen. */
export function seen(n: string | number, over: Partial<SeenMail> = {}): SeenMail {
  return {
    id: `graph-${n}`,
    internetMessageId: `<${n}@sender.example>`,
    conversationId: `conversation-${n}`,
    subject: `About Perpetua ${n}`,
    from: 'worker@sender.example',
    receivedAt: at('09:00'),
    sentAt: at('08:59'),
    ...over,
  };
}

type Page = Parameters<MailBook['takeIn']>[0];

/** As the use case makes a page: an id of its own each time that it is seen, the identity out of what the header says. */
export function page(mails: readonly SeenMail[], over: Partial<Page> = {}): Page {
  const prefix = over.mailbox?.address ?? BOX;
  return {
    council: 'testshire',
    mailbox: mailbox(),
    takenAt: NOON,
    mails: mails.map((one) => {
      const id = `mail-${prefix}-${one.id}`;
      const identity = [one.internetMessageId, one.from, one.subject, one.sentAt].join(' ');
      return { id, seen: one, identity, reads: readsMail(id) };
    }),
    ...over,
  };
}

function readsMail(id: string): OutboxItem {
  const key = `read-mail/${id}`;
  return { key, caseId: null, effect: { kind: 'read-mail', key, mail: id }, notBefore: NOON };
}

export function readMail(over: Partial<ReadMail> = {}): ReadMail {
  return {
    kind: 'person',
    messageId: '1@sender.example',
    ...{ inReplyTo: [], references: [], returned: [] },
    from: { name: 'Sam Worker', address: 'worker@sender.example' },
    ...{ to: [{ name: '', address: BOX }], copy: [] },
    subject: 'About Perpetua 1',
    text: 'Perpetua Quillfeather is ready for early help.',
    cut: false,
    attachments: [{ name: 'plan.pdf', contentType: 'application/pdf', size: 2048 }],
    ...over,
  };
}

export function sentMail(key: string, over: Partial<SentMail> = {}): SentMail {
  return {
    internetMessageId: `${key}@ours.example`,
    ...{ mailbox: BOX, conversationId: `conversation-${key}`, sentAt: NOON, key },
    ...{ caseId: 'A', step: 'referral', answers: null },
    ...over,
  };
}

export function storedDocument(id: string, over: Partial<StoredDocument> = {}): StoredDocument {
  return {
    ...{ id, owner: 'asha', name: 'plan.pdf', contentType: 'application/pdf', size: 12, givenAt: NOON, caseId: null },
    ...over,
  };
}
