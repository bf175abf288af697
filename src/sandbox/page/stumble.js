/** Makes Graph stumble on request, so that anybody can see what Stepwise does when Microsoft 365 has a bad day. */
import { trouble } from './api.js';
import { announce, button, byId, el, fill } from './dom.js';

const FAULTS = [
  { id: 'wait', name: 'Too busy, says how long to wait (429)', fault: { status: 429, retryAfter: 2 } },
  { id: 'busy', name: 'Too busy, says nothing more (429)', fault: { status: 429 } },
  { id: 'down', name: 'Out of order (503)', fault: { status: 503 } },
  { id: 'done', name: 'Does it, then says it failed (500)', fault: { status: 500, after: true } },
  { id: 'drop', name: 'Hangs up', fault: { status: 0 } },
  { id: 'hang', name: 'Never answers', fault: { status: 'hang' } },
];
const PLACES = [
  { id: 'bookings', name: 'Bookings', matches: [{ method: 'POST', path: '/users/*/events' }] },
  {
    id: 'diaries',
    name: 'Reading diaries',
    matches: [{ path: '/users/*/calendar/getSchedule' }, { path: '/users/*/calendarView' }],
  },
  { id: 'mailboxes', name: 'Reading mailboxes', matches: [{ path: '/users/*/mailFolders' }] },
  { id: 'mail', name: 'Mail', matches: [{ path: '/users/*/sendMail' }, { path: '/users/*/messages' }] },
];

const sameFault = (one, { status, retryAfter, after = false }) =>
  one.status === status && one.retryAfter === retryAfter && one.after === after;

const wordsOf = (fault) => FAULTS.find((each) => sameFault(fault, each.fault))?.name ?? `Status ${fault.status}`;
const placeOf = ({ match }) =>
  PLACES.find(({ matches }) => matches.some(({ path }) => path === match.path))?.name ?? match.path ?? 'Everything';

let parts;

export function startStumble() {
  const list = el('ul', { class: 'stumbles', 'aria-label': 'Still to come' });
  const outcome = el('p', { class: 'problem', role: 'alert', hidden: true });
  const choice = (id, options) =>
    el('select', { id, name: id }, ...options.map(({ id: value, name }) => el('option', { value }, name)));
  const fault = choice('stumble-fault', FAULTS);
  const place = choice('stumble-place', PLACES);
  const times = el('input', { id: 'stumble-times', type: 'number', min: '1', max: '50', value: '1' });
  parts = { list, outcome };

  const submit = async (event) => {
    event.preventDefault();
    await tell(async () => {
      const chosen = FAULTS.find(({ id }) => id === fault.value);
      const where = PLACES.find(({ id }) => id === place.value);
      for (const match of where.matches) await trouble.add({ ...chosen.fault, match, times: Number(times.value) });
      announce('Graph will stumble.');
    });
  };
  const root = el(
    'details',
    { class: 'stumble', 'data-testid': 'stumble' },
    el('summary', {}, 'Make Graph stumble'),
    el(
      'form',
      { class: 'form', on: { submit } },
      outcome,
      el('label', { for: fault.id }, 'What happens'),
      fault,
      el('label', { for: place.id }, 'On what'),
      place,
      el('label', { for: times.id }, 'How often'),
      times,
      el(
        'p',
        { class: 'form-buttons' },
        el('button', { type: 'submit', class: 'primary' }, 'Stumble'),
        button('No more', () => tell(() => trouble.clear(), 'Graph stumbles no more.')),
        button('Forget how far mailboxes were read', () =>
          tell(() => trouble.forget(), 'Graph has forgotten how far mailboxes were read.'),
        ),
      ),
    ),
    list,
  );
  root.addEventListener('toggle', () => root.open && loadStumble());
  byId('boxes').append(root);
}

async function tell(work, says) {
  parts.outcome.hidden = true;
  try {
    await work();
    await loadStumble();
    if (says) announce(says);
  } catch (fault) {
    parts.outcome.textContent = fault.message;
    parts.outcome.hidden = false;
  }
}

/** What is left of what was asked for. */
export async function loadStumble() {
  const left = await trouble.left();
  fill(
    parts.list,
    ...(left.length === 0
      ? [el('li', { class: 'under' }, 'Graph does as it should.')]
      : left.map((fault) => el('li', {}, `${placeOf(fault)}: ${wordsOf(fault)}, ${fault.times} left`))),
  );
}
