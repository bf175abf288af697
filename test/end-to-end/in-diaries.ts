/** One meeting as it stands in Outlook: looked for in the diary of everybody and of every mailbox, so that a second one cannot hide. */
import { isObject, type Json } from './card.ts';
import { graph } from './person.ts';
import type { Product } from './product.ts';

/** How it was asked for and how it stands. Names where somebody has one, addresses otherwise. */
export interface InDiaries {
  /** Of the event in the organiser's own diary. */
  readonly id: string;
  readonly organiser: string;
  readonly start: string;
  readonly end: string;
  readonly subject: string;
  readonly body: string;
  readonly sensitivity: string;
  readonly place: string;
  readonly teamsLink: boolean;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly rooms: readonly string[];
  /** Whose diaries have it, in order of name. A second copy in one diary would be there twice. */
  readonly inDiariesOf: readonly string[];
  /** How the program wrote its times: wall clock and zone. One for each request to make an event that was to come. */
  readonly askedFor: readonly { readonly start: unknown; readonly transactionId: unknown; readonly prefer: string }[];
}

const HALF_A_YEAR = 180 * 86_400_000;

/** Meetings that are still to come: of a series the last one has the same subject. */
export async function inDiaries(product: Product, subject: string): Promise<InDiaries> {
  const nameOf = (address: string) =>
    product.people.find(({ mail }) => mail === address)?.name ??
    product.mailboxes.find(({ mail }) => mail === address)?.name ??
    address;
  const owners = [
    ...product.people.map(({ aadObjectId, name }) => ({ id: aadObjectId, name })),
    ...product.mailboxes.map(({ mail, name }) => ({ id: mail, name })),
  ];
  const from = await product.now();
  const to = new Date(Date.parse(from) + HALF_A_YEAR).toISOString();
  const found: { readonly of: string; readonly event: Json }[] = [];
  for (const { id, name } of owners) {
    const query = `startDateTime=${from}&endDateTime=${to}&$top=500`;
    const { value } = await graph(product, 'GET', `/users/${encodeURIComponent(id)}/calendarView?${query}`);
    for (const event of value as readonly Json[])
      if (event.subject === subject && event.isCancelled !== true) found.push({ of: name, event });
  }
  const own = found.filter(({ event }) => event.isOrganizer === true);
  const [event] = own.map((each) => each.event);
  if (!event || own.length > 1)
    throw new Error(`"${subject}" stands ${own.length} times in the diary of an organiser: ${own.map(({ of }) => of)}`);
  const attendees = (event.attendees as readonly Json[]).map((each) => ({
    type: each.type,
    name: nameOf(addressOf(each)),
  }));
  const of = (type: string) => attendees.filter((each) => each.type === type).map(({ name }) => name);
  const made = (await product.graphLog()).filter(
    ({ by, method, path, requestBody }) =>
      by === 'app' &&
      method === 'POST' &&
      path.endsWith('/events') &&
      isObject(requestBody) &&
      requestBody.subject === subject &&
      moment(requestBody.end) > from,
  );
  return {
    id: String(event.id),
    organiser: nameOf(addressOf(event.organizer)),
    start: moment(event.start),
    end: moment(event.end),
    subject: String(event.subject),
    body: isObject(event.body) ? String(event.body.content) : '',
    sensitivity: String(event.sensitivity),
    place: isObject(event.location) ? String(event.location.displayName ?? '') : '',
    teamsLink: event.isOnlineMeeting === true,
    required: of('required').sort(),
    optional: of('optional').sort(),
    rooms: of('resource'),
    inDiariesOf: found.map((each) => each.of).sort(),
    askedFor: made.map(({ requestBody, requestHeaders }) => ({
      start: (requestBody as Json).start,
      transactionId: (requestBody as Json).transactionId,
      prefer: String(requestHeaders.prefer),
    })),
  };
}

const addressOf = (each: unknown): string =>
  isObject(each) && isObject(each.emailAddress) ? String(each.emailAddress.address) : '';
const moment = (at: unknown): string =>
  isObject(at) ? new Date(`${String(at.dateTime).slice(0, 19)}Z`).toISOString() : '';
