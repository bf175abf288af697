/** Events, calendar views and what changed in them. */
import type { SandboxContext } from '../context.ts';
import { itemFirst, ownerFirst, removal } from './at-mailbox.ts';
import {
  type Answer,
  accepted,
  type Call,
  created,
  invalid,
  isObject,
  type Json,
  notFound,
  objectBody,
  ok,
  parameter,
  preference,
  type Route,
} from './call.ts';
import { type Changed, delta, inOrder, leftFrom, removed } from './delta.ts';
import type { Attendee, Answer as AttendeeAnswer, Diary, NewEvent, StoredEvent } from './diary.ts';
import type { Owner } from './directory.ts';
import { forgottenTokens } from './forgotten.ts';
import { changeKeyOf, checkMatch, etagOf, outlookId, readOutlookId, wantsImmutableIds } from './identity.ts';
import { oneOf, preview, readAddress, readBody, showBody } from './item.ts';
import { list, select } from './query.ts';
import { answerZone, readDateTime, readViewBound, writeDateTime } from './zone.ts';

/** 500 people at most in one event. */
const MOST_ATTENDEES = 500;

const KNOWN = new Set([
  ...['id', 'subject', 'start', 'end', 'iCalUId', 'createdDateTime', 'lastModifiedDateTime', 'isCancelled', 'showAs'],
  ...['sensitivity', 'isOrganizer', 'isOnlineMeeting', 'organizer', 'categories', 'importance', 'isAllDay', 'type'],
]);

/** 17 Dec 2026 as Exchange writes the moment of a change: seven decimals. */
const toTicks = (instant: string): string => (instant.includes('.') ? instant.replace('Z', '0000Z') : instant);

export function showEvent(stored: StoredEvent, call: Call): Json {
  const zone = answerZone(call);
  const location = {
    displayName: stored.location,
    locationType: 'default',
    uniqueIdType: stored.location ? 'private' : 'unknown',
    ...(stored.location ? { uniqueId: stored.location } : {}),
  };
  return {
    '@odata.etag': etagOf(stored.version),
    id: outlookId('event', stored.id, wantsImmutableIds(call) ? undefined : 'calendar'),
    createdDateTime: toTicks(stored.createdAt),
    lastModifiedDateTime: toTicks(stored.modifiedAt),
    changeKey: changeKeyOf(stored.version),
    categories: stored.categories,
    ...(stored.transactionId ? { transactionId: stored.transactionId } : {}),
    originalStartTimeZone: stored.startZone,
    originalEndTimeZone: stored.endZone,
    iCalUId: stored.iCalUId,
    reminderMinutesBeforeStart: stored.reminderMinutes,
    isReminderOn: stored.isReminderOn,
    hasAttachments: false,
    subject: stored.subject,
    bodyPreview: preview(stored.body),
    importance: stored.importance,
    sensitivity: stored.sensitivity,
    isAllDay: stored.isAllDay,
    isCancelled: stored.isCancelled,
    isDraft: false,
    isOrganizer: stored.isOrganizer,
    responseRequested: stored.responseRequested,
    seriesMasterId: null,
    showAs: stored.showAs,
    type: 'singleInstance',
    webLink: `https://outlook.office365.com/owa/?itemid=${outlookId('event', stored.id, 'calendar')}&exvsurl=1&path=/calendar/item`,
    onlineMeetingUrl: null,
    isOnlineMeeting: stored.joinUrl !== undefined,
    onlineMeetingProvider: stored.joinUrl ? 'teamsForBusiness' : 'unknown',
    allowNewTimeProposals: stored.allowNewTimeProposals,
    hideAttendees: stored.hideAttendees,
    recurrence: null,
    responseStatus: { response: stored.response, time: stored.answeredAt },
    body: showBody(stored.body, call),
    start: writeDateTime(stored.start, zone),
    end: writeDateTime(stored.end, zone),
    location,
    locations: stored.location ? [location] : [],
    attendees: stored.attendees.map(({ name, address, type, response, answeredAt, proposed }) => ({
      type,
      status: { response, time: answeredAt },
      emailAddress: { name, address },
      ...(proposed
        ? {
            proposedNewTime: { start: writeDateTime(proposed.start, zone), end: writeDateTime(proposed.end, zone) },
          }
        : {}),
    })),
    organizer: { emailAddress: stored.organizer },
    onlineMeeting: stored.joinUrl ? { joinUrl: stored.joinUrl } : null,
  };
}

function readAttendee(value: unknown): Attendee {
  const type = isObject(value) ? (value.type ?? 'required') : 'required';
  return {
    ...readAddress(value, 'An attendee has no valid e-mail address.'),
    type: oneOf(type, ['required', 'optional', 'resource'] as const, 'type'),
    response: 'none',
    answeredAt: '0001-01-01T00:00:00Z',
  };
}

/** What a request sets of an event; nothing for what it leaves out. */
function readEvent(body: Json): Partial<NewEvent> {
  const has = (name: string) => body[name] !== undefined;
  if (isObject(body.recurrence)) throw invalid('This sandbox books single meetings, not series.');
  const start = has('start') ? readDateTime(body.start, 'start') : undefined;
  const end = has('end') ? readDateTime(body.end, 'end') : undefined;
  const place = isObject(body.location) ? body.location : undefined;
  if (Array.isArray(body.attendees) && body.attendees.length > MOST_ATTENDEES) {
    throw invalid('Too many attendees.', 'ErrorExceededMaxRecipientLimit');
  }
  return {
    ...(has('subject') ? { subject: String(body.subject ?? '') } : {}),
    ...(has('body') ? { body: readBody(body.body) } : {}),
    ...(start ? { start: start.instant, startZone: start.zone } : {}),
    ...(end ? { end: end.instant, endZone: end.zone } : {}),
    ...(place ? { location: String(place.displayName ?? '') } : {}),
    ...(Array.isArray(body.attendees) ? { attendees: body.attendees.map(readAttendee) } : {}),
    ...(typeof body.hideAttendees === 'boolean' ? { hideAttendees: body.hideAttendees } : {}),
    ...(typeof body.responseRequested === 'boolean' ? { responseRequested: body.responseRequested } : {}),
    ...(typeof body.allowNewTimeProposals === 'boolean' ? { allowNewTimeProposals: body.allowNewTimeProposals } : {}),
    ...(has('showAs')
      ? {
          showAs: oneOf(
            body.showAs,
            ['unknown', 'free', 'tentative', 'busy', 'oof', 'workingElsewhere'] as const,
            'showAs',
          ),
        }
      : {}),
    ...(has('sensitivity')
      ? {
          sensitivity: oneOf(
            body.sensitivity,
            ['normal', 'personal', 'private', 'confidential'] as const,
            'sensitivity',
          ),
        }
      : {}),
    ...(has('importance')
      ? { importance: oneOf(body.importance, ['low', 'normal', 'high'] as const, 'importance') }
      : {}),
    ...(Array.isArray(body.categories) ? { categories: body.categories.map(String) } : {}),
    ...(typeof body.isAllDay === 'boolean' ? { isAllDay: body.isAllDay } : {}),
    ...(typeof body.isReminderOn === 'boolean' ? { isReminderOn: body.isReminderOn } : {}),
    ...(typeof body.reminderMinutesBeforeStart === 'number'
      ? { reminderMinutes: body.reminderMinutesBeforeStart }
      : {}),
    ...(typeof body.transactionId === 'string' ? { transactionId: body.transactionId } : {}),
    ...(body.isOnlineMeeting === true ? { online: true } : {}),
  };
}

/** Everybody may set these on their own copy; the rest is the organizer's. */
const OWN = ['showAs', 'categories', 'reminderMinutes', 'isReminderOn', 'importance', 'sensitivity'];

export function calendarRoutes(context: SandboxContext, diary: Diary): Route[] {
  const { state } = context;
  const inDiary = ownerFirst(context);
  const onEvent = itemFirst(inDiary, (owner, call) => {
    const found = diary.events.get(readOutlookId('event', call.part.event ?? '').key);
    if (!found || found.mailbox !== owner.id) throw notFound();
    return found;
  });

  /** Says which of the caller's preferences were followed. */
  const applied = (call: Call): Record<string, string> => {
    const followed = [
      ...(preference(call, 'outlook.timezone') ? [`outlook.timezone="${preference(call, 'outlook.timezone')}"`] : []),
      ...(wantsImmutableIds(call) ? ['IdType="ImmutableId"'] : []),
    ];
    return followed.length > 0 ? { 'preference-applied': followed.join(', ') } : {};
  };
  const entity = (event: StoredEvent, call: Call): Json => ({
    '@odata.context': `${call.base}/$metadata#users('${event.mailbox}')/events/$entity`,
    ...select(showEvent(event, call), call),
  });
  const byStart = (a: StoredEvent, b: StoredEvent) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0);
  const rules = (owner: Owner, what: string) => ({
    page: 10,
    most: 1000,
    known: KNOWN,
    context: `users('${owner.id}')/${what}`,
  });

  const listEvents = inDiary((owner, call) =>
    list(
      diary.events.filter(({ mailbox }) => mailbox === owner.id).map((event) => showEvent(event, call)),
      call,
      rules(owner, 'events'),
    ),
  );

  function book(owner: Owner, call: Call): Answer {
    const read = readEvent(objectBody(call));
    const { start, end } = read;
    if (!start || !end) throw invalid('An event needs a start and an end.', 'ErrorInvalidRequest');
    if (end < start)
      throw invalid('The end of an event must not lie before its start.', 'ErrorPropertyValidationFailure');
    return created(entity(diary.book(owner, { subject: '', ...read, start, end }), call), applied(call));
  }

  function viewOf(query: URLSearchParams): (event: StoredEvent) => boolean {
    const from = readViewBound(query.get('startDateTime') ?? query.get('StartDateTime'), 'startDateTime');
    const to = readViewBound(query.get('endDateTime') ?? query.get('EndDateTime'), 'endDateTime');
    if (to < from) throw invalid('The end of the window lies before its start.', 'ErrorInvalidParameter');
    return ({ start, end }) => start < to && (end > from || start >= from);
  }

  const view = inDiary((owner, call) => {
    const inside = viewOf(call.query);
    const found = diary.events.filter((event) => event.mailbox === owner.id && inside(event)).sort(byStart);
    return list(
      found.map((event) => showEvent(event, call)),
      call,
      rules(owner, 'calendarView'),
    );
  });

  const viewChanges = inDiary((owner, call) => {
    for (const option of ['$select', '$expand', '$filter', '$orderby', '$search']) {
      if (call.query.has(option))
        throw invalid(`${option} is not supported in an event delta.`, 'ErrorInvalidUrlQuery');
    }
    return delta(call, {
      context: 'Collection(event)',
      newest: state.next(),
      forgotten: forgottenTokens(context).get(owner.id),
      changes: ({ after, since, query }): Changed[] => {
        const inside = viewOf(query);
        const held = diary.events
          .filter(({ mailbox, version }) => mailbox === owner.id && version > after)
          .flatMap((event): Changed[] => {
            if (inside(event)) {
              const shown = { '@odata.type': '#microsoft.graph.event', ...showEvent(event, call) };
              return [{ version: event.version, item: shown }];
            }
            // What left the window, or changed outside it, is reported as removed too.
            return since === 0 ? [] : [{ version: event.version, item: removed('event', event.id, 'calendar', call) }];
          });
        if (since === 0) return inOrder(held);
        const left = leftFrom(diary.gone, { kind: 'event', mailbox: owner.id, folder: 'calendar', after }, call);
        return inOrder([...held, ...left]);
      },
    });
  });

  const respond = (response: AttendeeAnswer['response']) =>
    onEvent((event, owner, call) => {
      if (event.isOrganizer) {
        throw invalid(
          "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
        );
      }
      const body = objectBody(call);
      const slot = parameter(body, 'proposedNewTime');
      const proposed = isObject(slot)
        ? { start: readDateTime(slot.start, 'start').instant, end: readDateTime(slot.end, 'end').instant }
        : undefined;
      if (proposed && !event.allowNewTimeProposals) {
        throw invalid('The organizer of this meeting does not take proposals of another time.');
      }
      diary.answer(event, owner, {
        response,
        comment: String(parameter(body, 'comment') ?? ''),
        send: parameter(body, 'sendResponse') !== false,
        ...(proposed ? { proposed } : {}),
      });
      return accepted;
    });

  const event = '/users/:user/events/:event';
  return [
    {
      method: 'GET',
      path: '/users/:user/calendar',
      answer: inDiary((owner, call) =>
        ok({
          '@odata.context': `${call.base}/$metadata#users('${owner.id}')/calendar/$entity`,
          id: outlookId('calendar', owner.id, undefined),
          name: 'Calendar',
          color: 'auto',
          hexColor: '',
          isDefaultCalendar: true,
          changeKey: changeKeyOf(0),
          canShare: true,
          canViewPrivateItems: true,
          canEdit: true,
          allowedOnlineMeetingProviders: ['teamsForBusiness'],
          defaultOnlineMeetingProvider: 'teamsForBusiness',
          isTallyingResponses: true,
          isRemovable: false,
          owner: { name: owner.name, address: owner.mail },
        }),
      ),
    },
    { method: 'GET', path: '/users/:user/events', answer: listEvents },
    { method: 'GET', path: '/users/:user/calendar/events', answer: listEvents },
    { method: 'POST', path: '/users/:user/events', answer: inDiary(book) },
    { method: 'POST', path: '/users/:user/calendar/events', answer: inDiary(book) },
    { method: 'GET', path: '/users/:user/calendarView', answer: view },
    { method: 'GET', path: '/users/:user/calendar/calendarView', answer: view },
    { method: 'GET', path: '/users/:user/calendarView/delta', answer: viewChanges },
    { method: 'GET', path: event, answer: onEvent((found, _owner, call) => ok(entity(found, call), applied(call))) },
    {
      method: 'PATCH',
      path: event,
      answer: onEvent((found, _owner, call) => {
        checkMatch(call, found.version);
        const { transactionId, ...to } = readEvent(objectBody(call));
        if (transactionId !== undefined && transactionId !== found.transactionId) {
          throw invalid('transactionId cannot be changed once it is set.', 'ErrorInvalidPropertySet');
        }
        if (!found.isOrganizer && Object.keys(to).some((name) => !OWN.includes(name))) {
          throw invalid('You need to be an organizer to change this meeting.');
        }
        if ((to.end ?? found.end) < (to.start ?? found.start)) {
          throw invalid('The end of an event must not lie before its start.', 'ErrorPropertyValidationFailure');
        }
        return ok(entity(diary.change(found, to), call), applied(call));
      }),
    },
    removal(event, onEvent, diary.remove),
    {
      method: 'POST',
      path: `${event}/cancel`,
      answer: onEvent((found, _owner, call) => {
        if (!found.isOrganizer) {
          throw invalid("Your request can't be completed. You need to be an organizer to cancel a meeting.");
        }
        diary.remove(found, String(parameter(objectBody(call), 'comment') ?? ''));
        return accepted;
      }),
    },
    { method: 'POST', path: `${event}/accept`, answer: respond('accepted') },
    { method: 'POST', path: `${event}/tentativelyAccept`, answer: respond('tentativelyAccepted') },
    { method: 'POST', path: `${event}/decline`, answer: respond('declined') },
  ];
}
