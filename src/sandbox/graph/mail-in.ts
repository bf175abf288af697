/** How mail gets into a mailbox from outside, and how a mailbox comes by a past: routes for the page, for tests and for the bench. */
import type { Request, Response, Server } from 'restify';
import { addMinutes, type Instant, parseInstant } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';
import { readBytes, readJsonBody, sendJson, UnreadableBody } from '../json.ts';
import { isObject, type Json } from './call.ts';
import type { Delivery } from './delivery.ts';
import { type Owner, ownerOf } from './directory.ts';
import { outlookId } from './identity.ts';
import { conversationOf, type Mail, messageIdOf } from './mailbox.ts';
import { makeMime } from './mime.ts';
import { readRawMail } from './raw-mail.ts';
import { type Address, FOLDERS, type Folder, type StoredMessage } from './stored-mail.ts';

const LARGEST_MAIL = 60 * 1024 * 1024;
const LARGEST_PAST = 200_000;

const RAW = 'Post the mail itself (message/rfc822, up to 60 MB) to /sandbox/mail?to=<address>&to=<address>.';
const FILL = 'Say {"mailbox": "<address>", "count": 1 to 200000, "receivedBefore": "2026-12-17T09:00:00Z"}.';

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function registerMailIn(server: Server, context: SandboxContext, mail: Mail, delivery: Delivery): void {
  const { state, clock, tenant } = context;

  /** @param query `to`, as often as wanted; `folder`, where a rule or the junk filter puts it */
  async function takeIn(bytes: Buffer, query: URLSearchParams): Promise<Json> {
    const wanted = query.getAll('to').flatMap((text) => text.split(/[,;\s]+/).filter(Boolean));
    const folder = (query.get('folder') ?? 'inbox').toLowerCase();
    if (wanted.length === 0 || !(folder in FOLDERS)) throw new Refused(400, RAW);
    const receivers = new Map<string, Owner>();
    const unknown: string[] = [];
    for (const address of wanted) {
      const owner = ownerOf(context, address);
      if (owner) receivers.set(owner.id, owner);
      else unknown.push(address);
    }
    if (receivers.size === 0) throw new Refused(404, `Nobody here has the address ${unknown.join(', ')}.`);
    const { files, carriesMore, ...read } = await readRawMail(bytes);
    return state.together(() => {
      const now = clock.now();
      const mime = state.blobs.put(bytes);
      const enclosed = files.map(({ content, ...about }) =>
        'blob' in content
          ? { ...about, content }
          : { ...about, content: { blob: state.blobs.put(content), size: content.length } },
      );
      // A mail without one is given one by the first server that it comes to.
      const internetMessageId = read.internetMessageId ?? messageIdOf(state.next(), now, tenant);
      const delivered = [...receivers.values()].map((owner) => {
        const message = { ...read, internetMessageId, mime, ...(carriesMore ? { carriesMore } : {}) };
        const { id } = delivery.deliver(owner, message, enclosed, folder as Folder);
        return { mailbox: owner.mail, id: outlookId('message', id, undefined), internetMessageId };
      });
      return { delivered, unknown };
    });
  }

  /** A mail that somebody outside writes, said in JSON: made into MIME, and delivered as that. */
  async function write(body: unknown, query: URLSearchParams): Promise<Json> {
    const said = isObject(body) ? body : {};
    const to = listOf(said.to);
    const from = addressIn(said.from);
    if (!from || to.length === 0) {
      throw new Refused(
        400,
        'Say {"from": {"name", "address"}, "to": ["<address>"], "cc": [], "subject", "text", "inReplyTo", "attachments": [{"name", "contentType", "contentBytes"}]}.',
      );
    }
    const cc = listOf(said.cc);
    const inReplyTo = typeof said.inReplyTo === 'string' ? said.inReplyTo : undefined;
    const now = clock.now();
    const bytes = await makeMime({
      ...{ from, to, cc, replyTo: [], sentAt: now },
      subject: String(said.subject ?? ''),
      body: { contentType: 'text', content: String(said.text ?? '') },
      internetMessageId: `<${state.next().toString(36)}.${Date.parse(now).toString(36)}@${from.address.split('@')[1]}>`,
      headers: inReplyTo
        ? [
            { name: 'In-Reply-To', value: inReplyTo },
            { name: 'References', value: inReplyTo },
          ]
        : [],
      files: (Array.isArray(said.attachments) ? said.attachments : []).filter(isObject).map((file) => ({
        name: String(file.name ?? 'Attachment'),
        contentType: String(file.contentType || 'application/octet-stream'),
        isInline: false,
        contentId: null,
        bytes: Buffer.from(String(file.contentBytes ?? ''), 'base64'),
      })),
    });
    const delivery = new URLSearchParams(query);
    for (const { address } of [...to, ...cc]) delivery.append('to', address);
    return takeIn(bytes, delivery);
  }

  /** Old mails, one a minute back from the moment given. Nobody is told: they have always been there. */
  function fill(body: unknown): Json {
    const { mailbox, count, receivedBefore } = isObject(body) ? body : ({} as Json);
    const owner = typeof mailbox === 'string' ? ownerOf(context, mailbox) : undefined;
    const many = Number(count);
    const before = readMoment(receivedBefore ?? clock.now());
    if (!owner || !before || !(Number.isInteger(many) && many >= 1 && many <= LARGEST_PAST))
      throw new Refused(400, FILL);
    const first = state.reserve(many);
    // What all have in common is shared, so that a hundred thousand take no more memory than they must.
    const from = { name: 'Invented Writer', address: 'writer@outside.example' };
    const common = {
      ...{ mailbox: owner.id, folder: 'inbox' as const, isRead: true, isDraft: false },
      ...{ from, sender: from, to: [{ name: owner.name, address: owner.mail }], cc: [], bcc: [], replyTo: [] },
      ...{ categories: [], headers: [], importance: 'normal' as const, flag: 'notFlagged' as const },
      body: { contentType: 'text' as const, content: 'An old mail, invented to fill this mailbox.' },
    };
    mail.messages.putAll(
      Array.from({ length: many }, (_, index): StoredMessage => {
        const version = first + index;
        const at = addMinutes(before, index - many);
        return {
          ...common,
          ...{
            id: `m${version}`,
            version,
            arrived: version,
            createdAt: at,
            modifiedAt: at,
            receivedAt: at,
            sentAt: at,
          },
          subject: `Old mail ${index + 1}`,
          internetMessageId: `<old.${version.toString(36)}@outside.example>`,
          conversationId: conversationOf(version),
        };
      }),
    );
    return { mailbox: owner.mail, count: many };
  }

  async function answered(response: Response, work: () => Promise<Json> | Json): Promise<void> {
    try {
      sendJson(response, 201, await work());
    } catch (fault) {
      if (!(fault instanceof Refused || fault instanceof UnreadableBody)) throw fault;
      sendJson(response, fault.status, { error: fault.message });
    }
  }

  server.post('/sandbox/mail', async (request: Request, response: Response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://sandbox');
    const isJson = String(request.headers['content-type'] ?? '').startsWith('application/json');
    await answered(response, async () => {
      const bytes = await readBytes(request, LARGEST_MAIL);
      return isJson ? write(parsed(bytes), searchParams) : takeIn(bytes, searchParams);
    });
  });
  server.post('/sandbox/fill-mailbox', async (request: Request, response: Response) =>
    answered(response, async () => fill(await readJsonBody(request))),
  );
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refused(400, RAW);
  }
}

/** Text, or `{name, address}`. */
function addressIn(value: unknown): Address | undefined {
  const { name, address } = isObject(value) ? value : { name: undefined, address: value };
  if (typeof address !== 'string' || !/^[^\s@<>]+@[^\s@<>]+$/.test(address)) return undefined;
  return { name: typeof name === 'string' && name !== '' ? name : address, address };
}

const listOf = (value: unknown): Address[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => addressIn(one) ?? []);

function readMoment(value: unknown): Instant | undefined {
  try {
    return parseInstant(String(value));
  } catch {
    return undefined;
  }
}
