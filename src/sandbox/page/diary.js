/** A week of the acting person's diary: answering, moving and deleting what is in it. */
import { away, graph } from './api.js';
import { addDays, day, dayAndTime, fromWall, mondayOf, time, wall } from './dates.js';
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
  const [{ value }, absences] = await Promise.all([
    graph.get(`${user}/calendarView?startDateTime=${from}&endDateTime=${to}&$top=100&$orderby=start/dateTime`),
    away.all(),
  ]);
  const absence = absences.find((each) => each.person === person.id && (each.to === null || each.to > store.now));
  if (whose !== person.id) return;
  const today = wall(store.now).slice(0, 10);
  const signature = JSON.stringify([person.id, monday, today, value, absence]);
  if (signature === drawnAs && byId('box').querySelector('.week')) return;
  drawnAs = signature;
  const focused = document.activeElement?.dataset?.act;
  const days = [0, 1, 2, 3, 4, 5, 6].map((count) => addDays(monday, count));
  const busyDays = days.filter((date, index) => index < 5 || value.some((event) => onDay(event, date)));
  byId('box').replaceChildren(
    head(person, monday, absence),
    el('div', { class: 'week' }, ...busyDays.map((date) => dayList(date, today, value, user))),
  );
  if (focused)
    byId('box')
      .querySelector(`[data-act="${CSS.escape(focused)}"]`)
      ?.focus();
}

const onDay = (event, date) =>
  event.start.dateTime.slice(0, 10) <= date && event.end.dateTime.slice(0, 16) > `${date}T00:00`;

function head(person, monday, absence) {
  const go = (to, says) => async () => {
    week = to;
    await loadDiary(person);
    announce(says);
  };
  const title = `Week of ${day(`${monday}T12:00:00Z`)}`;
  return el(
    'header',
    { class: 'conversation-head' },
    el(
      'div',
      {},
      el('h2', { id: 'box-title' }, `${person.name}’s diary`),
      el('p', { class: 'under' }, title),
      absence ? awayWords(absence) : null,
    ),
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
      absence
        ? button('Back again', () => comeBack(person), { 'data-act': 'away', 'data-testid': 'away' })
        : button('Set away', () => setAway(person, monday), { 'data-act': 'away', 'data-testid': 'away' }),
    ),
  );
}

const awayWords = ({ from, to }) =>
  el(
    'p',
    { class: 'note', 'data-testid': 'away-words' },
    `Out of office from ${dayAndTime(from)}${to ? ` to ${dayAndTime(to)}` : ', until further notice'}.`,
  );

async function comeBack(person) {
  await away.set(person.id, null, null);
  await loadDiary(person);
  announce('Back again.');
}

/** Offered: tomorrow, or the Monday on show where that is later. */
function setAway(person, monday) {
  const tomorrow = addDays(wall(store.now).slice(0, 10), 1);
  const [, first] = [tomorrow, monday].sort();
  openForm({
    title: `Out of office: ${person.name}`,
    send: 'Set away',
    fields: [
      {
        id: 'from',
        label: 'First moment away, London time',
        type: 'datetime-local',
        value: `${first}T09:00`,
        needed: 'Say from when.',
      },
      {
        id: 'to',
        label: 'Last moment away (empty: until further notice)',
        type: 'datetime-local',
        value: `${first}T17:00`,
      },
    ],
    async done({ from, to }) {
      if (to && to <= from) throw new Error('The last moment is before the first.');
      await away.set(person.id, fromWall(from), to ? fromWall(to) : null);
      await loadDiary(person);
      announce('Set away.');
    },
  });
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
  const people = (event.attendees ?? []).map((each) =>
    el(
      'li',
      { class: each.status?.response ?? 'none' },
      `${each.emailAddress.name || each.emailAddress.address} (${(ANSWERS[each.status?.response] ?? 'Not answered').toLowerCase()})`,
      each.type === 'resource' ? el('span', { class: 'tag' }, 'Room') : null,
      each.type === 'optional' ? el('span', { class: 'tag' }, 'May come') : null,
      each.proposedNewTime
        ? el('span', { class: 'under' }, ` proposes ${wallWords(each.proposedNewTime.start.dateTime)}`)
        : null,
    ),
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
  const opens = (name, open) =>
    button(name, open, { 'data-act': `${name} ${event.id}`, 'aria-label': `${name}: ${event.subject}` });
  const own = event.isOrganizer !== false;
  const answers = [
    ['accepted', 'Accept', 'accept', 'Accepted.'],
    ['tentativelyAccepted', 'Perhaps', 'tentativelyAccept', 'Answered: perhaps.'],
    ['declined', 'Decline', 'decline', 'Declined.'],
  ];
  const remove = act('Delete', () => graph.remove(path), 'Deleted.');
  let buttons = [remove];
  if (own) {
    buttons = [
      opens('Move', () => move(event, path)),
      meeting ? opens('Cancel', () => cancel(event, path)) : null,
      remove,
    ];
  } else if (!event.isCancelled) {
    buttons = [
      ...answers
        .filter(([response]) => response !== answer)
        .map(([, name, action, says]) =>
          act(name, () => graph.post(`${path}/${action}`, { sendResponse: true }), says),
        ),
      opens('Answer in words', () => answerInWords(event, path)),
      remove,
    ];
  }
  return el(
    'article',
    {
      class: `event ${event.showAs ?? ''}${meeting ? ' meeting' : ''}${event.isCancelled ? ' cancelled' : ''}`,
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
              ? 'Organised by you. Who answered what:'
              : event.isCancelled
                ? 'Cancelled by the organiser.'
                : `Organised by ${event.organizer?.emailAddress?.name ?? 'somebody else'}; ask them to move it. You: ${(ANSWERS[answer] ?? 'Not answered').toLowerCase()}.`,
          )
        : null,
      people.length > 0 ? el('ul', { class: 'answers', 'aria-label': 'Who answered what' }, ...people) : null,
      outcome,
      el('p', { class: 'event-buttons' }, ...buttons),
    ),
  );
}

/** @param text a London wall clock as Graph writes it */
const wallWords = (text) => dayAndTime(fromWall(text.slice(0, 16)));

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
      {
        id: 'minutes',
        label: 'Length in minutes',
        type: 'number',
        min: '1',
        value: String(length / 60_000),
        needed: 'Say how long.',
      },
    ],
    async done({ start, minutes }) {
      if (!(Number(minutes) > 0)) throw new Error('It has to last a minute at least.');
      const end = new Date(Date.parse(`${start}Z`) + Number(minutes) * 60_000).toISOString().slice(0, 19);
      await graph.patch(path, {
        start: { dateTime: `${start}:00`, timeZone: LONDON },
        end: { dateTime: end, timeZone: LONDON },
      });
      const moved = fromWall(start);
      announce(`Moved to ${day(moved)}, ${time(moved)}.`);
    },
  });
}

function cancel(event, path) {
  openForm({
    title: `Cancel ${event.subject}`,
    send: 'Cancel the meeting',
    fields: [{ id: 'comment', label: 'Message to those invited (may be empty)', rows: 3 }],
    async done({ comment }) {
      await graph.post(`${path}/cancel`, { comment });
      announce('Cancelled for everybody.');
    },
  });
}

function answerInWords(event, path) {
  openForm({
    title: `Answer: ${event.subject}`,
    send: 'Send',
    fields: [
      {
        id: 'answer',
        label: 'Answer',
        choices: [
          { value: 'accept', label: 'Accept' },
          { value: 'tentativelyAccept', label: 'Perhaps' },
          { value: 'decline', label: 'Decline' },
        ],
      },
      { id: 'comment', label: 'Message to the organiser (may be empty)', rows: 3 },
    ],
    async done({ answer, comment }) {
      await graph.post(`${path}/${answer}`, { comment, sendResponse: true });
      announce('Answered.');
    },
  });
}
