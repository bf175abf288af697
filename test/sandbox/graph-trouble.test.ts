/** Subscriptions, batches, and failures made on request. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AMARA,
  type Bench,
  JO,
  NIA,
  openBench,
  post,
  refusal,
  STEPDOWN,
  subscriber,
  to,
  utc,
} from './graph-harness.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await fetch(`${bench.root}/sandbox/faults`, { method: 'DELETE' });
});
afterAll(async () => {
  await bench.finish();
});

const sendMail = (from: string, subject: string, whom: string) =>
  bench.client.api(`/users/${from}/sendMail`).post({ message: { subject, toRecipients: to(whom) } });
const inboxOf = async (who: string): Promise<string[]> =>
  (await bench.client.api(`/users/${who}/mailFolders/inbox/messages`).top(100).get()).value.map(
    ({ subject }: { subject: string }) => subject,
  );

describe('a subscription', () => {
  const wanted = (url: string, more: Record<string, unknown> = {}) => ({
    changeType: 'created',
    resource: `/users/${STEPDOWN}/mailFolders('inbox')/messages`,
    notificationUrl: url,
    clientState: 'a secret',
    expirationDateTime: '2026-12-20T16:20:00Z',
    ...more,
  });
  const subscribe = (body: Record<string, unknown>) =>
    bench.client.api('/subscriptions').header('Prefer', 'IdType="ImmutableId"').post(body);

  test('begins with a handshake, and from then on new mail is told to the address it named', async () => {
    const here = await subscriber();
    const made = await subscribe(wanted(here.url));
    await sendMail(AMARA, 'CAM-0001', STEPDOWN);
    await bench.sandbox.graph.idle();
    expect(here.told).toMatchObject([
      {
        subscriptionId: made.id,
        clientState: 'a secret',
        changeType: 'created',
        resourceData: { '@odata.type': '#Microsoft.Graph.Message' },
      },
    ]);
    const [told] = here.told as { resourceData: { id: string } }[];
    const message = await bench.client.api(`/users/${STEPDOWN}/messages/${told?.resourceData.id}`).get();
    expect(message.subject).toBe('CAM-0001');

    await bench.client.api(`/subscriptions/${made.id}`).delete();
    await sendMail(AMARA, 'CAM-0002', STEPDOWN);
    await bench.sandbox.graph.idle();
    expect(here.told).toHaveLength(1);
    await here.close();
  });

  test('is not made when the address gives back something else than the token', async () => {
    const here = await subscriber(() => ({ status: 200, type: 'text/plain', body: 'something else' }));
    expect((await refusal(subscribe(wanted(here.url)))).status).toBe(400);
    const encoded = await subscriber((token) => ({ status: 200, type: 'text/plain', body: encodeURIComponent(token) }));
    expect((await refusal(subscribe(wanted(encoded.url)))).status).toBe(400);
    expect((await bench.client.api('/subscriptions').get()).value).toEqual([]);
    await here.close();
    await encoded.close();
  });

  test('is made once for the same changes of the same thing', async () => {
    const here = await subscriber();
    const made = await subscribe(wanted(here.url));
    expect((await refusal(subscribe(wanted(here.url)))).status).toBe(409);
    await bench.client.api(`/subscriptions/${made.id}`).delete();
    await here.close();
  });

  test('lasts seven days at most and 45 minutes at least, and can be renewed', async () => {
    const here = await subscriber();
    const made = await subscribe(wanted(here.url, { expirationDateTime: '2026-12-17T16:25:00Z' }));
    expect(made.expirationDateTime).toBe('2026-12-17T17:05:00.000Z');
    const renew = (until: string) => bench.client.api(`/subscriptions/${made.id}`).patch({ expirationDateTime: until });
    expect((await renew('2026-12-24T16:20:00Z')).expirationDateTime).toBe('2026-12-24T16:20:00.000Z');
    expect((await refusal(renew('2026-12-24T16:21:00Z'))).status).toBe(400);
    expect((await refusal(renew('2026-12-16T16:20:00Z'))).status).toBe(400);
    await bench.client.api(`/subscriptions/${made.id}`).delete();
    await here.close();
  });

  test('to a diary tells of what is booked, changed and deleted in it', async () => {
    const here = await subscriber();
    const changes = { changeType: 'created,updated,deleted', resource: `users/${NIA}/events` };
    const made = await subscribe(wanted(here.url, changes));
    const event = await bench.client
      .api(`/users/${NIA}/events`)
      .post({ subject: 'x', start: utc('2027-01-06T10:00:00'), end: utc('2027-01-06T11:00:00') });
    await bench.client.api(`/users/${NIA}/events/${event.id}`).patch({ subject: 'y' });
    await bench.client.api(`/users/${NIA}/events/${event.id}`).delete();
    await bench.sandbox.graph.idle();
    expect(here.told.map(({ changeType }) => changeType)).toEqual(['created', 'updated', 'deleted']);
    await bench.client.api(`/subscriptions/${made.id}`).delete();
    await here.close();
  });
});

describe('a batch', () => {
  test('answers each of its requests, and those that wait for a failed one fail too', async () => {
    const { responses } = await bench.client.api('/$batch').post({
      requests: [
        { id: '1', method: 'GET', url: `/users/${AMARA}` },
        { id: '2', method: 'GET', url: '/users/nobody@camden.example' },
        { id: '3', method: 'GET', url: `/users/${JO}`, dependsOn: ['2'] },
        {
          id: '4',
          method: 'POST',
          url: `/users/${NIA}/sendMail`,
          headers: { 'Content-Type': 'application/json' },
          body: { message: { subject: 'From a batch', toRecipients: to(JO) } },
        },
      ],
    });
    const statuses = Object.fromEntries(
      responses.map(({ id, status }: { id: string; status: number }) => [id, status]),
    );
    expect(statuses).toEqual({ 1: 200, 2: 404, 3: 424, 4: 202 });
    expect(await inboxOf(JO)).toContain('From a batch');
  });

  test('holds twenty requests at most', async () => {
    const ask = (n: number) =>
      refusal(
        bench.client.api('/$batch').post({
          requests: Array.from({ length: n }, (_, index) => ({
            id: String(index),
            method: 'GET',
            url: `/users/${JO}`,
          })),
        }),
      );
    expect((await ask(20)).status).toBe(200);
    expect((await ask(21)).status).toBe(400);
  });
});

describe('trouble on request', () => {
  const fault = (body: Record<string, unknown>) => post(`${bench.root}/sandbox/faults`, body);
  const raw = (subject: string) =>
    fetch(`${bench.root}/graph/v1.0/users/${AMARA}/sendMail`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ message: { subject, toRecipients: to(NIA) } }),
    });

  test('comes as often as asked for, with Retry-After, and nothing is done meanwhile', async () => {
    await fault({ match: { method: 'POST', path: `/users/${AMARA}/sendMail` }, times: 2, status: 429, retryAfter: 3 });
    const answers = [await raw('t1'), await raw('t2'), await raw('t3')];
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 202]);
    expect(answers[0]?.headers.get('retry-after')).toBe('3');
    expect(await answers[0]?.json()).toMatchObject({ error: { code: 'ApplicationThrottled' } });
    expect((await inboxOf(NIA)).filter((subject) => /^t\d$/.test(subject))).toEqual(['t3']);
  });

  test('can come after the thing was done, as an error or as silence', async () => {
    await fault({ match: { path: '/users/*/sendMail' }, times: 1, status: 503, after: true });
    expect((await raw('done, says 503')).status).toBe(503);
    await fault({ match: { path: '/users/*/sendMail' }, times: 1, status: 0, after: true });
    await expect(raw('done, says nothing')).rejects.toThrow('fetch failed');
    expect(await inboxOf(NIA)).toEqual(expect.arrayContaining(['done, says 503', 'done, says nothing']));
  });

  test('that cannot be read is refused with the form it should have', async () => {
    const { status, body } = await fault({ status: 200 });
    expect([status, body.error]).toEqual([400, expect.stringContaining('"times"')]);
  });

  test('stands in the log with everything else, bodies included and without the token', async () => {
    await fetch(`${bench.root}/sandbox/graph-log`, { method: 'DELETE' });
    await fault({ match: { method: 'GET' }, times: 1, status: 503 });
    // Not by Microsoft's client: it would sleep and try again.
    await fetch(`${bench.root}/graph/v1.0/users/${JO}`, { headers: { Authorization: 'Bearer a token' } });
    const log = await bench.log();
    expect(log[0]).toMatchObject({ method: 'GET', path: `/users/${JO}`, status: 503, fault: 'before', by: 'app' });
    expect(JSON.stringify(log)).not.toContain('a token');
  });
});
