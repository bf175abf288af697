/** Whom the person at the keyboard plays, with a dot for those who have news. */
import { announce, byId, el, fill, foldAway, foldable, unseen } from './dom.js';
import { actingPerson, keep, personOf, store } from './store.js';

let fold;
let onChange;

export function startPeople(changed) {
  onChange = changed;
  fold = foldable();
  byId('people').append(fold.root);
  fold.content.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const buttons = [...fold.content.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))].focus();
  });
}

export function become(id) {
  const person = personOf(id);
  if (!person) return;
  keep({ acting: id });
  document.title = `${person.name} · Stepwise sandbox`;
  foldAway(fold.root);
  showPeople();
  announce(`You are now ${person.name}, ${person.title}.`);
  onChange();
}

export function showPeople() {
  const focused = document.activeElement?.dataset?.testid;
  const byTeam = Map.groupBy(store.tenant.people, (person) => person.team);
  fill(
    fold.summary,
    el('span', { class: 'fold-label' }, 'Acting as'),
    ' ',
    el('strong', {}, actingPerson()?.name ?? 'nobody'),
    anyNews() ? el('span', { class: 'dot' }, unseen('There is news for others.')) : null,
  );
  fill(
    fold.content,
    el('h2', { class: 'people-title' }, 'You play every part'),
    ...[...byTeam].map(([team, people]) =>
      el(
        'section',
        { 'aria-label': team },
        el('h3', {}, team),
        el('ul', {}, ...people.map((person) => el('li', {}, personButton(person)))),
      ),
    ),
  );
  if (focused?.startsWith('persona-')) fold.content.querySelector(`[data-testid="${focused}"]`)?.focus();
}

const anyNews = () => store.tenant.people.some((person) => person.unread > 0 && person.id !== store.acting);

function personButton(person) {
  const acting = person.id === store.acting;
  return el(
    'button',
    {
      type: 'button',
      class: 'person',
      'aria-pressed': String(acting),
      'data-testid': `persona-${person.id}`,
      on: { click: () => become(person.id) },
    },
    avatar(person.name),
    el(
      'span',
      { class: 'person-words' },
      el('span', { class: 'person-name' }, person.name),
      el('span', { class: 'person-role' }, person.title),
    ),
    person.unread > 0 ? el('span', { class: 'dot', title: 'News' }, unseen(', has news')) : null,
  );
}

/** Initials on one of six calm colours, always the same for a name. */
export function avatar(name) {
  const initials = name
    .split(' ')
    .map((word) => word[0])
    .slice(0, 2)
    .join('');
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
  return el('span', { class: `avatar hue-${hue}`, 'aria-hidden': 'true' }, initials);
}

export const botAvatar = () =>
  el('span', { class: 'avatar app', 'aria-hidden': 'true' }, el('img', { src: '/page/mark.svg', alt: '' }));
