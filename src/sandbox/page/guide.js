/** Five steps for a first visit, one at a time, ticked by what has happened and not by what was clicked. */
import { guide } from './api.js';
import { wantNews } from './chats.js';
import { moveToNextDeadline } from './clock.js';
import { announce, button, byId, el, fill, unseen } from './dom.js';
import { become } from './people.js';
import { keep, personOf, store } from './store.js';
import { showTab } from './tabs.js';

const STEPS = [
  {
    title: 'Send a referral',
    text: [
      'You are the social worker. Press ',
      ['Step down a family'],
      '. ',
      ['Fill in for me'],
      ' types an invented one.',
    ],
  },
  { title: 'Name a team', text: ['Become the front-door manager. A card waits in your channel: name a team.'] },
  {
    title: 'Accept the family',
    text: ['Become the Early Help manager. Book the consultation, move the clock past it, name a worker.'],
  },
  { title: 'Move the visit', text: ['Look in Outlook: the visit is there. Move it past the limit. What happens?'] },
  { title: 'Let time pass', text: ['Move the clock to the next deadline. Who is told?'] },
];

let progress = { done: [], who: [] };
let lastDone = null;

export async function loadGuide() {
  progress = await guide.progress();
  const done = progress.done.filter(Boolean).length;
  if (lastDone !== null && done > lastDone) announce(`Step done. ${done} of ${STEPS.length} are done.`);
  lastDone = done;
  show();
}

const current = () => STEPS.findIndex((_, index) => !progress.done[index] && !store.guide.skipped.includes(index));

function show() {
  const strip = byId('guide');
  const focused = strip.contains(document.activeElement) ? document.activeElement.textContent : null;
  strip.hidden = false;
  strip.classList.toggle('folded', store.guide.hidden);
  if (store.guide.hidden) {
    fill(
      strip,
      button('Show the first steps', () => change({ hidden: false }), { class: 'quiet-button' }),
    );
    return;
  }
  const at = current();
  const step = STEPS[at];
  fill(
    strip,
    el('ol', { class: 'pips' }, ...STEPS.map((each, index) => pip(each, index, at))),
    step
      ? el(
          'div',
          { class: 'guide-words' },
          el(
            'p',
            { class: 'guide-intro' },
            'Try Stepwise. Everything here is made up. You play every part. About 10 minutes.',
          ),
          el(
            'p',
            { class: 'guide-step' },
            el('strong', {}, `${at + 1} of ${STEPS.length}  `),
            ...step.text.map((piece) => (Array.isArray(piece) ? el('em', {}, piece[0]) : piece)),
          ),
        )
      : el(
          'div',
          { class: 'guide-words' },
          el(
            'p',
            { class: 'guide-step' },
            el('strong', {}, 'That was the story. '),
            'Go on as you like: every part is still yours to play.',
          ),
        ),
    el(
      'div',
      { class: 'guide-buttons' },
      ...(step ? [...helpers(at), button('Skip', () => skip(at))] : []),
      button('Start again', startAgain),
      button('Hide', () => change({ hidden: true }), { 'aria-label': 'Hide the first steps' }),
    ),
  );
  if (focused !== null) [...strip.querySelectorAll('button')].find((each) => each.textContent === focused)?.focus();
}

function pip(step, index, at) {
  const done = progress.done[index];
  const skipped = !done && store.guide.skipped.includes(index);
  const state = done ? 'done' : skipped ? 'skipped' : index === at ? 'now' : 'to come';
  return el(
    'li',
    {
      class: `pip ${done ? 'done' : index === at ? 'now' : ''}`,
      title: `${step.title}: ${state}`,
      'aria-current': index === at ? 'step' : null,
    },
    el('span', { 'aria-hidden': 'true' }, done ? '✓' : String(index + 1)),
    unseen(`Step ${index + 1}, ${step.title}: ${state}.`),
  );
}

/** The next press, in sight. */
function helpers(at) {
  if (at === 3 && store.tab !== 'outlook')
    return [button('Open Outlook', () => showTab('outlook'), { class: 'primary' })];
  if (at === 4) return [button('To the next deadline', () => moveToNextDeadline(), { class: 'primary' })];
  const person = personOf(progress.who[at]);
  if (!person || person.id === store.acting) return [];
  return [
    button(
      `Become ${person.name}`,
      () => {
        wantNews(at === 1 ? 'channel' : null);
        showTab('teams');
        become(person.id);
      },
      { class: 'primary' },
    ),
  ];
}

function skip(at) {
  change({ skipped: [...store.guide.skipped, at] });
}

async function startAgain() {
  lastDone = null;
  keep({ guide: { hidden: false, skipped: [] } });
  await guide.restart();
  await loadGuide();
}

function change(changes) {
  keep({ guide: { ...store.guide, ...changes } });
  show();
  byId('guide').querySelector('button')?.focus();
}

export const showGuide = show;
