/** A week of the acting person's diary: answering, moving and deleting what is in it. */
import { graph } from './api.js';
import { addDays, day, fromWall, mondayOf, time, wall } from './dates.js';
import { announce, button, byId, el } from './dom.js';
import { openForm } from './form.js';
import { store } from './store.js';

const LONDON = 'GMT Standard Time';
const ANSWERS = {
  organizer: 'Organiser',
  accepted: 'Accepted',
  tentativelyAccepted: 'Perhaps',
  declined: 'Declined',
  notResponded: 'Not answered',
  none: 'Not answered',
};

/** The Monday on show; null for the week that the clock is in. */
let week = null;
let whose = '';
let drawnAs = '';

/** The next time that this person's diary is shown, it is the week of that moment. */
export function showWeekOf(person, moment) {
  whose = person.id;
  week = mondayOf(wall(moment).slice(0, 10));
}

export async function loadDiary(person) {
  if (whose !== person.id) week = null;
  whose = person.id;
  const monday = week ?? mondayOf(wall(store.now).slice(0, 10));
  const from = fromWall(`${monday}T00:00`);
  const to = fromWall(`${addDays(monday, 7)}T00:00`);
  const user = `/users/${person.id}`;
  const { value } = await graph.get(
    `${user}/calendarView?startDateTime=${from}&endDateTime=${to}&$top=100&$orderby=start/dateTime`,
  );
  if (whose !== person.id) return;
  const today = wall(store.now).slice(0, 10);
  const signature = JSON.stringify([person.id, monday, today, value]);
  if (signature === drawnAs && byId('box').querySelector('.week')) return;
  drawnAs = signature;
  const focused = document.activeElement?.dataset?.act;
  const days = [0, 1, 2, 3, 4, 5, 6].map((count) => addDays(monday, count));
  const busyDays = days.filter((date, index) => index < 5 || value.some((event) => onDay(event, date)));
  byId('box').replaceChildren(
    head(person, monday),
    el('div', { class: 'week' }, ...busyDays.map((date) => dayList(date, today, value, user))),
  );
  if (focused)
    byId('box')
      .querySelector(`[data-act="${CSS.escape(focused)}"]`)
      ?.focus();
}

const onDay = (event, date) =>
  event.start.dateTime.slice(0, 10) <= date && event.end.dateTime.slice(0, 16) > `${date}T00:00`;

function head(person, monday) {
  const go = (to, says) => async () => {
    week = to;
    await loadDiary(person);
    announce(says);
  };
  const title = `Week of ${day(`${monday}T12:00:00Z`)}`;
  return el(
    'header',
    { class: 'conversation-head' },
    el('div', {}, el('h2', { id: 'box-title' }, `${person.name}’s diary`), el('p', { class: 'under' }, title)),
    el(
      'div',
      { class: 'head-buttons' },
      button('Week before', go(addDays(monday, -7), 'The week before'), {
        'data-act': 'before',
        'data-testid': 'week-before',
      }),
      button('This week', go(null, 'This week'), { 'data-act': 'this', 'data-testid': 'week-this' }),
      button('Week after', go(addDays(monday, 7), 'The week after'), {
        'data-act': 'after',
        'data-testid': 'week-after',
      }),
    ),
  );
}

function dayList(date, today, events, user) {
  const here = events
    .filter((event) => onDay(event, date))
    .sort((a, b) => a.start.dateTime.localeCompare(b.start.dateTime));
  const id = `day-${date}`;
  return el(
    'section',
    { class: `diary-day${date === today ? ' today' : ''}`, 'aria-labelledby': id },
    el('h3', { id }, day(`${date}T12:00:00Z`), date === today ? el('span', { class: 'tag' }, 'Today') : null),
    here.length === 0
      ? el('p', { class: 'empty' }, 'Nothing booked.')
      : el('ul', {}, ...here.map((event) => el('li', {}, eventElement(event, user)))),
  );
}

function eventElement(event, user) {
  const answer = event.responseStatus?.response ?? 'none';
  const meeting = (event.attendees ?? []).length > 0;
  const names = (event.attendees ?? []).map(
    (each) =>
      `${each.emailAddress.name || each.emailAddress.address} (${(ANSWERS[each.status?.response] ?? 'Not answered').toLowerCase()})`,
  );
  const outcome = el('p', { class: 'problem', role: 'alert', hidden: true });
  const path = `${user}/events/${encodeURIComponent(event.id)}`;
  const act = (name, work, says) =>
    button(
      name,
      async () => {
        try {
          await work();
          announce(says);
        } catch (fault) {
          outcome.textContent = fault.message;
          outcome.hidden = false;
        }
      },
      { 'data-act': `${name} ${event.id}`, 'aria-label': `${name}: ${event.subject}` },
    );
  const own = event.isOrganizer !== false;
  const buttons = own
    ? [
        button('Move', () => move(event, path), {
          'data-act': `Move ${event.id}`,
          'aria-label': `Move: ${event.subject}`,
        }),
        act('Delete', () => graph.remove(path), 'Deleted.'),
      ]
    : [
        answer === 'accepted'
          ? null
          : act('Accept', () => graph.post(`${path}/accept`, { sendResponse: true }), 'Accepted.'),
        answer === 'declined'
          ? null
          : act('Decline', () => graph.post(`${path}/decline`, { sendResponse: true }), 'Declined.'),
        act('Delete', () => graph.remove(path), 'Deleted.'),
      ];
  return el(
    'article',
    {
      class: `event ${event.showAs ?? ''}${meeting ? ' meeting' : ''}`,
      'data-testid': `event-${event.id}`,
      'aria-label': event.subject,
    },
    el(
      'p',
      { class: 'event-time' },
      event.isAllDay ? 'All day' : `${event.start.dateTime.slice(11, 16)} to ${event.end.dateTime.slice(11, 16)}`,
    ),
    el(
      'div',
      { class: 'event-words' },
      el(
        'h4',
        {},
        event.subject || '(no subject)',
        event.sensitivity === 'private' ? el('span', { class: 'tag' }, 'Private') : null,
      ),
      event.location?.displayName ? el('p', {}, event.location.displayName) : null,
      meeting
        ? el(
            'p',
            { class: 'under' },
            own
              ? 'Organised by you.'
              : `Organised by ${event.organizer?.emailAddress?.name ?? 'somebody else'}; ask them to move it. You: ${(ANSWERS[answer] ?? 'Not answered').toLowerCase()}.`,
          )
        : null,
      names.length > 0 ? el('p', { class: 'under' }, names.join(', ')) : null,
      outcome,
      el('p', { class: 'event-buttons' }, ...buttons),
    ),
  );
}

function move(event, path) {
  const length =
    Date.parse(`${event.end.dateTime.slice(0, 19)}Z`) - Date.parse(`${event.start.dateTime.slice(0, 19)}Z`);
  openForm({
    title: `Move ${event.subject}`,
    send: 'Move',
    fields: [
      {
        id: 'start',
        label: 'New start, London time',
        type: 'datetime-local',
        value: event.start.dateTime.slice(0, 16),
        needed: 'Say when.',
      },
    ],
    async done({ start }) {
      const end = new Date(Date.parse(`${start}Z`) + length).toISOString().slice(0, 19);
      await graph.patch(path, {
        start: { dateTime: `${start}:00`, timeZone: LONDON },
        end: { dateTime: end, timeZone: LONDON },
      });
      const moved = fromWall(start);
      announce(`Moved to ${day(moved)}, ${time(moved)}.`);
    },
  });
}
