/** The acting person's Outlook: own mailbox, shared ones, own diary. All of it through Graph, as any other client. */
import { graph } from './api.js';
import { loadDiary } from './diary.js';
import { byId, el, fill, foldAway, foldable, unseen } from './dom.js';
import { loadMail } from './mail.js';
import { loadOutside } from './outside.js';
import { actingPerson, keep, store } from './store.js';
import { loadStumble, startStumble } from './stumble.js';

let fold;

export function startOutlook() {
  fold = foldable();
  byId('boxes').append(fold.root);
  startStumble();
}

const keyOf = (box) => `${box.kind}-${box.id}`;

const diaryOf = (person) => ({ kind: 'diary', id: person.id, name: `${person.name}’s diary`, under: 'Calendar' });

/** The next time that this person's Outlook is shown, the diary is open. */
export function openDiaryOf(person) {
  keep({ box: { ...store.box, [person.id]: keyOf(diaryOf(person)) } });
}

function boxesOf(person) {
  const ofCouncil = ({ council }) => council === person.council;
  return [
    { kind: 'mailbox', id: person.mail, name: person.name, under: 'Own mailbox' },
    // One address may be several parts: it is still one mailbox.
    ...[...Map.groupBy(store.tenant.mailboxes.filter(ofCouncil), ({ mail }) => mail)].map(([mail, parts]) => ({
      kind: 'mailbox',
      id: mail,
      name: parts.map(({ name }) => name).join(', '),
      under: 'Shared mailbox',
    })),
    { kind: 'outside', id: 'outside', name: 'Sent outside', under: 'What people outside have received' },
    diaryOf(person),
  ];
}

export async function loadOutlook() {
  const person = actingPerson();
  if (!person) return;
  const boxes = boxesOf(person);
  const open = boxes.find((box) => keyOf(box) === store.box[person.id]) ?? boxes[0];
  await loadStumble();
  const unread = await Promise.all(boxes.map((box) => (box.kind === 'mailbox' ? unreadIn(box.id) : 0)));
  if (actingPerson()?.id !== person.id) return;
  showBoxes(boxes, unread, open);
  if (open.kind === 'mailbox') await loadMail(open);
  else if (open.kind === 'outside') await loadOutside(person);
  else await loadDiary(person);
}

async function unreadIn(address) {
  const folder = await graph.get(`/users/${encodeURIComponent(address)}/mailFolders/inbox`);
  return folder.unreadItemCount ?? 0;
}

function showBoxes(boxes, unread, open) {
  const focused = document.activeElement?.dataset?.testid;
  fill(fold.summary, el('span', { class: 'fold-label' }, 'Open'), ' ', el('strong', {}, open.name));
  const entries = boxes.map((box, index) =>
    el(
      'li',
      {},
      el(
        'button',
        {
          type: 'button',
          class: `entry${unread[index] > 0 ? ' unread' : ''}`,
          'aria-current': box === open ? 'true' : null,
          'data-testid': keyOf(box),
          on: {
            click: () => {
              keep({ box: { ...store.box, [store.acting]: keyOf(box) } });
              foldAway(fold.root);
              loadOutlook();
            },
          },
        },
        el(
          'span',
          { class: 'entry-words' },
          el('span', { class: 'entry-name' }, box.name),
          el('span', { class: 'entry-preview' }, box.kind === 'mailbox' ? `${box.under}, ${box.id}` : box.under),
        ),
        unread[index] > 0 ? el('span', { class: 'count' }, String(unread[index]), unseen(' unread')) : null,
      ),
    ),
  );
  fill(
    fold.content,
    el('h2', { class: 'list-title' }, 'Mail'),
    el('ul', {}, ...entries.slice(0, -1)),
    el('h2', { class: 'list-title' }, 'Diary'),
    el('ul', {}, entries.at(-1)),
  );
  if (/^(mailbox|outside|diary)-/.test(focused ?? ''))
    fold.content.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
}
