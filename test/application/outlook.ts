/** A world with a consultation in it, the hands that change it in Outlook, and what the program has made of that. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { watchState } from '../../src/application/watch-state.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import type { LogEntry } from '../../src/sandbox/graph/log.ts';
import { bookConsultation, nameTeam, refer } from './story.ts';
import type { Shown, TestWorld } from './world.ts';

export const GRACE = 'grace.adeyemi@camden.example';
export const AMARA = 'amara.okafor@camden.example';

export const DELTA = 'GET /users/id/calendarView/delta';
export const VIEW = 'GET /users/id/calendarView';
export const EVENT = 'GET /users/id/events/event';
export const SUBSCRIBE = 'POST /subscriptions';
export const RENEW = 'PATCH /subscriptions/id';

/** The subscription to the mailbox, which is made and renewed for itself. */
function isOfMailbox({ method, requestBody, responseBody }: LogEntry): boolean {
  return method !== 'GET' && JSON.stringify([requestBody, responseBody]).includes('mailFolders');
}

export const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });

/** @param world the one of the test that runs */
export function outlook(world: () => TestWorld) {
  const sheet = async (id: string) => (await world().stepwise.sheet(id)) as CaseSheet;
  const view = async (id: string, step = 'consultation') => (await sheet(id)).status.steps[step];
  const booked = async (id: string, step?: string) => {
    const booking = (await view(id, step))?.booking;
    return booking && `${writeInstant(booking.start)} ${booking.state}`;
  };
  const recorded = async (id: string, part: string, step = 'consultation') =>
    (await sheet(id)).case.facts
      .filter(({ fact }) => fact === `${step}.${part}`)
      .map(({ by, answers }) => ({ by, ...answers }));

  /** Subscriptions to calendars: that to the mailbox stands beside them all the time. */
  const kept = async () => (await world().store.subscriptions()).filter(({ resource }) => resource.endsWith('/events'));

  /** What was asked of calendars and subscriptions since it was last asked. */
  const asked = async () =>
    (await world().calls())
      .filter(({ path }) => /calendarView|\/events|^\/subscriptions/.test(path))
      .filter((entry) => !isOfMailbox(entry))
      .map(({ method, path }) => {
        const plain = path
          .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
          .replace(/events\/[^/]+/, 'events/event')
          .replace(/[\w.]+(@|%40)camden.example/, 'GRACE');
        return `${method} ${plain}`;
      });

  /** A consultation is booked on the calendar of Grace, who organises it. Nothing is asked of Graph any more. */
  async function consultation(): Promise<{ readonly id: string; readonly event: string }> {
    const { case: of } = await refer(world());
    await nameTeam(world(), of.id);
    await bookConsultation(world(), of.id);
    await world().told();
    const event = (await world().meetings(GRACE)).find(({ subject }) => subject.startsWith(of.reference)) as Shown;
    await asked();
    return { id: of.id, event: event.id };
  }

  const inOutlook = (event: string, start: string, end: string, mailbox = GRACE) =>
    world().outlook('PATCH', `/users/${mailbox}/events/${event}`, { start: utc(start), end: utc(end) });
  const move = (event: string, day: string, time = '14') =>
    inOutlook(event, `${day}T${time}:00:00`, `${day}T${time}:30:00`);

  /** As an attendee answers in their own calendar. */
  async function answer(mailbox: string, how: 'accept' | 'decline'): Promise<void> {
    const { value } = await world().outlook<{ value: Shown[] }>('GET', `/users/${mailbox}/events?$top=500`);
    const copy = value.find(({ subject, isOrganizer }) => /^CAM-/.test(subject) && isOrganizer === false);
    await world().outlook('POST', `/users/${mailbox}/events/${copy?.id}/${how}`, { sendResponse: true });
  }

  /** As the organiser's copy shows what an attendee has answered by mail. */
  async function respond(
    event: string,
    response: 'accepted' | 'declined' | 'tentativelyAccepted',
    when: string,
    address = AMARA,
  ): Promise<void> {
    const { diary } = world().sandbox.graph;
    const stored = diary.events.find(
      ({ subject, isOrganizer, organizer }) => isOrganizer && organizer.address === GRACE && subject.startsWith('CAM-'),
    );
    if (!stored) throw new Error(`${event} is not there.`);
    const attendees = stored.attendees.map((each) =>
      each.address.toLowerCase() === address.toLowerCase() ? { ...each, response, answeredAt: when } : each,
    );
    diary.events.put({ ...stored, attendees, version: world().sandbox.context.state.next() });
  }

  /** A call from Graph, or from somebody who says so. */
  async function call(route: 'notifications' | 'lifecycle', value: readonly unknown[]): Promise<number> {
    const answered = await fetch(`${world().botUrl}/api/graph/${route}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ value }),
    });
    return answered.status;
  }

  async function lifecycle(lifecycleEvent: string): Promise<void> {
    const [{ id, resource } = { id: '', resource: '' }] = await kept();
    const clientState = world().world.watching?.clientStates.of(resource);
    const status = await call('lifecycle', [{ subscriptionId: id, clientState, lifecycleEvent }]);
    if (status !== 202) throw new Error(`${lifecycleEvent}: ${status}`);
  }

  const faults = async () => (await watchState(world().world))?.faults;
  async function live(): Promise<{ readonly live: number; readonly missing: number }> {
    const all = await kept();
    const now = world().now();
    const standing = all.filter(({ id, expiresAt }) => id !== null && (expiresAt ?? '') > now).length;
    return { live: standing, missing: all.length - standing };
  }

  async function notification(): Promise<object> {
    const [{ id, resource } = { id: '', resource: '' }] = await kept();
    return {
      subscriptionId: id,
      clientState: world().world.watching?.clientStates.of(resource),
      changeType: 'updated',
    };
  }

  return {
    sheet,
    view,
    booked,
    recorded,
    asked,
    consultation,
    move,
    answer,
    respond,
    call,
    notification,
    lifecycle,
    faults,
    live,
    kept,
  };
}
