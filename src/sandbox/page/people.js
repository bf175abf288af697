/** Whom the person at the keyboard plays, with a dot for those who have news. */
import { avatar } from './avatar.js';
import { wantNews } from './chats.js';
import { announce, byId, el, fill, foldAway, foldable, isUnfolded, unseen } from './dom.js';
import { actingPerson, keep, personOf, store } from './store.js';

let fold;
let onChange;
/** What stays while the rest is drawn anew: a list that is open, or has the focus, is not taken away. */
const parts = {};

export function startPeople(changed) {
  onChange = changed;
  fold = foldable();
  byId('people').append(fold.root);
  parts.news = el('div', {});
  parts.council = councilPicker();
  parts.list = el('div', { class: 'people-list' });
  fold.content.append(
    el(
      'div',
      { class: 'people-head' },
      el('h2', { class: 'people-title' }, 'You play every part'),
      parts.council.root,
      parts.news,
    ),
    parts.list,
  );
  fold.content.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const buttons = [...fold.content.querySelectorAll('.person')];
    const at = buttons.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))].focus();
  });
}

/**
 * @param {boolean} [chosen] false for whom the page begins with
 * @param {boolean} [done] false where the list stays in sight: somebody else of it may be meant
 */
export function become(id, chosen = true, done = true) {
  const person = personOf(id);
  if (!person) return;
  keep({ acting: id, council: person.council, begun: store.begun || chosen });
  document.title = `${person.name} · Stepwise sandbox`;
  if (done) foldAway(fold.root);
  showPeople();
  if (done) showActing();
  announce(`You are now ${person.name}, ${person.title}.`);
  onChange();
}

export function showPeople() {
  const focused = document.activeElement?.dataset?.testid;
  const listed = store.tenant.people.filter(({ council }) => store.council === '' || council === store.council);
  const byTeam = Map.groupBy(listed, (person) => person.team);
  fill(
    fold.summary,
    el('span', { class: 'fold-label' }, 'Acting as'),
    ' ',
    el('strong', {}, actingPerson()?.name ?? 'nobody'),
    othersWithNews().length > 0 ? el('span', { class: 'dot' }, unseen('There is news for others.')) : null,
  );
  fill(parts.news, newsOf());
  parts.council.show();
  fill(
    parts.list,
    ...[...byTeam].map(([team, people]) =>
      el(
        'section',
        { 'aria-label': team },
        el('h3', { class: team === actingPerson()?.team ? 'own-team' : null }, team),
        el('ul', {}, ...people.map((person) => el('li', {}, personButton(person)))),
      ),
    ),
  );
  if (/^(persona|news)-/.test(focused ?? '')) fold.content.querySelector(`[data-testid="${focused}"]`)?.focus();
}

const ofCouncil = ({ council }) => council === store.council;
const othersWithNews = () => store.tenant.people.filter((person) => person.unread > 0 && person.id !== store.acting);

/** As many as stand in one row beside their title. */
const MOST_IN_NEWS = 4;

/**
 * Who has news, above the list and always in sight: the list is longer than a window. Whoever was written to comes before
 * those who have only a post in a channel of theirs. Always one row, so that nothing moves under the pointer.
 */
function newsOf() {
  const withNews = othersWithNews()
    .filter(ofCouncil)
    .sort((a, b) => Math.sign(b.unreadInChat) - Math.sign(a.unreadInChat));
  const people = withNews.slice(0, withNews.length > MOST_IN_NEWS ? MOST_IN_NEWS - 1 : MOST_IN_NEWS);
  const more = withNews.length - people.length;
  if (people.length === 0) return el('p', { class: 'news-none' }, 'No news for others');
  return el(
    'section',
    { class: 'news', 'aria-label': 'Who has news' },
    el('p', { class: 'news-title', 'aria-hidden': 'true' }, 'News for'),
    el(
      'ul',
      {},
      ...people.map((person) =>
        el(
          'li',
          {},
          el(
            'button',
            {
              type: 'button',
              class: 'news-person',
              title: `${person.name}, ${person.title}`,
              'aria-label': `News for ${person.name}, ${person.title}`,
              'data-testid': `news-${person.id}`,
              on: {
                click: () => {
                  wantNews(null);
                  become(person.id);
                },
              },
            },
            avatar(person.name),
            el('span', { class: 'dot', 'aria-hidden': 'true' }),
          ),
        ),
      ),
    ),
    more > 0
      ? el(
          'span',
          { class: 'news-title' },
          el('span', { 'aria-hidden': 'true' }, `+${more}`),
          unseen(`And ${more} others.`),
        )
      : null,
  );
}

/** Where the tenant has several councils: whose people are listed. Becoming somebody shows their council. */
function councilPicker() {
  const select = el('select', { 'data-testid': 'council', on: { change: () => chooseCouncil(select.value) } });
  const elsewhere = el('span', { class: 'dot' }, unseen('There is news in other councils.'));
  const root = el('label', { class: 'council' }, el('span', {}, 'Council', elsewhere), select);
  let drawn = '';

  function show() {
    const { councils } = store.tenant;
    const others = othersWithNews().filter((person) => !ofCouncil(person));
    root.hidden = councils.length < 2;
    elsewhere.hidden = others.length === 0;
    const titles = councils.map(({ id, name }) => ({
      id,
      title: others.some(({ council }) => council === id) ? `${name}, has news` : name,
    }));
    if (drawn !== JSON.stringify(titles)) {
      drawn = JSON.stringify(titles);
      fill(select, ...titles.map(({ id, title }) => el('option', { value: id }, title)));
    }
    select.value = store.council;
  }
  return { root, show };
}

function chooseCouncil(council) {
  const people = store.tenant.people.filter((person) => person.council === council);
  // Whoever starts things there, as on the first visit.
  const first = people.find((person) => person.role === 'social-worker') ?? people[0];
  if (!first) return;
  become(first.id, true, false);
  parts.list.scrollIntoView({ block: 'start' });
}

/** Somebody is looking through the list, which a narrow window has above the conversation. */
export const isChoosing = () => isUnfolded(fold.root);

/** Brings who acts into sight, without moving anything else. */
function showActing() {
  fold.content.querySelector('.person[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest' });
}

function personButton(person) {
  const acting = person.id === store.acting;
  return el(
    'button',
    {
      type: 'button',
      class: 'person',
      'aria-pressed': String(acting),
      'aria-label': `${person.name}, ${person.title}${person.unread > 0 ? ', has news' : ''}`,
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
    person.unread > 0 ? el('span', { class: 'dot', title: 'News', 'aria-hidden': 'true' }) : null,
  );
}
