/** Writing mail: as the acting person or from a mailbox, as somebody outside, as an answer, passed on, or pasted as it was sent. */
import { clock, graph, post } from './api.js';
import { announce } from './dom.js';
import { exampleReferral } from './example-referral.js';
import { readFiles } from './files.js';
import { openForm } from './form.js';
import { actingPerson, store } from './store.js';

/** Graph takes a file of so many megabytes in one request. From outside a mail may be larger. */
const MOST_INSIDE = 3;
const MOST_OUTSIDE = 25;

const OUTSIDE = 'outside';

/** Nobody is called this, and `.example` is nobody's domain. */
const SENDER = 'Sam Outwood <sam.outwood@rowan-school.example>';

const pathOf = (address) => `/users/${encodeURIComponent(address)}`;
const addressesIn = (text) =>
  text
    .split(/[;,]/)
    .map((address) => address.trim())
    .filter(Boolean);
const recipients = (text) => addressesIn(text).map((address) => ({ emailAddress: { address } }));
const everybody = () =>
  [...store.tenant.people, ...store.tenant.mailboxes].map((each) => ({ value: each.mail, label: each.name }));
const to = (value = '') => ({ id: 'to', label: 'To', value, options: everybody(), needed: 'Say whom it is for.' });
const text = { id: 'text', label: 'Text', rows: 8 };
const files = (most) => ({
  id: 'files',
  label: 'Attachments',
  type: 'file',
  multiple: true,
  hint: `Files from your disk, up to ${most} MB each.`,
});

/** @param {string} address of the mailbox that is open */
export async function writeMail(address) {
  const person = actingPerson();
  const { now } = await clock.read();
  const senders = [...new Set([address, person.mail])].map((mail) => ({ value: mail, label: nameOf(mail) }));
  const example = (complete) => () => exampleReferral({ now, person, complete });
  openForm({
    title: 'New mail',
    send: 'Send',
    tools: [
      { label: 'Example referral', values: example(true) },
      { label: 'Example referral, dates missing', values: example(false) },
    ],
    fields: [
      { id: 'from', label: 'From', choices: [...senders, { value: OUTSIDE, label: 'Somebody outside the council' }] },
      { id: 'sender', label: 'Who outside', value: SENDER, onlyWith: { from: OUTSIDE }, needed: 'Say who writes.' },
      to(),
      { id: 'subject', label: 'Subject' },
      text,
      files(MOST_INSIDE),
    ],
    done: (mail) => (mail.from === OUTSIDE ? sendFromOutside(mail) : sendFromInside(mail)),
  });
}

async function sendFromInside({ from, subject, text: content, ...mail }) {
  const attachments = (await readFiles(mail.files, MOST_INSIDE)).map(asAttachment);
  const message = { subject, body: { contentType: 'text', content }, toRecipients: recipients(mail.to) };
  const draft = await graph.post(`${pathOf(from)}/messages`, message);
  await sendDraft(from, draft, attachments);
}

async function sendFromOutside({ sender, subject, text: content, ...mail }) {
  const attachments = await readFiles(mail.files, MOST_OUTSIDE);
  const [, name, address] = /^(.*?)<?([^\s<>]+@[^\s<>]+)>?\s*$/.exec(sender.trim()) ?? [];
  if (!address) throw new Error('Write who writes like this: Sam Outwood <sam@school.example>.');
  const { unknown } = await post.write({
    from: { name: name.trim(), address },
    to: addressesIn(mail.to),
    subject,
    text: content,
    attachments: attachments.map(({ base64, ...file }) => ({ ...file, contentBytes: base64 })),
  });
  saySent(unknown);
}

const asAttachment = ({ name, contentType, base64 }) => ({
  '@odata.type': '#microsoft.graph.fileAttachment',
  name,
  contentType,
  contentBytes: base64,
});

/** One request for each file, so that no request is too large. */
async function sendDraft(address, draft, attachments) {
  const path = `${pathOf(address)}/messages/${encodeURIComponent(draft.id)}`;
  try {
    for (const attachment of attachments) await graph.post(`${path}/attachments`, attachment);
    await graph.post(`${path}/send`);
  } catch (fault) {
    // Pressed again it would otherwise be there twice.
    await graph.remove(path).catch(() => {});
    throw fault;
  }
  announce('Sent.');
}

function saySent(unknown = []) {
  announce(unknown.length > 0 ? `Sent. Nobody here is called ${unknown.join(', ')}.` : 'Sent.');
}

const nameOf = (mail) =>
  [...store.tenant.people, ...store.tenant.mailboxes].find((each) => each.mail === mail)?.name ?? mail;

/** @param {'createReply' | 'createReplyAll'} how */
export function answerMail(address, mail, how = 'createReply') {
  openForm({
    title: how === 'createReply' ? 'Reply' : 'Reply to all',
    send: 'Send',
    fields: [
      ...(how === 'createReply' ? [to(mail.from?.emailAddress?.address)] : []),
      { id: 'subject', label: 'Subject', value: `Re: ${(mail.subject ?? '').replace(/^re: /i, '')}` },
      text,
      files(MOST_INSIDE),
    ],
    async done({ subject, text: content, ...written }) {
      const attachments = (await readFiles(written.files, MOST_INSIDE)).map(asAttachment);
      const draft = await graph.post(`${pathOf(address)}/messages/${encodeURIComponent(mail.id)}/${how}`, {
        message: {
          subject,
          body: { contentType: 'text', content },
          ...(written.to === undefined ? {} : { toRecipients: recipients(written.to) }),
        },
      });
      await sendDraft(address, draft, attachments);
    },
  });
}

export function passOn(address, mail) {
  openForm({
    title: 'Forward',
    send: 'Send',
    fields: [to(), { ...text, rows: 4, hint: 'The mail itself and its attachments go along.' }],
    async done(written) {
      await graph.post(`${pathOf(address)}/messages/${encodeURIComponent(mail.id)}/forward`, {
        comment: written.text,
        toRecipients: recipients(written.to),
      });
      announce('Sent.');
    },
  });
}

/** A mail in the form in which mail programs save it (.eml), exactly as it is. */
export function pasteMail(address) {
  openForm({
    title: 'Paste a raw mail',
    send: 'Deliver',
    fields: [
      to(address),
      { id: 'raw', label: 'The mail, headers and all', rows: 10, hint: 'As a mail program saves it (.eml).' },
      { id: 'files', label: 'Or a file', type: 'file' },
    ],
    async done(given) {
      const [file] = given.files;
      if (!file && given.raw.trim() === '') throw new Error('Paste a mail, or choose a file.');
      // On the wire lines end with CRLF; a text box has lost that.
      const { unknown } = await post.raw(given.to, file ?? new Blob([given.raw.replaceAll(/\r?\n/g, '\r\n')]));
      saySent(unknown);
    },
  });
}
