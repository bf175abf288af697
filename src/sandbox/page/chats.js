/** The acting person's chat with the bot and the channels of their teams. */
import { teams } from './api.js';
import { botAvatar } from './avatar.js';
import { byId, el, fill, foldAway, foldable, unseen } from './dom.js';
import { actingPerson, keep, store } from './store.js';

let fold;
let onOpen;
let listed = [];
/** Whose list that is: for a moment after becoming somebody else it is still the last person's. */
let listedFor = '';

export function startChats(opened) {
  onOpen = opened;
  fold = foldable();
  byId('chats').append(fold.root);
}

/** Undefined until the acting person's list is here. */
export const openConversation = () =>
  listedFor === store.acting ? (listed.find((each) => each.id === store.open[store.acting]) ?? listed[0]) : undefined;

/** Reads the list anew. On coming to a person who has nothing open yet, what is unread is opened first. */
export async function loadChats() {
  const person = store.acting;
  const { conversations } = await teams.conversations();
  if (person !== store.acting) return;
  listed = conversations;
  listedFor = person;
  const news = listed.filter((each) => each.unread > 0);
  const ofKind = (among) => among.find((each) => each.kind === wanted.kind);
  const asked = wanted && (ofKind(news) ?? news[0] ?? ofKind(listed));
  const known = listed.find((each) => each.id === store.open[person]);
  const first = asked ?? known ?? news[0] ?? listed[0];
  wanted = undefined;
  if (first && first !== known) keep({ open: { ...store.open, [person]: first.id } });
  show();
}

let wanted;
/** The next list that is read opens where there is news, best of this kind; without news, a conversation of this kind. */
export function wantNews(kind) {
  wanted = { kind };
}

/** The next time that this person's list is shown, the chat with the bot is open. */
export function openChatOf(person) {
  keep({ open: { ...store.open, [person.id]: person.chat } });
}

/** Takes the last person's list off the screen at once. */
export function leaveChats() {
  fill(fold.content, el('p', { class: 'empty' }, 'One moment.'));
}

/** The open conversation, once it is known. */
export async function conversationHere() {
  for (let tries = 0; tries < 100 && !openConversation(); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return openConversation();
}

function open(id) {
  if (openConversation()?.id === id) {
    foldAway(fold.root);
    return;
  }
  keep({ open: { ...store.open, [store.acting]: id } });
  foldAway(fold.root);
  show();
  onOpen();
}

function show() {
  const focused = document.activeElement?.dataset?.testid;
  const current = openConversation();
  const chats = listed.filter((each) => each.kind === 'personal');
  const byTeam = Map.groupBy(
    listed.filter((each) => each.kind === 'channel'),
    (each) => each.team,
  );
  const news = listed.some((each) => each.unread > 0 && each.id !== current?.id);
  fill(
    fold.summary,
    el('span', { class: 'fold-label' }, 'Open'),
    ' ',
    el('strong', {}, current ? titleOf(current) : 'nothing'),
    news ? el('span', { class: 'dot' }, unseen('There is news elsewhere.')) : null,
  );
  fill(
    fold.content,
    el('h2', { class: 'list-title' }, 'Chat'),
    el('ul', {}, ...chats.map((each) => el('li', {}, entry(each, current)))),
    byTeam.size > 0 ? el('h2', { class: 'list-title' }, 'Teams and channels') : null,
    ...[...byTeam].map(([team, channels]) =>
      el(
        'section',
        { 'aria-label': team },
        el('h3', {}, team),
        el('ul', {}, ...channels.map((each) => el('li', {}, entry(each, current)))),
      ),
    ),
  );
  if (focused?.startsWith('chat') || focused?.startsWith('channel')) {
    fold.content.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
  }
}

const titleOf = (conversation) =>
  conversation.kind === 'personal' ? conversation.name : `${conversation.team}, ${conversation.name}`;

function entry(conversation, current) {
  const personal = conversation.kind === 'personal';
  return el(
    'button',
    {
      type: 'button',
      class: `entry${conversation.unread > 0 ? ' unread' : ''}`,
      'aria-current': conversation.id === current?.id ? 'true' : null,
      'data-testid': personal ? 'chat-personal' : `channel-${conversation.id}`,
      on: { click: () => open(conversation.id) },
    },
    personal ? botAvatar() : el('span', { class: 'hash', 'aria-hidden': 'true' }, '#'),
    el(
      'span',
      { class: 'entry-words' },
      el('span', { class: 'entry-name' }, conversation.name),
      conversation.preview ? el('span', { class: 'entry-preview' }, conversation.preview) : null,
    ),
    conversation.unread > 0 ? el('span', { class: 'count' }, String(conversation.unread), unseen(' unread')) : null,
  );
}

export function headingOf(conversation) {
  return conversation.kind === 'personal'
    ? { title: conversation.name, under: `Chat with ${actingPerson()?.name ?? ''}. Only you see it.` }
    : { title: conversation.name, under: `${conversation.team}. Everybody in the team sees it.` };
}
