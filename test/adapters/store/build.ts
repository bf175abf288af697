/**
 * Invented cases in the words of the port. Builders give what a test does not care about.
 */
import type {
  Append,
  BookingRow,
  CaseRow,
  DeadlineRow,
  Draft,
  OutboxItem,
  Post,
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
