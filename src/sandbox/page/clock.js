/** The sandbox's clock: what time it is, and moving it on. */
import { clock } from './api.js';
import { dayAndTime, wall } from './dates.js';
import { announce, button, byId, el } from './dom.js';
import { keep } from './store.js';

const parts = {};
let onMoved;

export function startClock(moved) {
  onMoved = moved;
  parts.now = el('time', { class: 'now', 'data-testid': 'clock-now' });
  parts.status = el('span', { class: 'clock-status', role: 'status' });
  parts.to = el('input', { type: 'datetime-local', id: 'clock-to', 'data-testid': 'clock-to' });
  const go = el('button', { type: 'submit', 'data-testid': 'clock-go' }, 'Go');
  parts.form = el(
    'form',
    {
      class: 'clock-form',
      novalidate: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          if (parts.to.value) move(() => clock.move({ to: parts.to.value }));
        },
      },
    },
    el('label', { for: 'clock-to' }, 'Go to'),
    parts.to,
    go,
  );
  parts.buttons = [
    button('+1 hour', () => move(() => clock.move({ by: '1 hour' })), { 'data-testid': 'clock-hour' }),
    button('+1 working day', () => move(() => clock.move({ by: '1 working day' })), { 'data-testid': 'clock-day' }),
    button('To the next deadline', () => moveToNextDeadline(), { 'data-testid': 'clock-next' }),
  ];
  byId('clock').append(
    el('p', { class: 'clock-face' }, parts.now, el('span', { class: 'zone' }, 'London'), parts.status),
    ...parts.buttons,
    parts.form,
  );
  return showClock();
}

export async function showClock(reading) {
  const { now } = reading ?? (await clock.read());
  keep({ now });
  parts.now.dateTime = now;
  parts.now.textContent = dayAndTime(now);
  if (document.activeElement !== parts.to) parts.to.value = wall(now);
}

/** Weeks without anything due are no more moves than this. */
const MOST_MOVES = 20;

/** The bot also wakes on mornings on which there is nothing to say. Those are no deadlines, and are passed over. */
export const moveToNextDeadline = () =>
  move(async () => {
    const before = await clock.happened();
    let moved;
    for (let moves = 0; moves < MOST_MOVES; moves += 1) {
      moved = await clock.move({ by: 'next deadline' });
      if (moved.bot === 'not reachable' || moved.stops.length === 0 || (await clock.happened()) !== before) break;
    }
    return moved;
  });

async function move(work) {
  if (parts.form.getAttribute('aria-busy') === 'true') return;
  busy(true);
  try {
    const moved = await work();
    await showClock(moved);
    if (moved.bot === 'not reachable') say('Stepwise could not be reached, so nothing was carried out.');
    else if (moved.stops.length === 0) say('Nothing is due.');
    else {
      say('');
      announce(`It is now ${dayAndTime(moved.now)}.`);
    }
  } catch (fault) {
    say(fault.message.split(' Say {')[0]);
  }
  busy(false);
  onMoved();
}

const say = (text) => {
  parts.status.textContent = text;
};

function busy(yes) {
  byId('clock').classList.toggle('moving', yes);
  parts.form.setAttribute('aria-busy', String(yes));
  // Not `disabled`: that would take the focus away from whoever pressed.
  for (const each of parts.buttons) each.setAttribute('aria-disabled', String(yes));
  if (yes) say('Moving the clock');
}
