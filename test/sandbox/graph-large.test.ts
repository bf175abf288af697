/** Large attachments, large mailboxes, and delta tokens that Graph no longer knows. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AMARA, type Bench, NIA, openBench, PRIYA, pathOf, post, refusal, STEPDOWN, to } from './graph-harness.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.finish();
});

const MB = 1024 * 1024;

describe('an upload session', () => {
  const draft = async (): Promise<string> =>
    (await bench.client.api(`/users/${AMARA}/messages`).post({ subject: 'Large', toRecipients: to(NIA) })).id;
  const open = (id: string, item: Record<string, unknown>) =>
    bench.client
      .api(`/users/${AMARA}/messages/${id}/attachments/createUploadSession`)
      .post({ AttachmentItem: { attachmentType: 'file', name: 'plan.pdf', ...item } });
  const put = (url: string, bytes: Uint8Array, range: string, headers = {}) =>
    fetch(url, { method: 'PUT', headers: { 'Content-Range': range, ...headers }, body: new Uint8Array(bytes) });

  test('takes a file of more than 3 MB range by range, and the mail carries it', async () => {
    const id = await draft();
    const file = Buffer.alloc(5 * MB, 'plan ');
    const session = await open(id, { size: file.length, contentType: 'application/pdf' });
    expect([session.nextExpectedRanges, typeof session.expirationDateTime]).toEqual([['0-'], 'string']);
    const first = await put(session.uploadUrl, file.subarray(0, 3 * MB), `bytes 0-${3 * MB - 1}/${file.length}`);
    expect([first.status, await first.json()]).toMatchObject([202, { nextExpectedRanges: [`${3 * MB}-`] }]);
    expect(await (await fetch(session.uploadUrl)).json()).toMatchObject({ nextExpectedRanges: [`${3 * MB}-`] });
    const last = await put(session.uploadUrl, file.subarray(3 * MB), `bytes ${3 * MB}-${5 * MB - 1}/${file.length}`);
    expect([last.status, last.headers.get('location')]).toEqual([201, expect.stringContaining('/attachments(')]);
    expect((await fetch(session.uploadUrl)).status).toBe(404);
    await bench.client.api(`/users/${AMARA}/messages/${id}/send`).post({});
    const [received] = (await bench.client.api(`/users/${NIA}/mailFolders/inbox/messages`).get()).value;
    const path = `/users/${NIA}/messages/${received.id}/attachments`;
    const { value } = await bench.client.api(path).select('name,size').get();
    expect(value).toMatchObject([{ name: 'plan.pdf', size: 5 * MB }]);
    const bytes = await (await fetch(`${bench.root}/graph/v1.0${path}/${value[0].id}/$value`)).arrayBuffer();
    const sum = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');
    expect(sum(new Uint8Array(bytes))).toBe(sum(file));
  });

  test('refuses what does not fit, and keeps what it has', async () => {
    const { uploadUrl } = await open(await draft(), { size: 4 * MB });
    const bytes = Buffer.alloc(1000);
    expect((await put(uploadUrl, bytes, `bytes 0-999/${4 * MB}`)).status).toBe(202);
    expect((await put(uploadUrl, bytes, `bytes 0-999/${4 * MB}`)).status).toBe(416);
    expect((await put(uploadUrl, bytes, `bytes 2000-2999/${4 * MB}`)).status).toBe(416);
    expect((await put(uploadUrl, bytes, `bytes 1000-2999/${4 * MB}`)).status).toBe(400);
    expect((await put(uploadUrl, bytes, 'bytes 1000-1999/5000')).status).toBe(400);
    expect((await put(uploadUrl, bytes, '1000')).status).toBe(400);
    const token = { Authorization: 'Bearer x' };
    expect((await put(uploadUrl, bytes, `bytes 1000-1999/${4 * MB}`, token)).status).toBe(401);
    expect(await (await fetch(uploadUrl)).json()).toMatchObject({ nextExpectedRanges: ['1000-'] });
    expect((await fetch(uploadUrl, { method: 'DELETE' })).status).toBe(204);
    expect((await put(uploadUrl, bytes, `bytes 1000-1999/${4 * MB}`)).status).toBe(404);
  });

  test('is for files from 3 to 150 MB only', async () => {
    const id = await draft();
    expect((await refusal(open(id, { size: 3 * MB - 1 }))).status).toBe(400);
    expect((await refusal(open(id, { size: 150 * MB + 1 }))).status).toBe(413);
  });

  test('can be made to lose an answer after the range has arrived', async () => {
    const { uploadUrl } = await open(await draft(), { size: 4 * MB });
    await post(`${bench.root}/sandbox/faults`, {
      match: { method: 'PUT', path: '/uploads/*' },
      times: 1,
      status: 503,
      after: true,
    });
    expect((await put(uploadUrl, Buffer.alloc(10), `bytes 0-9/${4 * MB}`)).status).toBe(503);
    expect(await (await fetch(uploadUrl)).json()).toMatchObject({ nextExpectedRanges: ['10-'] });
  });
});

interface Page {
  value: { id: string; subject: string; receivedDateTime: string }[];
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
}

const get = (path: string): Promise<Page> =>
  bench.client.api(path).header('Prefer', 'IdType="ImmutableId", odata.maxpagesize=1000').get();

/** Every page from a path on. */
async function all(path: string): Promise<{ pages: Page[]; subjects: string[] }> {
  const pages: Page[] = [];
  for (let next: string | undefined = path; next; ) {
    const page: Page = await get(next);
    pages.push(page);
    next = page['@odata.nextLink'] && pathOf(page['@odata.nextLink']);
  }
  return { pages, subjects: pages.flatMap(({ value }) => value.map(({ subject }) => subject)) };
}

describe('a mailbox with a long past', () => {
  const COUNT = 20_000;
  const delta = `/users/${STEPDOWN}/mailFolders/inbox/messages/delta?$select=subject,receivedDateTime`;

  test('is filled at one stroke, and read to its end a thousand at a time', async () => {
    const filled = await post(`${bench.root}/sandbox/fill-mailbox`, {
      mailbox: STEPDOWN,
      count: COUNT,
      receivedBefore: '2026-12-01T09:00:00Z',
    });
    expect([filled.status, filled.body]).toEqual([201, { mailbox: STEPDOWN, count: COUNT }]);
    const { pages, subjects } = await all(delta);
    expect([pages.length, new Set(subjects).size]).toEqual([COUNT / 1000, COUNT]);
    await bench.client
      .api(`/users/${AMARA}/sendMail`)
      .post({ message: { subject: 'New', toRecipients: to(STEPDOWN) } });
    const news = await all(pathOf(pages.at(-1)?.['@odata.deltaLink']));
    expect(news.subjects).toEqual(['New']);
  });

  test('is listed from a moment on, oldest first, without the rest', async () => {
    const since = `/users/${STEPDOWN}/messages?$filter=receivedDateTime ge 2026-12-01T08:00:00Z&$orderby=receivedDateTime asc`;
    const { subjects } = await all(`${since}&$select=subject,receivedDateTime,parentFolderId`);
    expect(subjects).toEqual([...Array.from({ length: 60 }, (_, n) => `Old mail ${COUNT - 59 + n}`), 'New']);
    const both = `${since.replace(' ge ', ' gt ')}`.replace('&', ' and receivedDateTime lt 2026-12-01T08:03:00Z&');
    expect((await get(both)).value.map(({ receivedDateTime }) => receivedDateTime)).toEqual([
      '2026-12-01T08:01:00Z',
      '2026-12-01T08:02:00Z',
    ]);
    const named = "/messages?$filter=contains(subject,'mail 1999') and receivedDateTime ge 2026-11-01T00:00:00Z";
    const found = (await get(`/users/${STEPDOWN}${named}`)).value.map(({ subject }) => subject);
    expect(found).toEqual(expect.arrayContaining(['Old mail 1999', 'Old mail 19990']));
    expect(found.every((subject) => subject.includes('mail 1999'))).toBe(true);
  });

  test('is not filled with what nobody can mean', async () => {
    const fill = async (body: Record<string, unknown>) =>
      (await post(`${bench.root}/sandbox/fill-mailbox`, body)).status;
    expect(await fill({ mailbox: 'nobody@camden.example', count: 1 })).toBe(400);
    expect(await fill({ mailbox: STEPDOWN, count: 0 })).toBe(400);
    expect(await fill({ mailbox: STEPDOWN, count: 1, receivedBefore: 'then' })).toBe(400);
  });
});

describe('a delta token', () => {
  const forget = (body: Record<string, unknown>) => post(`${bench.root}/sandbox/delta-tokens/forget`, body);
  const round = `/users/${PRIYA}/mailFolders/inbox/messages/delta`;
  const link = async () => pathOf((await get(round))['@odata.deltaLink']);

  test('is forgotten on request, one mailbox at a time or all, and a new one is good', async () => {
    const [priyas, nias] = [await link(), pathOf((await get(round.replace(PRIYA, NIA)))['@odata.deltaLink'])];
    expect((await forget({ mailbox: PRIYA })).body).toEqual({ mailboxes: 1 });
    expect(await refusal(get(priyas))).toEqual({ status: 400, code: 'syncStateNotFound' });
    expect((await get(nias)).value).toEqual([]);
    const again = await link();
    expect((await get(again)).value).toEqual([]);
    await forget({ status: 410 });
    expect(await refusal(get(again))).toEqual({ status: 410, code: 'resyncRequired' });
    expect((await forget({ mailbox: 'nobody@camden.example' })).status).toBe(400);
  });
});
