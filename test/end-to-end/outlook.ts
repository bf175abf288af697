/**
 * A scripted person in Outlook, and whoever makes Graph stumble. All of it over the sandbox's HTTP, as its page does it: the log of
 * Graph's calls has it as the page's, not the product's.
 */
import { isObject, type Json } from './card.ts';
import { diaryOf, type Entry, graph } from './person.ts';
import type { Product } from './product.ts';

/** What a mailbox's owner may be called: a name of the staff, or an address, which rooms and shared mailboxes have. */
type Who = string;

const userOf = (product: Product, who: Who): string =>
  encodeURIComponent(who.includes('@') ? who : product.staff(who).aadObjectId);
const pathOf = (product: Product, who: Who, { id }: { readonly id: string }): string =>
  `/users/${userOf(product, who)}/events/${encodeURIComponent(id)}`;

const WEEK = 7 * 86_400_000;
const MINUTE = 60_000;

/** Everything in the seven days from a moment, UTC; from the clock's where none is given. */
export async function eventsOfWeek(product: Product, who: Who, from?: string): Promise<readonly Entry[]> {
  const start = new Date(from ?? (await product.now()));
  const end = new Date(start.getTime() + WEEK);
  return diaryOf(product, userOf(product, who), start.toISOString(), end.toISOString());
}

/** @throws where it is not in the 120 days from the clock's time, or not only once */
export async function findEvent(product: Product, who: Who, subject: RegExp | string): Promise<Entry> {
  const start = new Date(await product.now());
  const end = new Date(start.getTime() + 120 * 86_400_000);
  const all = await diaryOf(product, userOf(product, who), start.toISOString(), end.toISOString());
  const found = all.filter((each) =>
    typeof subject === 'string' ? each.subject.includes(subject) : subject.test(each.subject),
  );
  const [only] = found;
  if (found.length !== 1 || !only)
    throw new Error(`${who}: "${String(subject)}" is ${found.length} times in the diary.`);
  return only;
}

/** @param start UTC @param minutes its new length; as long as it was where none is given */
export async function moveEvent(
  product: Product,
  who: Who,
  entry: Entry,
  start: string,
  minutes?: number,
): Promise<void> {
  const length = minutes === undefined ? Date.parse(entry.end) - Date.parse(entry.start) : minutes * MINUTE;
  const begins = new Date(start).getTime();
  const utc = (moment: number) => ({ dateTime: new Date(moment).toISOString().slice(0, 19), timeZone: 'UTC' });
  await graph(product, 'PATCH', pathOf(product, who, entry), { start: utc(begins), end: utc(begins + length) });
}

/** By its organiser, with a message to those invited. */
export async function cancelEvent(product: Product, who: Who, entry: Entry, comment = ''): Promise<void> {
  await graph(product, 'POST', `${pathOf(product, who, entry)}/cancel`, { comment });
}

export async function deleteEvent(product: Product, who: Who, entry: Entry): Promise<void> {
  await graph(product, 'DELETE', pathOf(product, who, entry));
}

const respond =
  (how: 'accept' | 'tentativelyAccept' | 'decline') =>
  async (product: Product, who: Who, entry: Entry, comment = ''): Promise<void> => {
    await graph(product, 'POST', `${pathOf(product, who, entry)}/${how}`, { comment, sendResponse: true });
  };

/** By somebody invited: `entry` is of their own diary. */
export const accept = respond('accept');
export const sayPerhaps = respond('tentativelyAccept');
export const decline = respond('decline');

/** Address and answer of everybody invited, as the organiser sees it: `{"jo.marsh@camden.example": "declined"}`. */
export async function answersTo(product: Product, organiser: Who, entry: Entry): Promise<Record<string, string>> {
  const { attendees } = await graph(product, 'GET', pathOf(product, organiser, entry));
  const all = (Array.isArray(attendees) ? attendees : []) as {
    emailAddress: { address: string };
    status: { response: string };
  }[];
  return Object.fromEntries(all.map(({ emailAddress, status }) => [emailAddress.address, status.response]));
}

async function sandbox(product: Product, method: string, path: string, body?: Json): Promise<unknown> {
  const response = await fetch(`${product.sandbox}/sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /sandbox/${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** @param from UTC; null calls them back @param to UTC; null is until further notice */
export async function setAway(product: Product, who: Who, from: string | null, to: string | null): Promise<void> {
  await sandbox(product, 'POST', 'away', { person: who, from, to });
}

/** What `POST /sandbox/faults` takes. */
export interface Stumble {
  /** HTTP status, 0 (hangs up), `hang` (never answers), `slow`, or `empty` (an empty page first). */
  readonly status: number | 'hang' | 'slow' | 'empty';
  readonly times?: number;
  /** A star in the path stands for one part. */
  readonly match?: { readonly method?: string; readonly path?: string };
  /** Seconds. */
  readonly retryAfter?: number;
  /** Of a slow one. */
  readonly milliseconds?: number;
  /** The thing is done, and only then comes the fault. */
  readonly after?: boolean;
  readonly code?: string;
}

export const BOOKINGS = { method: 'POST', path: '/users/*/events' } as const;
export const FREE_BUSY = { method: 'POST', path: '/users/*/calendar/getSchedule' } as const;
export const DELTA = { method: 'GET', path: '/users/*/calendarView/delta' } as const;

export async function makeGraphStumble(product: Product, fault: Stumble): Promise<void> {
  await sandbox(product, 'POST', 'faults', { ...fault });
}

/** @returns how many faults are still to come */
export async function stumblesLeft(product: Product): Promise<number> {
  const all = (await sandbox(product, 'GET', 'faults')) as { times: number }[];
  return all.reduce((sum, { times }) => sum + times, 0);
}

export async function stumbleNoMore(product: Product): Promise<void> {
  await sandbox(product, 'DELETE', 'faults');
}

/** The most requests of the product that were ever under way at one mailbox, and how many were refused for being too many. */
export async function mostInFlight(product: Product): Promise<{ readonly most: number; readonly refused: number }> {
  const answer = await sandbox(product, 'GET', 'graph-in-flight');
  if (!isObject(answer) || !isObject(answer.most)) throw new Error('The sandbox does not say how many were in flight.');
  return { most: Math.max(0, ...Object.values(answer.most).map(Number)), refused: Number(answer.refused) };
}

/** Subscriptions are lost, or told that they missed something or need a new authorisation. @returns how many */
export async function subscriptionTrouble(
  product: Product,
  event: 'subscriptionRemoved' | 'missed' | 'reauthorizationRequired',
  who?: Who,
): Promise<number> {
  const person = who === undefined || who.includes('@') ? who : product.staff(who).mail;
  const told = await sandbox(product, 'POST', 'subscriptions/lifecycle', { event, ...(person ? { person } : {}) });
  return isObject(told) ? Number(told.subscriptions) : 0;
}
