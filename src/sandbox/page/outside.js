/** What people outside the council have received: mail that left, for there is nobody else here to read it. */
import { post } from './api.js';
import { dayAndTime } from './dates.js';
import { byId, el } from './dom.js';
import { sizeOf } from './files.js';
import { plain } from './mail-text.js';

const MOST = 50;

const domainOf = (address) => address.split('@').at(-1)?.toLowerCase();

let drawnAs = '';

/** @param person whose council's mail is shown */
export async function loadOutside(person) {
  const all = await post.outside();
  const sent = all.filter(({ from }) => domainOf(from.address) === domainOf(person.mail)).slice(0, MOST);
  const signature = sent.map(({ id }) => id).join();
  // Drawn anew only where there is more, so that what is being read stays open.
  if (signature === drawnAs && byId('box').querySelector('.outside-mails')) return;
  drawnAs = signature;
  byId('box').replaceChildren(
    el(
      'header',
      { class: 'conversation-head' },
      el(
        'div',
        {},
        el('h2', { id: 'box-title' }, 'Sent outside'),
        el('p', { class: 'under' }, 'What people outside the council have received'),
      ),
    ),
    el(
      'div',
      { class: 'outside-mails' },
      ...(sent.length === 0 ? [el('p', { class: 'empty' }, 'Nothing has gone outside yet.')] : sent.map(entry)),
    ),
  );
}

function entry({ from, to, subject, body, sentAt, attachments = [] }) {
  return el(
    'details',
    { class: 'outside-mail' },
    el(
      'summary',
      {},
      el('span', { class: 'mail-subject' }, subject || '(no subject)'),
      ' ',
      el('span', { class: 'under' }, `To ${to.address}, ${dayAndTime(sentAt)}`),
    ),
    el('p', { class: 'under' }, `From ${from.name}`),
    el('pre', { class: 'mail-text', tabindex: 0, 'aria-label': 'Text of the mail' }, plain(body)),
    attachments.length > 0
      ? el(
          'ul',
          { class: 'attachments', 'aria-label': 'Attachments' },
          ...attachments.map(({ name, size }) => el('li', {}, `${name} (${sizeOf(size)})`)),
        )
      : null,
  );
}
