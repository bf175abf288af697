/** A mailbox: a folder's mails, and one of them in plain text. */
import { graph } from './api.js';
import { dayAndTime } from './dates.js';
import { button, byId, el, unseen } from './dom.js';
import { sizeOf } from './files.js';
import { plain } from './mail-text.js';
import { answerMail, passOn, pasteMail, writeMail } from './write-mail.js';

const FOLDERS = { inbox: 'Inbox', sentitems: 'Sent', drafts: 'Drafts', deleteditems: 'Deleted', junkemail: 'Junk' };

/** A mail may be long: its text is fetched when it is opened. */
const IN_LIST = 'subject,from,toRecipients,receivedDateTime,isRead,hasAttachments';

/** What is open: the mailbox, its folder and a message. */
let open = { box: '', folder: 'inbox', message: null };
let drawnAs = '';

export async function loadMail(box) {
  if (open.box !== box.id) open = { box: box.id, folder: 'inbox', message: null };
  const user = `/users/${encodeURIComponent(box.id)}`;
  const { folder, message: wanted } = open;
  const [{ value }, message] = await Promise.all([
    graph.get(`${user}/mailFolders/${folder}/messages?$top=50&$orderby=receivedDateTime%20desc&$select=${IN_LIST}`),
    wanted ? graph.get(`${user}/messages/${encodeURIComponent(wanted)}`).catch(() => null) : null,
  ]);
  if (open.box !== box.id || open.folder !== folder || open.message !== wanted) return;
  const signature = JSON.stringify([box, open, value, message?.changeKey]);
  if (signature === drawnAs && byId('box').querySelector('.mails')) return;
  drawnAs = signature;
  const focused = document.activeElement?.dataset?.mail;
  byId('box').replaceChildren(
    head(box),
    el('div', { class: 'mails' }, list(value, box, user), value.length > 0 && reading(message, user, box)),
  );
  if (focused)
    byId('box')
      .querySelector(`[data-mail="${CSS.escape(focused)}"]`)
      ?.focus();
}

function head(box) {
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
      button('Paste a raw mail', () => pasteMail(box.id), { 'data-testid': 'paste-mail' }),
      button('New mail', () => writeMail(box.id), { class: 'primary', 'data-testid': 'new-mail' }),
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
          el(
            'span',
            { class: 'entry-preview' },
            `${mail.receivedDateTime ? dayAndTime(mail.receivedDateTime) : ''}${mail.hasAttachments ? ', with attachments' : ''}`,
          ),
        ),
        mail.isRead ? null : unseen(', unread'),
      ),
    ),
  );
  return el('ul', { class: 'mail-list' }, ...items);
}

function reading(mail, user, box) {
  if (!mail) return el('p', { class: 'empty' }, 'Choose a mail to read it.');
  const receivers = [...(mail.toRecipients ?? []), ...(mail.ccRecipients ?? [])];
  return el(
    'article',
    { class: 'mail-open', 'data-testid': 'mail-open', 'aria-label': mail.subject || 'Mail' },
    el('h3', {}, mail.subject || '(no subject)'),
    el(
      'p',
      { class: 'under' },
      [`From ${nameOf(mail.from)}`, ...(receivers.length > 0 ? [`to ${receivers.map(nameOf).join(', ')}`] : [])].join(
        ' ',
      ),
    ),
    el('p', { class: 'under' }, dayAndTime(mail.receivedDateTime)),
    el('pre', { class: 'mail-text', tabindex: 0, 'aria-label': 'Text of the mail' }, plain(mail.body)),
    mail.hasAttachments ? attachments(mail, user) : null,
    mail.isDraft
      ? null
      : el(
          'div',
          { class: 'mail-buttons' },
          button('Reply', () => answerMail(box.id, mail)),
          button('Reply to all', () => answerMail(box.id, mail, 'createReplyAll')),
          button('Forward', () => passOn(box.id, mail)),
        ),
  );
}

function attachments(mail, user) {
  const holder = el('ul', { class: 'attachments', 'aria-label': 'Attachments' });
  graph.get(`${user}/messages/${encodeURIComponent(mail.id)}/attachments?$select=name,size`).then(
    ({ value }) => holder.append(...value.map((each) => el('li', {}, `${each.name} (${sizeOf(each.size)})`))),
    () => holder.append(el('li', {}, 'The attachments could not be listed.')),
  );
  return holder;
}
