/** One chat or channel: its messages with their cards, and the box to write in. */
import { teams } from './api.js';
import { avatar, botAvatar } from './avatar.js';
import { drawCard } from './cards.js';
import { conversationHere, headingOf, openConversation } from './chats.js';
import { day, time } from './dates.js';
import { openDialog } from './dialog.js';
import { announce, button, byId, el } from './dom.js';
import { readFile } from './files.js';
import { canFillIn, fillIn, latestForm } from './fill-in.js';
import { markdown } from './markdown.js';
import { isChoosing } from './people.js';
import { actingPerson, keep, store } from './store.js';

let onSomething = () => {};
/** What is on screen: message id → { signature, element }. An element is only replaced when its message changed. */
let onScreen = new Map();
let shownFor = '';
/** What the bot said to a press, by person and message, until it is dismissed: a card that is drawn again keeps it. */
const outcomes = new Map();
let wantsFocus = false;
let replyTo = null;
let typingUntil = 0;
/** How often something was done here whose consequences have to be read, and whether they have been. */
let deeds = 0;
const parts = {};

export function startConversation(somethingHappened) {
  onSomething = () => {
    deeds += 1;
    parts.log.setAttribute('aria-busy', 'true');
    somethingHappened();
  };
  parts.title = el('h2', { id: 'conversation-title' });
  parts.under = el('p', { class: 'under' });
  parts.fillIn = button('Fill in for me', pressFillIn, {
    class: 'fill-in',
    'data-testid': 'fill-in',
    hidden: true,
    title: 'Types an invented answer into every empty box',
  });
  parts.log = el('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': 'Messages', tabindex: 0 });
  parts.below = button('New message below', showBelow, { class: 'below primary', hidden: true });
  parts.log.addEventListener('scroll', () => {
    if (atEnd()) parts.below.hidden = true;
  });
  parts.typing = el('p', { class: 'typing', 'aria-hidden': 'true' });
  parts.text = el('textarea', { id: 'composer', rows: 1, 'data-testid': 'composer', autocomplete: 'off' });
  parts.label = el('label', { for: 'composer', class: 'unseen' });
  parts.file = el('input', { type: 'file', id: 'attach', class: 'unseen' });
  parts.attach = el('label', { for: 'attach', class: 'attach' }, 'Attach a file');
  parts.replying = el('p', { class: 'replying', hidden: true });
  parts.problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const form = el(
    'form',
    { class: 'composer', on: { submit: send } },
    parts.replying,
    parts.problem,
    el(
      'div',
      { class: 'composer-row' },
      parts.label,
      parts.text,
      parts.file,
      parts.attach,
      el('button', { type: 'submit', class: 'primary', 'data-testid': 'send' }, 'Send'),
    ),
  );
  parts.text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  parts.text.addEventListener('input', grow);
  parts.file.addEventListener('change', sendFile);
  byId('conversation').append(
    el('header', { class: 'conversation-head' }, el('div', {}, parts.title, parts.under), parts.fillIn),
    parts.log,
    el('div', { class: 'below-holder' }, parts.below),
    parts.typing,
    form,
  );
}

/** The next conversation that is drawn gets the focus, if it is not somewhere else by then. */
export function focusWhenLoaded() {
  wantsFocus = true;
}

/** Takes the last person's messages off the screen at once: nobody may press on somebody else's card. */
export function leaveConversation() {
  shownFor = '';
  onScreen = new Map();
  parts.log.replaceChildren();
  parts.fillIn.hidden = true;
  parts.below.hidden = true;
  clearComposer();
}

/** Reads the open conversation anew. Nothing that did not change is drawn again, so that half-typed words stay. */
export async function loadConversation() {
  const conversation = openConversation();
  if (!conversation) return;
  const who = store.acting;
  const key = `${who} ${conversation.id}`;
  const upTo = deeds;
  const { messages } = await teams.messages(conversation.id);
  if (store.acting !== who || openConversation()?.id !== conversation.id) return;
  const fresh = key !== shownFor;
  if (fresh) {
    shownFor = key;
    onScreen = new Map();
    parts.log.replaceChildren();
    showHead(conversation);
  }
  const reading = !fresh && !atEnd();
  const before = new Set(onScreen.keys());
  arrange(conversation, messages);
  const arrived = messages.filter((message) => !before.has(message.id));
  if (!fresh)
    for (const message of arrived)
      if (message.author.id !== who) announce(`${message.author.name}: ${wordsOf(message)}`);
  if (arrived.some((message) => message.author.id === null)) showTyping(0);
  showFillIn(conversation);
  if (fresh && wantsFocus) {
    wantsFocus = false;
    const at = document.activeElement;
    if (!at || at === document.body || byId('guide').contains(at)) byId('conversation').focus({ preventScroll: true });
  }
  const others = arrived.filter((message) => message.author.id !== who);
  // Whoever writes wants to see the answer; whoever reads further up is not to lose the place.
  if (!reading || arrived.length > others.length) {
    if (fresh || arrived.length > 0) scrollToLatest(fresh, messages.at(-1));
  } else if (others[0]) {
    if (parts.below.hidden) firstBelow = others[0].id;
    parts.below.hidden = false;
  }
  if (upTo === deeds) parts.log.removeAttribute('aria-busy');
  for (const message of messages) if (message.refresh) teams.refresh(message.id).catch(() => {});
  if (conversation.unread > 0 || arrived.length > 0) await teams.read(conversation.id);
}

const wordsOf = (message) => message.preview || 'sent something';

function showHead(conversation) {
  const { title, under } = headingOf(conversation);
  parts.title.textContent = title;
  parts.under.textContent = under;
  const personal = conversation.kind === 'personal';
  const bot = store.tenant.bot.name;
  parts.label.textContent = personal ? `Message ${bot}` : `Write in ${title}`;
  parts.text.placeholder = personal ? `Message ${bot}` : `Write to the team, or @${bot}`;
  parts.attach.hidden = !personal;
}

let firstBelow = '';
/** Within a line or two of the end of what scrolls: the list itself, or on a narrow window the page. */
function atEnd() {
  const scroller = parts.log.scrollHeight > parts.log.clientHeight + 1 ? parts.log : document.documentElement;
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
}

function showBelow() {
  const element = onScreen.get(firstBelow)?.element;
  parts.below.hidden = true;
  element?.scrollIntoView({ block: 'start' });
  element?.focus({ preventScroll: true });
}

/** The beginning of a long card is where reading starts, so it is not scrolled past. */
function scrollToLatest(fresh, latest) {
  const element = onScreen.get(latest?.id)?.element;
  if (!element || isChoosing()) return;
  const log = parts.log;
  if (log.scrollHeight <= log.clientHeight + 1) element.scrollIntoView({ block: fresh ? 'nearest' : 'start' });
  else if (!fresh && element.offsetHeight > log.clientHeight) log.scrollTop = element.offsetTop - log.offsetTop - 8;
  else log.scrollTop = log.scrollHeight;
}

function arrange(conversation, messages) {
  const channel = conversation.kind === 'channel';
  const wanted = [];
  let lastDay = '';
  const tops = channel
    ? messages.filter((message) => message.thread === message.id || message.thread === null)
    : messages;
  for (const message of tops) {
    if (day(message.sentAt) !== lastDay) {
      lastDay = day(message.sentAt);
      wanted.push(keyed(`day ${lastDay}`, lastDay, () => el('p', { class: 'day' }, el('span', {}, lastDay))));
    }
    const own = keyed(message.id, JSON.stringify(message), () => messageElement(message, conversation));
    if (!channel) {
      wanted.push(own);
      continue;
    }
    const replies = messages
      .filter((each) => each.thread === message.id && each.id !== message.id)
      .map((each) => keyed(each.id, JSON.stringify(each), () => messageElement(each, conversation)));
    const thread = keyed(`thread ${message.id}`, 'thread', () => el('div', { class: 'thread' }));
    const answer = keyed(`reply ${message.id}`, 'reply', () =>
      button('Reply', () => startReply(message), {
        class: 'reply quiet-button',
        'aria-label': `Reply to the post of ${time(message.sentAt)}`,
      }),
    );
    makeChildren(thread, [own, ...replies, answer]);
    wanted.push(thread);
  }
  if (wanted.length === 0) {
    wanted.push(
      keyed('empty', conversation.id, () =>
        el(
          'p',
          { class: 'empty' },
          channel ? 'Nothing has been posted here yet.' : `Say hello to ${store.tenant.bot.name}, or write "help".`,
        ),
      ),
    );
  }
  makeChildren(parts.log, wanted);
}

/** The element for a key, drawn again only if what it shows has changed. Focus that was inside moves to what replaces it. */
function keyed(key, signature, draw) {
  const known = onScreen.get(key);
  if (known?.signature === signature) return known.element;
  const element = draw();
  const focused = known?.element.contains(document.activeElement);
  onScreen.set(key, { signature, element });
  if (known?.element.isConnected) {
    known.element.replaceWith(element);
    if (focused) {
      (element.querySelector('.card') ?? element).focus({ preventScroll: true });
      showFromTop(element);
    }
  }
  return element;
}

/** What replaced a pressed card is read from its beginning, however long it is. */
function showFromTop(element) {
  const room = Math.min(parts.log.clientHeight, window.innerHeight);
  element.scrollIntoView({ block: element.offsetHeight > room ? 'start' : 'nearest' });
}

/** Makes the children exactly these, moving none that already stand in place. */
function makeChildren(parent, children) {
  for (const child of [...parent.children]) if (!children.includes(child)) child.remove();
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

function messageElement(message, conversation) {
  const mine = message.author.id === store.acting;
  const bot = message.author.id === null;
  const outcome = el('div', { class: 'outcome', role: 'status', 'data-testid': `outcome-${message.id}` });
  fillOutcome(outcome, message);
  const article = el(
    'article',
    {
      class: `message${mine ? ' mine' : ''}${bot ? ' bot' : ''}${message.cards.length > 0 ? ' has-card' : ''}`,
      'data-testid': `message-${message.id}`,
      'aria-label': `${mine ? 'You' : message.author.name}, ${time(message.sentAt)}`,
      tabindex: -1,
    },
    bot ? botAvatar() : mine && conversation.kind === 'personal' ? null : avatar(message.author.name),
    el(
      'div',
      { class: 'message-body' },
      el(
        'p',
        { class: 'message-head' },
        el('strong', {}, message.author.name),
        bot ? el('span', { class: 'tag' }, 'App') : null,
        el('time', { datetime: message.sentAt }, time(message.sentAt)),
        message.editedAt && !message.deletedAt
          ? el('span', { class: 'edited' }, `Edited ${editedWhen(message)}`)
          : null,
      ),
      message.deletedAt ? el('p', { class: 'deleted' }, 'This message has been deleted.') : textOf(message, bot),
      ...message.files.map((file) => el('a', { class: 'file', href: file.url, download: file.name }, file.name)),
      message.forYouOnly && conversation.kind === 'channel'
        ? el('p', { class: 'only-you' }, 'Only you see this answer.')
        : null,
      ...message.cards.map((content) => {
        const card = drawCard(content, (action) => press(message, action, card));
        return card;
      }),
      message.undelivered ? el('p', { class: 'problem' }, message.undelivered) : null,
      outcome,
    ),
  );
  if (mine && !message.deletedAt) {
    article.append(
      button('Delete', () => act(message, () => teams.remove(message.id)), {
        class: 'quiet-button delete',
        'aria-label': 'Delete this message',
      }),
    );
  }
  return article;
}

const editedWhen = ({ sentAt, editedAt }) =>
  day(sentAt) === day(editedAt) ? time(editedAt) : `${day(editedAt)}, ${time(editedAt)}`;

function textOf(message, bot) {
  if (!message.text) return null;
  const holder = el('div', { class: 'text' });
  if (bot && message.textFormat !== 'plain') holder.innerHTML = markdown(message.text);
  else {
    // A mention is the one thing in typed text that Teams shows otherwise than it was typed.
    for (const [index, piece] of message.text.split(/<at>(.*?)<\/at>/).entries()) {
      holder.append(index % 2 ? el('span', { class: 'mention' }, piece) : piece);
    }
  }
  return holder;
}

async function press(message, action, card) {
  const type = action.getJsonTypeName();
  if (type === 'Action.OpenUrl') {
    if (/^https?:/i.test(action.url ?? '')) window.open(action.url, '_blank', 'noopener');
    return;
  }
  if (card.getAttribute('aria-busy') === 'true') return;
  const data = typeof action.data === 'object' && action.data !== null ? action.data : {};
  const teamsData = data.msteams?.type;
  card.setAttribute('aria-busy', 'true');
  keep({ begun: true });
  dismissAll();
  try {
    if (teamsData === 'task/fetch') {
      const answer = await teams.openDialog(message.id, data);
      if (answer.shows === 'dialog') openDialog(message.id, answer, onSomething);
      else showOutcome(message, answer);
    } else if (teamsData === 'imBack' || teamsData === 'messageBack') {
      await teams.say(openConversation().id, {
        text: String(data.msteams.value ?? data.msteams.text ?? data.msteams.displayText ?? ''),
      });
    } else {
      const answer = await teams.press(message.id, { type, id: action.id ?? '', verb: action.verb ?? '', data });
      showOutcome(message, answer);
      if (answer.shows === 'card') announce('The card has changed.');
    }
  } catch (fault) {
    showOutcome(message, { shows: 'problem', text: fault.message });
  }
  card.removeAttribute('aria-busy');
  onSomething();
}

const outcomeKey = (message) => `${store.acting} ${message.id}`;
const outcomeOf = (message) => parts.log.querySelector(`[data-testid="outcome-${CSS.escape(message.id)}"]`);

/** Under the card, said aloud, and there until it is dismissed or the person presses something else. */
function showOutcome(message, answer) {
  if (answer.shows !== 'message' && answer.shows !== 'problem') return;
  outcomes.set(outcomeKey(message), answer);
  const outcome = outcomeOf(message);
  if (!outcome) return;
  fillOutcome(outcome, message);
  outcome.scrollIntoView({ block: 'nearest' });
}

function fillOutcome(outcome, message) {
  const answer = outcomes.get(outcomeKey(message));
  if (!answer) {
    outcome.replaceChildren();
    return;
  }
  outcome.replaceChildren(
    el(
      'div',
      { class: answer.shows === 'problem' ? 'problem' : 'note' },
      el('p', {}, answer.text),
      button(
        'Dismiss',
        () => {
          dismiss(message);
          outcome.closest('.message')?.focus({ preventScroll: true });
        },
        { class: 'quiet-button', 'aria-label': 'Dismiss this answer' },
      ),
    ),
  );
}

function dismiss(message) {
  outcomes.delete(outcomeKey(message));
  outcomeOf(message)?.replaceChildren();
}

function dismissAll() {
  outcomes.clear();
  for (const outcome of parts.log.querySelectorAll('.outcome')) outcome.replaceChildren();
}

async function act(message, work) {
  try {
    await work();
    onSomething();
  } catch (fault) {
    showOutcome(message, { shows: 'problem', text: fault.message });
  }
}

function startReply(message) {
  replyTo = message.id;
  parts.replying.hidden = false;
  parts.replying.replaceChildren(
    `Replying to ${message.author.name}, ${time(message.sentAt)}. `,
    button(
      'Start a new post instead',
      () => {
        replyTo = null;
        parts.replying.hidden = true;
        parts.text.focus();
      },
      { class: 'quiet-button' },
    ),
  );
  parts.text.focus();
}

function clearComposer() {
  replyTo = null;
  parts.replying.hidden = true;
  parts.problem.hidden = true;
  parts.text.value = '';
  grow();
}

function grow() {
  parts.text.style.height = 'auto';
  parts.text.style.height = `${Math.min(parts.text.scrollHeight + 2, 160)}px`;
}

async function say(said) {
  parts.problem.hidden = true;
  keep({ begun: true });
  try {
    const conversation = await conversationHere();
    if (!conversation) throw new Error('This chat is not open yet. Please try again.');
    if (conversation.kind === 'personal') showTyping(15_000);
    await teams.say(conversation.id, { ...said, thread: replyTo });
  } catch (fault) {
    parts.problem.textContent = fault.message;
    parts.problem.hidden = false;
    if (!parts.text.value) parts.text.value = said.text;
  }
  showTyping(0);
  onSomething();
}

async function send(event) {
  event.preventDefault();
  const text = parts.text.value.trim();
  if (text === '') return;
  parts.text.value = '';
  parts.text.focus();
  grow();
  await say({ text });
  if (replyTo !== null) clearComposer();
}

async function sendFile() {
  const [file] = parts.file.files;
  if (!file) return;
  const { base64 } = await readFile(file);
  parts.file.value = '';
  await say({ text: parts.text.value.trim(), file: { name: file.name, base64 } });
  parts.text.value = '';
}

/** @param {number} [milliseconds] how long to believe it; 0 ends it */
export function showTyping(milliseconds = 4000) {
  typingUntil = Date.now() + milliseconds;
  parts.typing.textContent = milliseconds > 0 ? `${store.tenant.bot.name} is typing` : '';
  if (milliseconds > 0) {
    setTimeout(() => {
      if (Date.now() >= typingUntil) parts.typing.textContent = '';
    }, milliseconds);
  }
}

function showFillIn(conversation) {
  const form = latestForm(parts.log);
  parts.fillIn.hidden = !(conversation.kind === 'personal' && canFillIn(actingPerson()) && form);
}

function pressFillIn() {
  const form = latestForm(parts.log);
  if (!form) return;
  const count = fillIn(form);
  form.scrollIntoView({ block: 'nearest' });
  announce(
    count === 0
      ? 'Nothing was empty.'
      : `${count} ${count === 1 ? 'answer' : 'answers'} typed. Please check, then press a button.`,
  );
}
