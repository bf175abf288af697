/** From the bytes of one mail to what is kept of it. Runs in the worker; nothing here has a time limit of its own. */
import { LONGEST_TEXT, type ReadMail, type Unreadable } from '../../application/ports.ts';
import { cleanLine, cleanText, cutTo } from './clean-text.ts';
import { bytesIn, fileNameOf, sizeOf, textIn } from './content.ts';
import { addressesIn, type Header, idsIn, readHeader, subjectOf } from './header.ts';
import { type HtmlBudget, htmlBudget, textOfHtml } from './html-text.ts';
import { kindOf } from './kind.ts';
import { LIMITS } from './limits.ts';
import { headAt, type Part, parametersOf, structureOf } from './structure.ts';

type Attachment = ReadMail['attachments'][number];

/** Bytes of a delivery status, a calendar part, or the header that a report gives back. */
const LONGEST_NOTE = 300_000;

/** One message: the mail itself, or one that was forwarded in it. */
interface Message {
  readonly bytes: Buffer;
  readonly root: Part;
  readonly header: Header;
  readonly leaves: readonly Part[];
}

export async function readMail(bytes: Buffer): Promise<ReadMail | { readonly unreadable: Unreadable }> {
  const message = await messageOf(bytes);
  if (typeof message === 'string') return { unreadable: message };
  const { root, header, leaves } = message;

  const budget = htmlBudget();
  const own = await textOf(message, root, budget);
  const attachments: Attachment[] = await attachmentsOf(message);

  const method = await methodOf(message);
  const kind = kindOf({
    header,
    type: root.type,
    reportType: (root.parameters.get('report-type') ?? '').toLowerCase(),
    actions: await actionsOf(message),
    ...(method === undefined ? {} : { method }),
  });

  const references = new Set(idsIn(header.get('references')));
  const inReplyTo = idsIn(header.get('in-reply-to'));
  let text = cleanText(own.text);
  let cut = own.cut;

  const returned = new Set<string>();
  if (kind === 'bounce') {
    for (const id of [...(await originalsOf(message)), ...quotedIds(text), ...inReplyTo, ...references])
      returned.add(id);
  } else {
    for (const part of leaves.filter((leaf) => FORWARDED.has(leaf.type)).slice(0, LIMITS.forwarded)) {
      const forwarded = await messageOf(await bytesIn(bytes, part, LIMITS.mail));
      if (typeof forwarded === 'string') continue;
      const inner = await textOf(forwarded, forwarded.root, budget);
      const subject = subjectOf(forwarded.header);
      text += `${text === '' ? '' : '\n\n'}Forwarded message:\nSubject: ${subject}\n\n${cleanText(inner.text)}`;
      cut ||= inner.cut;
      for (const id of idsIn(forwarded.header.get('message-id')).slice(0, 1)) references.add(id);
      attachments.push(...(await attachmentsOf(forwarded)));
    }
  }

  const [messageId] = idsIn(header.get('message-id'));
  const [from] = addressesIn(header, 'from');
  const [replyTo] = addressesIn(header, 'reply-to');
  return {
    kind,
    ...(messageId === undefined ? {} : { messageId }),
    inReplyTo,
    references: [...references].slice(0, LIMITS.ids),
    returned: [...returned].slice(0, LIMITS.ids),
    ...(from === undefined ? {} : { from }),
    ...(replyTo === undefined || replyTo.address === from?.address ? {} : { replyTo }),
    to: addressesIn(header, 'to'),
    copy: addressesIn(header, 'cc'),
    subject: subjectOf(header),
    text: cutTo(text, LONGEST_TEXT),
    cut: cut || text.length > LONGEST_TEXT,
    attachments: attachments.slice(0, LIMITS.attachments),
  };
}

async function messageOf(bytes: Buffer): Promise<Message | Unreadable> {
  const root = structureOf(bytes);
  if (typeof root === 'string') return root;
  const header = await readHeader(bytes.subarray(root.head.start, root.head.end));
  return { bytes, root, header, leaves: leavesOf(root) };
}

const FORWARDED: ReadonlySet<string> = new Set(['message/rfc822', 'message/global']);
const ORIGINAL: ReadonlySet<string> = new Set([...FORWARDED, 'text/rfc822-headers', 'message/rfc822-headers']);
const STATUS: ReadonlySet<string> = new Set(['message/delivery-status', 'message/global-delivery-status']);

/** No deeper than `LIMITS.depth`, as `structureOf` saw to. */
function leavesOf(part: Part): Part[] {
  return isMultipart(part) ? part.parts.flatMap(leavesOf) : [part];
}

/** A multipart that nothing parts is read as one text. */
function isMultipart(part: Part): boolean {
  return part.type.startsWith('multipart/') && part.parts.length > 0;
}

function isText(part: Part): boolean {
  if (part.type.startsWith('multipart/')) return part.parts.length === 0;
  return (part.type === 'text/plain' || part.type === 'text/html') && part.disposition !== 'attachment';
}

/** Of alternatives the plain one, where it says anything; of other parts each text, one after the other. */
async function textOf(message: Message, part: Part, budget: HtmlBudget): Promise<{ text: string; cut: boolean }> {
  if (!isMultipart(part)) {
    if (!isText(part)) return { text: '', cut: false };
    const read = await textIn(message.bytes, part);
    if (part.type !== 'text/html') return read;
    const seen = textOfHtml(read.text, budget);
    return { text: seen.text, cut: seen.cut || read.cut };
  }
  if (part.type === 'multipart/alternative') {
    // The richest stands last; the plain one goes before all.
    const inOrder = [...part.parts].reverse().sort((one, other) => Number(isPlain(other)) - Number(isPlain(one)));
    for (const choice of inOrder) {
      const read = await textOf(message, choice, budget);
      if (read.text.trim() !== '') return read;
    }
    return { text: '', cut: false };
  }
  const texts: string[] = [];
  let length = 0;
  let cut = false;
  for (const inner of part.parts) {
    // Enough is read: what comes would be cut anyway.
    if (length > 2 * LONGEST_TEXT) return { text: texts.join('\n\n'), cut: true };
    const read = await textOf(message, inner, budget);
    cut ||= read.cut;
    length += read.text.length;
    if (read.text.trim() !== '') texts.push(read.text);
  }
  return { text: texts.join('\n\n'), cut };
}

function isPlain(part: Part): boolean {
  return leavesOf(part).find(isText)?.type === 'text/plain';
}

/** All that is not the mail's own text. A text that has a file's name is both. */
async function attachmentsOf({ bytes, leaves }: Message): Promise<Attachment[]> {
  const attachments: Attachment[] = [];
  for (const part of leaves) {
    if (attachments.length === LIMITS.attachments) break;
    if (STATUS.has(part.type)) continue;
    const name = await fileNameOf(part);
    if (isText(part) && (name === '' || part.disposition !== 'inline')) continue;
    attachments.push({
      name: name === '' ? await nameFor(bytes, part) : name,
      contentType: cleanLine(part.type, 100),
      size: sizeOf(bytes, part),
    });
  }
  return attachments;
}

async function nameFor(bytes: Buffer, part: Part): Promise<string> {
  if (FORWARDED.has(part.type)) {
    const header = await headerIn(bytes, part);
    const subject =
      header === undefined
        ? ''
        : subjectOf(header)
            .replace(/[/\\:]/g, ' ')
            .trim();
    return `${subject === '' ? 'message' : cutTo(subject, 190)}.eml`;
  }
  return UNNAMED.get(part.type) ?? 'unnamed';
}

const UNNAMED: ReadonlyMap<string, string> = new Map([
  ['application/ms-tnef', 'winmail.dat'],
  ['application/pkcs7-mime', 'smime.p7m'],
  ['application/x-pkcs7-mime', 'smime.p7m'],
  ['application/pkcs7-signature', 'smime.p7s'],
  ['application/x-pkcs7-signature', 'smime.p7s'],
  ['text/calendar', 'meeting.ics'],
  ['application/ics', 'meeting.ics'],
]);

/** Of the first calendar part that belongs to the mail itself: a file attached to a referral makes no meeting of it. */
async function methodOf({ bytes, leaves }: Message): Promise<string | undefined> {
  const part = leaves.find((leaf) => leaf.type === 'text/calendar' && leaf.disposition !== 'attachment');
  if (part === undefined) return undefined;
  const said = part.parameters.get('method');
  if (said !== undefined) return said.trim().toUpperCase();
  return linesNamed((await bytesIn(bytes, part, LONGEST_NOTE)).toString('latin1'), 'METHOD')[0]?.toUpperCase();
}

async function actionsOf({ bytes, leaves }: Message): Promise<string[]> {
  const part = leaves.find((leaf) => STATUS.has(leaf.type));
  if (part === undefined) return [];
  const lines = (await bytesIn(bytes, part, LONGEST_NOTE)).toString('latin1');
  return linesNamed(lines, 'Action').map((action) => parametersOf(action).value.split(' ', 1)[0] ?? '');
}

/** Values of the lines `name: value`. */
function linesNamed(text: string, name: string): string[] {
  const wanted = `${name}:`.toLowerCase();
  return text
    .split('\n')
    .filter((line) => line.slice(0, wanted.length).toLowerCase() === wanted)
    .map((line) => line.slice(wanted.length).trim());
}

/** Message-IDs of what a report gives back as a part of its own. */
async function originalsOf({ bytes, leaves }: Message): Promise<string[]> {
  const found: string[] = [];
  for (const part of leaves.filter((leaf) => ORIGINAL.has(leaf.type)).slice(0, LIMITS.forwarded)) {
    const header = await headerIn(bytes, part);
    found.push(...idsIn(header?.get('message-id')));
  }
  return found;
}

/** Bounces of old systems quote the header within their text. */
function quotedIds(text: string): string[] {
  return linesNamed(text, 'Message-ID').slice(0, LIMITS.forwarded).flatMap(idsIn);
}

async function headerIn(bytes: Buffer, part: Part): Promise<Header | undefined> {
  const original = await bytesIn(bytes, part, LONGEST_NOTE);
  const head = headAt(original, 0);
  return head === undefined ? undefined : await readHeader(original.subarray(head.start, head.end));
}
