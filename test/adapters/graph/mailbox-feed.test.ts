/** Reading a watched mailbox, against the sandbox's Graph; and against a server that says what the sandbox cannot be made to say. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openGraph } from '../../../src/adapters/graph/client.ts';
import { graphMailboxFeed } from '../../../src/adapters/graph/mailbox-feed.ts';
import { LostCursor, type MailPage, type SeenMail } from '../../../src/application/ports.ts';
import { addMinutes, parseInstant } from '../../../src/domain/time/instant.ts';
import { holdAgainstContract, openTenant, type Shown, STEP_DOWN, type TestTenant } from './tenant.ts';

const NOW = parseInstant('2026-12-18T18:45:00Z');
const subjects = (mails: readonly SeenMail[]) => mails.map(({ subject }) => subject);

describe('A watched mailbox', () => {
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await openTenant();
  });
  afterEach(() => tenant.close());

  const feed = () => graphMailboxFeed(tenant.graph);
  const fill = async (count: number) => {
    const body = { mailbox: STEP_DOWN, count, receivedBefore: tenant.now };
    const root = tenant.baseUrl.replace(/\/graph$/, '');
    const headers = { 'Content-Type': 'application/json' };
    await fetch(`${root}/sandbox/fill-mailbox`, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  const inFolder = async (folder: string) => {
    const path = `/users/${STEP_DOWN}/mailFolders/${folder}/messages?$top=10`;
    return (await tenant.outlook<{ value: Shown[] }>('GET', path)).value;
  };
  async function since(from = addMinutes(NOW, -60)) {
    const pages: (readonly SeenMail[])[] = [];
    for await (const page of feed().receivedSince(STEP_DOWN, from)) pages.push(page);
    return pages;
  }

  test('shows what arrived since the last look, and nothing twice', async () => {
    const { id, internetMessageId } = await tenant.deliver(STEP_DOWN, 'CAM-7K3F Step down referral', {
      from: { name: 'Worker 1', address: 'Worker1@Camden.example' },
    });
    const first = await feed().page(STEP_DOWN, undefined);
    expect(first).toEqual({
      mails: [
        {
          id,
          internetMessageId,
          conversationId: expect.stringMatching(/.+/),
          subject: 'CAM-7K3F Step down referral',
          from: 'worker1@camden.example',
          receivedAt: NOW,
          sentAt: NOW,
          begins: 'Please see attached.',
        },
      ],
      cursor: expect.stringMatching(/^\/users\//),
      last: true,
    });
    await tenant.deliver(STEP_DOWN, 'CAM-2B2B Step down referral');
    const second = await feed().page(STEP_DOWN, first.cursor);
    expect(subjects(second.mails)).toEqual(['CAM-2B2B Step down referral']);
    expect((await feed().page(STEP_DOWN, second.cursor)).mails).toEqual([]);
  });

  test('is read a page at a time, one request each, with immutable ids', async () => {
    await fill(401);
    const pages: MailPage[] = [];
    for (let cursor: string | undefined; pages.at(-1)?.last !== true; cursor = pages.at(-1)?.cursor)
      pages.push(await feed().page(STEP_DOWN, cursor));
    expect(pages.map(({ mails, last }) => [mails.length, last])).toEqual([
      [200, false],
      [200, false],
      [1, true],
    ]);
    expect(new Set(pages.flatMap(({ mails }) => mails.map(({ id }) => id))).size).toBe(401);
    const calls = await tenant.calls();
    expect(calls).toHaveLength(3);
    for (const { requestHeaders } of calls) {
      expect(requestHeaders.prefer).toContain('IdType="ImmutableId"');
      expect(requestHeaders.prefer).toContain('odata.maxpagesize=200');
    }
    expect(decodeURIComponent(calls[0]?.query ?? '')).toBe(
      '$select=subject,from,receivedDateTime,sentDateTime,internetMessageId,conversationId,bodyPreview',
    );
  });

  test('has a page with nothing on it, and more behind it', async () => {
    await tenant.deliver(STEP_DOWN, 'Behind it');
    await tenant.fault({ match: { method: 'GET' }, status: 'empty' });
    const empty = await feed().page(STEP_DOWN, undefined);
    expect(empty).toMatchObject({ mails: [], last: false });
    expect(subjects((await feed().page(STEP_DOWN, empty.cursor)).mails)).toEqual(['Behind it']);
  });

  test('does not show a mail that was filed or deleted before it was looked at', async () => {
    const { cursor } = await feed().page(STEP_DOWN, undefined);
    const { id } = await tenant.deliver(STEP_DOWN, 'Filed');
    await tenant.deliver(STEP_DOWN, 'Kept');
    await tenant.outlook('DELETE', `/users/${STEP_DOWN}/messages/${id}`);
    expect(subjects((await feed().page(STEP_DOWN, cursor)).mails)).toEqual(['Kept']);
  });

  test.each([
    ['410 with its own code', { status: 410 }],
    ['400 syncStateNotFound', { status: 400, code: 'syncStateNotFound' }],
    ['404 without more', { status: 404 }],
  ])('says that a cursor is lost, and is read from the beginning: %s', async (_, fault) => {
    await tenant.deliver(STEP_DOWN, 'Before');
    const { cursor } = await feed().page(STEP_DOWN, undefined);
    await tenant.fault({ match: { method: 'GET' }, ...fault });
    await expect(feed().page(STEP_DOWN, cursor)).rejects.toBeInstanceOf(LostCursor);
    expect(subjects((await feed().page(STEP_DOWN, undefined)).mails)).toEqual(['Before']);
  });

  test('a cursor that was never one is lost too', async () => {
    const never = `/users/${encodeURIComponent(STEP_DOWN)}/mailFolders/inbox/messages/delta?$deltatoken=stale`;
    await expect(feed().page(STEP_DOWN, never)).rejects.toBeInstanceOf(LostCursor);
  });

  test.each([
    [401, undefined, true],
    [403, undefined, false],
    [404, 'ErrorInvalidUser', false],
    [404, 'MailboxNotEnabledForRESTAPI', false],
    [429, undefined, true],
    [503, undefined, true],
  ])('a cursor is kept where it is not the cursor that is wrong: %i %s', async (status, code, again) => {
    const { cursor } = await feed().page(STEP_DOWN, undefined);
    await tenant.fault({ match: { method: 'GET' }, status, code });
    await expect(feed().page(STEP_DOWN, cursor)).rejects.toMatchObject({ name: 'PlatformFault', status, again });
    await tenant.deliver(STEP_DOWN, 'After');
    expect(subjects((await feed().page(STEP_DOWN, cursor)).mails)).toEqual(['After']);
  });

  test('a mailbox that was never there is no lost cursor', async () => {
    await expect(feed().page('nobody@camden.example', undefined)).rejects.toMatchObject({ status: 404, again: false });
  });

  test('lists what was received since a moment, oldest first, wherever it lies now', async () => {
    tenant.now = addMinutes(NOW, -120);
    await tenant.deliver(STEP_DOWN, 'Too early');
    tenant.now = addMinutes(NOW, -30);
    const moved = await tenant.deliver(STEP_DOWN, 'Moved by a rule');
    await tenant.outlook('POST', `/users/${STEP_DOWN}/messages/${moved.id}/move`, { destinationId: 'archive' });
    tenant.now = addMinutes(NOW, -20);
    const binned = await tenant.deliver(STEP_DOWN, 'Deleted');
    await tenant.outlook('DELETE', `/users/${STEP_DOWN}/messages/${binned.id}`);
    tenant.now = NOW;
    await tenant.deliver(STEP_DOWN, 'In the inbox');
    // What goes out of it: one sent, one begun.
    const draft = { subject: 'Ours', body: { contentType: 'text', content: 'x' } };
    const toRecipients = [{ emailAddress: { address: 'worker2@camden.example' } }];
    await tenant.outlook('POST', `/users/${STEP_DOWN}/sendMail`, { message: { ...draft, toRecipients } });
    await tenant.outlook('POST', `/users/${STEP_DOWN}/messages`, draft);
    expect(await inFolder('sentitems')).toHaveLength(1);
    expect(await inFolder('drafts')).toHaveLength(1);

    const [page, ...more] = await since();
    expect(more).toEqual([]);
    expect(subjects(page ?? [])).toEqual(['Moved by a rule', 'Deleted', 'In the inbox']);
    expect(page?.[0]).toMatchObject({ id: moved.id, internetMessageId: moved.internetMessageId });
  });

  test('lists page by page, and asks which folders go out once for each mailbox', async () => {
    tenant.now = addMinutes(NOW, 20);
    await fill(201);
    const one = feed();
    const read = async () => {
      const counts: number[] = [];
      for await (const page of one.receivedSince(STEP_DOWN, addMinutes(NOW, -24 * 60))) counts.push(page.length);
      return counts;
    };
    expect(await read()).toEqual([200, 1]);
    expect(await read()).toEqual([200, 1]);
    const folders = (await tenant.calls()).filter(({ path }) => path.includes('/mailFolders/'));
    expect(folders.map(({ path }) => path.split('/').at(-1)).sort()).toEqual(['drafts', 'outbox', 'sentitems']);
  });

  test('gives a mail as it came, one that is gone as gone, and one that is too large as that', async () => {
    const bytes = 'x'.repeat(3_000);
    const { id } = await tenant.deliver(STEP_DOWN, 'With a file', {
      attachments: [{ name: 'a.txt', contentType: 'text/plain', contentBytes: Buffer.from(bytes).toString('base64') }],
    });
    const mime = await feed().mime(STEP_DOWN, id, 100_000);
    const text = mime instanceof Uint8Array ? Buffer.from(mime).toString('latin1') : mime;
    expect(text).toContain('Subject: With a file');
    expect(await feed().mime(STEP_DOWN, id, text.length)).toHaveLength(text.length);
    expect(await feed().mime(STEP_DOWN, id, text.length - 1)).toBe('too-large');
    await tenant.fault({ match: { method: 'GET', path: `/users/${STEP_DOWN}/messages` }, status: 404 });
    expect(await feed().mime(STEP_DOWN, id, 100_000)).toBe('gone');
    await tenant.fault({
      match: { method: 'GET', path: `/users/${STEP_DOWN}/messages` },
      status: 404,
      code: 'ErrorInvalidUser',
    });
    await expect(feed().mime(STEP_DOWN, id, 100_000)).rejects.toMatchObject({ status: 404 });
  });

  holdAgainstContract();
});

describe('What the sandbox would never say', () => {
  let server: Server;
  let baseUrl: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graph`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const feed = () => graphMailboxFeed(openGraph({ baseUrl, token: async () => 't' }));
  const says = (body: object) => (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const deltaLink = () => ({ '@odata.deltaLink': `${baseUrl}/v1.0/users/a/messages/delta?$deltatoken=1` });
  const mail = { id: '1', receivedDateTime: '2026-12-18T18:45:00Z' };

  test('of a mail that stands twice on a page the last state counts, and one that has left again is left out', async () => {
    answer = says({
      value: [
        { ...mail, subject: 'Old' },
        { ...mail, id: '2', subject: 'Left' },
        { ...mail, subject: 'New' },
        { id: '2', '@removed': { reason: 'deleted' } },
      ],
      ...deltaLink(),
    });
    expect(subjects((await feed().page('a', undefined)).mails)).toEqual(['New']);
  });

  test('a mail without sender, subject, Message-ID or a date of its own is a mail all the same', async () => {
    answer = says({ value: [{ ...mail, sentDateTime: '0001-01-01T00:00:00Z', from: null }], ...deltaLink() });
    expect((await feed().page('a', undefined)).mails).toEqual([
      { id: '1', internetMessageId: '', conversationId: '', subject: '', from: '', receivedAt: NOW, begins: '' },
    ]);
  });

  test.each([
    ['no link', () => ({})],
    ['a link to another host', () => ({ '@odata.nextLink': 'https://elsewhere.example/v1.0/users/a/messages' })],
    ['a link to itself', () => ({ '@odata.nextLink': `${baseUrl}/v1.0/users/a/messages/delta?$skiptoken=1` })],
  ])('a page with %s is tried again, and nothing is taken as read', async (_, link) => {
    answer = says({ value: [], ...link() });
    await expect(feed().page('a', '/users/a/messages/delta?$skiptoken=1')).rejects.toMatchObject({ again: true });
  });

  test('the transfer of a huge mail is broken off', async () => {
    let written = 0;
    let brokenOff: (written: number) => void;
    const whenClosed = new Promise<number>((resolve) => {
      brokenOff = resolve;
    });
    answer = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const pour = () => {
        while (!response.destroyed && written < 50 * 1024 * 1024) {
          written += chunk.byteLength;
          if (!response.write(chunk)) return void response.once('drain', pour);
        }
        response.end();
      };
      response.on('close', () => brokenOff(written));
      pour();
    };
    expect(await feed().mime('a', '1', 1024 * 1024)).toBe('too-large');
    expect(await whenClosed).toBeLessThan(20 * 1024 * 1024);
  });
});
