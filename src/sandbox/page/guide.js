/** Five steps for a first visit, one at a time, ticked by what has happened and not by what was clicked. */
import { guide } from './api.js';
import { openChatOf, wantNews } from './chats.js';
import { moveToNextDeadline } from './clock.js';
import { focusWhenLoaded } from './conversation.js';
import { showWeekOf } from './diary.js';
import { announce, button, byId, el, fill, unseen } from './dom.js';
import { openDiaryOf } from './outlook.js';
import { become } from './people.js';
import { actingPerson, keep, personOf, store } from './store.js';
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
  {
    title: 'Move the visit',
    text: [
      'Look in Outlook: the visit is there, private, with its reference only. Press ',
      ['Move'],
      ' there and take it past its limit, or ',
      ['Move it'],
      ' in the chat. What happens?',
    ],
  },
  { title: 'Let time pass', text: ['Move the clock to the next deadline. Who is told?'] },
];

let progress = { council: null, done: [], who: [], visit: null, told: [] };
/** Step 4 sends to Outlook first, and back to the chat when that has been seen. */
let lookedInOutlook = false;
let lastDone = null;

export async function loadGuide() {
  progress = await guide.progress();
  const done = progress.done.filter(Boolean).length;
  if (lastDone !== null && done > lastDone) announce(`Step done. ${done} of ${STEPS.length} are done.`);
  lastDone = done;
  show();
}

/** Whose story it is; undefined where that council is not there. */
const home = () => store.tenant.councils.find(({ id }) => id === progress.council);

const current = () => STEPS.findIndex((_, index) => !progress.done[index] && !store.guide.skipped.includes(index));

function show() {
  const strip = byId('guide');
  const focused = strip.contains(document.activeElement) ? document.activeElement.textContent : null;
  const council = home();
  const away = council !== undefined && actingPerson() !== undefined && actingPerson().council !== council.id;
  strip.hidden = council === undefined;
  if (council === undefined) return;
  const several = store.tenant.councils.length > 1;
  strip.classList.toggle('folded', store.guide.hidden || away);
  if (store.guide.hidden || away) {
    const words = several ? `Show the first steps, in ${council.name}` : 'Show the first steps';
    fill(strip, button(words, away ? comeHome : () => change({ hidden: false }), { class: 'quiet-button' }));
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
            several
              ? `Try Stepwise in ${council.name}: a story in five steps. You play every part. About 10 minutes.`
              : 'Try Stepwise. Everything here is made up. You play every part. About 10 minutes.',
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
            progress.told.length > 0 ? `Told by the clock: ${progress.told.join(', ')}. ` : null,
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
  // A button that is gone must not take the focus with it.
  if (focused !== null) {
    const same = [...strip.querySelectorAll('button')].find((each) => each.textContent === focused);
    (same ?? strip).focus();
  }
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
  if (at === 4) return [button('To the next deadline', () => moveToNextDeadline(), { class: 'primary' })];
  const person = personOf(progress.who[at]);
  if (!person) return [];
  if (at === 3 && store.tab === 'outlook') {
    lookedInOutlook = true;
    return [button('Back to the chat', () => goTo(person, () => openChatOf(person)), { class: 'primary' })];
  }
  if (at === 3 && !lookedInOutlook) return [button('Open Outlook', () => lookAt(person), { class: 'primary' })];
  // Whoever has just come has not chosen to be anybody yet, even where the page begins as the right person.
  if (person.id === store.acting && (at !== 0 || store.begun)) return [];
  const opens = at === 1 ? () => wantNews('channel') : () => openChatOf(person);
  return [button(`Become ${person.name}`, () => goTo(person, opens), { class: 'primary' })];
}

/** @param opens says which conversation is wanted */
function goTo(person, opens = () => {}) {
  opens();
  focusWhenLoaded();
  showTab('teams');
  become(person.id);
}

function lookAt(person) {
  openDiaryOf(person);
  if (progress.visit) showWeekOf(person, progress.visit);
  become(person.id);
  showTab('outlook');
}

/** From another council: the steps are shown, and whoever takes the next one acts. */
function comeHome() {
  const at = Math.max(0, current());
  const ours = ({ council }) => council === progress.council;
  const person = personOf(progress.who[at]) ?? personOf(progress.who[0]) ?? store.tenant.people.find(ours);
  if (person) become(person.id);
  change({ hidden: false });
}

function skip(at) {
  change({ skipped: [...store.guide.skipped, at] });
}

async function startAgain() {
  lastDone = null;
  lookedInOutlook = false;
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
