/** A mailbox: a folder's mails, one of them in plain text, and writing a new one. */
import { graph } from './api.js';
import { dayAndTime } from './dates.js';
import { announce, button, byId, el, unseen } from './dom.js';
import { openForm } from './form.js';
import { store } from './store.js';

const FOLDERS = { inbox: 'Inbox', sentitems: 'Sent', drafts: 'Drafts', deleteditems: 'Deleted' };

/** What is open: the mailbox, its folder and a message. */
let open = { box: '', folder: 'inbox', message: null };
let drawnAs = '';

export async function loadMail(box) {
  if (open.box !== box.id) open = { box: box.id, folder: 'inbox', message: null };
  const user = `/users/${encodeURIComponent(box.id)}`;
  const { folder } = open;
  const { value } = await graph.get(`${user}/mailFolders/${folder}/messages?$top=50&$orderby=receivedDateTime%20desc`);
  if (open.box !== box.id || open.folder !== folder) return;
  const signature = JSON.stringify([box, open, value]);
  if (signature === drawnAs && byId('box').querySelector('.mails')) return;
  drawnAs = signature;
  const focused = document.activeElement?.dataset?.mail;
  const message = value.find((each) => each.id === open.message) ?? null;
  byId('box').replaceChildren(
    head(box, user),
    el('div', { class: 'mails' }, list(value, box, user), value.length > 0 && reading(message, user)),
  );
  if (focused)
    byId('box')
      .querySelector(`[data-mail="${CSS.escape(focused)}"]`)
      ?.focus();
}

function head(box, user) {
  const select = el(
    'select',
    { id: 'folder', on: { change: (event) => show(box, { folder: event.target.value, message: null }) } },
    ...Object.entries(FOLDERS).map(([value, label]) => el('option', { value }, label)),
  );
  select.value = open.folder;
  return el(
    'header',
    { class: 'conversation-head' },
    el('div', {}, el('h2', { id: 'box-title' }, box.name), el('p', { class: 'under' }, box.id)),
    el(
      'div',
      { class: 'head-buttons' },
      el('label', { for: 'folder', class: 'unseen' }, 'Folder'),
      select,
      button('New mail', () => compose(user), { class: 'primary', 'data-testid': 'new-mail' }),
    ),
  );
}

function show(box, changes) {
  open = { ...open, ...changes };
  return loadMail(box);
}

const nameOf = (recipient) => recipient?.emailAddress?.name || recipient?.emailAddress?.address || 'nobody';

function list(mails, box, user) {
  if (mails.length === 0) return el('p', { class: 'empty' }, 'No mail here.');
  const items = mails.map((mail) =>
    el(
      'li',
      {},
      el(
        'button',
        {
          type: 'button',
          class: `entry mail${mail.isRead ? '' : ' unread'}`,
          'aria-current': mail.id === open.message ? 'true' : null,
          'data-mail': mail.id,
          on: {
            click: async () => {
              if (!mail.isRead) await graph.patch(`${user}/messages/${encodeURIComponent(mail.id)}`, { isRead: true });
              await show(box, { message: mail.id });
            },
          },
        },
        el(
          'span',
          { class: 'entry-words' },
          el(
            'span',
            { class: 'entry-name' },
            open.folder === 'sentitems' ? `To ${(mail.toRecipients ?? []).map(nameOf).join(', ')}` : nameOf(mail.from),
          ),
          el('span', { class: 'mail-subject' }, mail.subject || '(no subject)'),
          el('span', { class: 'entry-preview' }, mail.receivedDateTime ? dayAndTime(mail.receivedDateTime) : ''),
        ),
        mail.isRead ? null : unseen(', unread'),
      ),
    ),
  );
  return el('ul', { class: 'mail-list' }, ...items);
}

function reading(mail, user) {
  if (!mail) return el('p', { class: 'empty' }, 'Choose a mail to read it.');
  return el(
    'article',
    { class: 'mail-open', 'data-testid': 'mail-open', 'aria-label': mail.subject || 'Mail' },
    el('h3', {}, mail.subject || '(no subject)'),
    el(
      'p',
      { class: 'under' },
      `From ${nameOf(mail.from)} to ${[...(mail.toRecipients ?? []), ...(mail.ccRecipients ?? [])].map(nameOf).join(', ')}`,
    ),
    el('p', { class: 'under' }, dayAndTime(mail.receivedDateTime)),
    el('pre', { class: 'mail-text', tabindex: 0, 'aria-label': 'Text of the mail' }, plain(mail.body)),
    mail.hasAttachments ? attachments(mail, user) : null,
    el(
      'p',
      {},
      button('Reply', () => compose(user, mail)),
    ),
  );
}

/** A mail's HTML is read for its words and never shown as HTML. */
function plain(body) {
  if (body?.contentType !== 'html') return body?.content ?? '';
  const page = new DOMParser().parseFromString(body.content ?? '', 'text/html');
  for (const end of page.querySelectorAll('br, p, div, li, tr, h1, h2, h3')) end.append('\n');
  for (const hidden of page.querySelectorAll('style, script, head')) hidden.remove();
  return (page.body.textContent ?? '').replaceAll(/\n{3,}/g, '\n\n').trim();
}

function attachments(mail, user) {
  const holder = el('ul', { class: 'attachments', 'aria-label': 'Attachments' });
  graph.get(`${user}/messages/${encodeURIComponent(mail.id)}/attachments`).then(
    ({ value }) => holder.append(...value.map((each) => el('li', {}, each.name))),
    () => holder.append(el('li', {}, 'The attachments could not be listed.')),
  );
  return holder;
}

function compose(user, answered = null) {
  const everybody = [...store.tenant.people, ...store.tenant.mailboxes];
  openForm({
    title: answered ? 'Reply' : 'New mail',
    send: 'Send',
    fields: [
      {
        id: 'to',
        label: 'To',
        value: answered ? (answered.from?.emailAddress?.address ?? '') : '',
        options: everybody.map((each) => ({ value: each.mail, label: each.name })),
        needed: 'Say whom it is for.',
      },
      {
        id: 'subject',
        label: 'Subject',
        value: answered ? `Re: ${(answered.subject ?? '').replace(/^Re: /i, '')}` : '',
      },
      { id: 'text', label: 'Text', rows: 8 },
    ],
    async done({ to, subject, text }) {
      const toRecipients = to.split(/[;,]/).map((address) => ({ emailAddress: { address: address.trim() } }));
      await graph.post(`${user}/sendMail`, {
        message: { subject, body: { contentType: 'text', content: text }, toRecipients },
        saveToSentItems: true,
      });
      announce('Sent.');
    },
  });
}
