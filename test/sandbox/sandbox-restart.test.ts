/** What a restart and a kill leave behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AMARA, JO, openBench, pathOf, post, STEPDOWN, subscriber, to, utc } from './graph-harness.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('mail, diaries, subscriptions, delta tokens and the clock are as they were after a restart', async () => {
  const here = await subscriber();
  const one = await openBench({ dataDir });
  const inbox = `/users/${STEPDOWN}/mailFolders/inbox/messages`;
  await one.client
    .api(`/users/${AMARA}/sendMail`)
    .post({ message: { subject: 'CAM-0001', toRecipients: to(STEPDOWN) } });
  const event = {
    subject: 'x',
    start: utc('2027-01-06T10:00:00'),
    end: utc('2027-01-06T11:00:00'),
    transactionId: 't',
  };
  const booked = await one.client.api(`/users/${AMARA}/events`).post(event);
  const token = (await one.client.api(`${inbox}/delta`).get())['@odata.deltaLink'];
  await one.client.api('/subscriptions').post({
    changeType: 'created',
    resource: `users/${STEPDOWN}/messages`,
    notificationUrl: here.url,
    expirationDateTime: '2026-12-20T16:20:00Z',
  });
  await post(`${one.root}/clock`, { by: '1 hour' });
  const diary = async (bench: typeof one) =>
    (
      await bench.client
        .api(`/users/${JO}/calendarView?startDateTime=2026-12-17T00:00:00Z&endDateTime=2027-03-17T00:00:00Z`)
        .top(100)
        .get()
    ).value.length;
  const before = await diary(one);
  await one.close();

  const two = await openBench({ dataDir });
  expect((await two.client.api(inbox).get()).value).toMatchObject([{ subject: 'CAM-0001' }]);
  expect((await two.client.api(`/users/${AMARA}/events`).post(event)).id).toBe(booked.id);
  expect(await diary(two)).toBe(before);
  expect(two.sandbox.context.clock.london()).toBe('Thu 17 Dec 2026, 17:20');
  await two.client
    .api(`/users/${AMARA}/sendMail`)
    .post({ message: { subject: 'CAM-0002', toRecipients: to(STEPDOWN) } });
  await two.sandbox.graph.idle();
  expect(here.told).toHaveLength(1);
  const news = await two.client.api(pathOf(token)).get();
  expect(news.value.map(({ subject }: { subject: string }) => subject)).toEqual(['CAM-0002']);
  await two.close();
  await here.close();
});

test('a mail keeps its bytes and files over a restart, and an upload goes on where it was', async () => {
  const one = await openBench({ dataDir });
  const mime =
    'From: x@outside.example\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nQnl0ZXM=';
  const raw = await fetch(`${one.root}/sandbox/mail?to=${STEPDOWN}`, { method: 'POST', body: mime });
  const { delivered } = (await raw.json()) as { delivered: { id: string }[] };
  const path = `/users/${STEPDOWN}/messages/${delivered[0]?.id}`;
  const inbox = `/users/${STEPDOWN}/mailFolders/inbox/messages/delta`;
  const token = pathOf((await one.client.api(inbox).get())['@odata.deltaLink']);
  await one.client.api(path).patch({ isRead: true });
  const draft = await one.client.api(`/users/${AMARA}/messages`).post({ subject: 'Large', toRecipients: to(JO) });
  const size = 4 * 1024 * 1024;
  const { uploadUrl } = await one.client
    .api(`/users/${AMARA}/messages/${draft.id}/attachments/createUploadSession`)
    .post({ AttachmentItem: { attachmentType: 'file', name: 'plan.pdf', size } });
  const put = (root: string, from: number, to: number) =>
    fetch(`${root}${new URL(uploadUrl).pathname}`, {
      method: 'PUT',
      headers: { 'Content-Range': `bytes ${from}-${to - 1}/${size}` },
      body: new Uint8Array(to - from),
    });
  expect((await put(one.root, 0, 1000)).status).toBe(202);
  await one.close();

  const two = await openBench({ dataDir });
  expect(await (await fetch(`${two.root}/graph/v1.0${path}/$value`)).text()).toBe(mime);
  expect((await two.client.api(`${path}/attachments`).get()).value).toMatchObject([{ name: 'a.pdf', size: 5 }]);
  expect((await two.client.api(token).get()).value).toMatchObject([{ isRead: true }]);
  expect((await put(two.root, 1000, size)).status).toBe(201);
  await two.close();
});

test('the sandbox listens on this machine only', async () => {
  const bench = await openBench();
  expect(bench.sandbox.server.address().address).toBe('127.0.0.1');
  await bench.close();
});

test('eight weeks of meetings are in the diaries of a new tenant, and are all private', async () => {
  const bench = await openBench();
  const { value } = await bench.client
    .api(`/users/${JO}/calendarView?startDateTime=2026-12-17T00:00:00Z&endDateTime=2027-03-17T00:00:00Z`)
    .top(100)
    .get();
  // Jo Marsh is busy on Mondays from 13:00 to 16:00.
  expect(value.map(({ start }: { start: { dateTime: string } }) => start.dateTime)).toEqual(
    ['12-21', '12-28', '01-04', '01-11', '01-18', '01-25', '02-01', '02-08'].map(
      (day) => `${day.startsWith('12') ? 2026 : 2027}-${day}T13:00:00.0000000`,
    ),
  );
  expect(new Set(value.map(({ sensitivity }: { sensitivity: string }) => sensitivity))).toEqual(new Set(['private']));
  await bench.finish();
});
