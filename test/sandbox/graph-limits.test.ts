/** What Exchange allows one app at one mailbox, and a Graph that does not answer, answers late, or sends an empty page. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AT_A_TIME, IN_TEN_MINUTES, openLimits } from '../../src/sandbox/graph/limits.ts';
import { AMARA, type Bench, GRACE, JO, NIA, openBench, post, utc } from './graph-harness.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await fetch(`${bench.root}/sandbox/faults`, { method: 'DELETE' });
  await fetch(`${bench.root}/sandbox/graph-in-flight`, { method: 'DELETE' });
});
afterAll(async () => {
  await bench.finish();
});

const fault = (body: Record<string, unknown>) => post(`${bench.root}/sandbox/faults`, body);
const ask = (who: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(`${bench.root}/graph/v1.0/users/${who}/events?$top=1`, { headers, ...(signal ? { signal } : {}) });
const inFlight = async () =>
  (await (await fetch(`${bench.root}/sandbox/graph-in-flight`)).json()) as {
    most: Record<string, number>;
    refused: number;
  };
const idOf = (who: string) => bench.sandbox.context.tenant.people.find(({ mail }) => mail === who)?.id ?? '';

describe('four at a time', () => {
  /** Requests that are under way until their caller gives up. */
  async function holdOpen(...whom: string[]) {
    const giveUp = new AbortController();
    const before = (await bench.log()).length;
    await fault({ match: { method: 'GET' }, times: whom.length, status: 'hang' });
    const asked = whom.map((who) => ask(who, {}, giveUp.signal).catch(() => 'given up'));
    while ((await bench.log()).length < before + whom.length);
    return async () => {
      giveUp.abort();
      expect(await Promise.all(asked)).toEqual(whom.map(() => 'given up'));
    };
  }

  test('are answered at one mailbox, the fifth is not, and how many there were can be read', async () => {
    const letGo = await holdOpen(AMARA, AMARA, AMARA, AMARA);
    const refused = await ask(AMARA);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({
      error: { code: 'ApplicationThrottled', message: 'Application is over its MailboxConcurrency limit.' },
    });
    expect(await inFlight()).toMatchObject({ most: { [idOf(AMARA)]: 5 }, refused: 1 });
    expect((await bench.log()).flatMap((entry) => entry.inFlight ?? []).sort()).toEqual([1, 2, 3, 4]);
    await letGo();
    let answered = await ask(AMARA);
    // The server hears of it a moment later that nobody waits any more.
    while (answered.status !== 200) answered = await ask(AMARA);
    expect(answered.status).toBe(200);
  });

  test('are counted for each mailbox by itself, and not for a person at the page', async () => {
    const letGo = await holdOpen(NIA, NIA, NIA, NIA, JO, JO);
    expect((await inFlight()).most).toMatchObject({ [idOf(NIA)]: 4, [idOf(JO)]: 2 });
    expect((await ask(JO)).status).toBe(200);
    expect((await ask(NIA, { 'x-sandbox-page': 'yes' })).status).toBe(200);
    expect((await ask(NIA)).status).toBe(429);
    await letGo();
  });

  test('and trouble on request is kept for the product, whoever looks at the page meanwhile', async () => {
    await fault({ match: { method: 'GET' }, times: 1, status: 503 });
    expect((await ask(GRACE, { 'x-sandbox-page': 'yes' })).status).toBe(200);
    expect((await ask(GRACE)).status).toBe(503);
    expect((await ask(GRACE)).status).toBe(200);
  });

  test('and what is answered late is answered all the same', async () => {
    await fault({ match: { method: 'GET' }, times: 1, status: 'slow', milliseconds: 1 });
    expect((await ask(GRACE)).status).toBe(200);
    expect((await inFlight()).most[idOf(GRACE)]).toBe(1);
  });
});

test('ten thousand requests are answered in ten minutes, and more when the first are over', () => {
  let now = 0;
  const limits = openLimits(() => now);
  for (let n = 0; n < IN_TEN_MINUTES; n += 1) limits.begin('one').end();
  expect(() => limits.begin('one')).toThrow('Application is over its MailboxRequests limit.');
  limits.begin('another').end();
  now = 600_000;
  limits.begin('one').end();
  expect([limits.refused(), AT_A_TIME]).toEqual([1, 4]);
});

describe('a Graph that stumbles', () => {
  test('by silence holds the connection until the caller gives up, and the next is answered', async () => {
    await fault({ match: { path: `/users/${AMARA}/events` }, times: 1, status: 'hang' });
    const giveUp = new AbortController();
    const asked = ask(AMARA, {}, giveUp.signal);
    const first = await Promise.race([asked, fetch(`${bench.root}/sandbox/faults`).then(() => 'no answer yet')]);
    expect(first).toBe('no answer yet');
    giveUp.abort();
    await expect(asked).rejects.toThrow('aborted');
    expect((await ask(AMARA)).status).toBe(200);
  });

  test('by silence after it has done the thing has done it once', async () => {
    await fault({ match: { method: 'POST', path: `/users/${JO}/events` }, times: 1, hang: true, after: true });
    const body = JSON.stringify({
      subject: 'Booked in silence',
      start: utc('2027-01-06T10:00:00'),
      end: utc('2027-01-06T11:00:00'),
      transactionId: 'one booking',
    });
    const giveUp = new AbortController();
    const send = (signal?: AbortSignal) =>
      fetch(`${bench.root}/graph/v1.0/users/${JO}/events`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
        ...(signal ? { signal } : {}),
      });
    const booked = new Promise<void>((resolve) =>
      bench.sandbox.context.state.changes.on('change', ({ collection }) => {
        if (collection === 'graph-events') resolve();
      }),
    );
    const silent = send(giveUp.signal);
    await booked;
    giveUp.abort();
    await expect(silent).rejects.toThrow('aborted');
    expect((await send()).status).toBe(201);
    const { value } = await bench.client.api(`/users/${JO}/events`).top(500).get();
    expect(value.filter(({ subject }: { subject: string }) => subject === 'Booked in silence')).toHaveLength(1);
  });

  test('in a delta sends an empty page first, forgets where the caller was, or asks to begin anew', async () => {
    const path = `/users/${AMARA}/calendarView/delta?startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-02-01T00:00:00Z`;
    const round = async (url: string) => {
      const response = await fetch(url, { headers: { Prefer: 'odata.maxpagesize=500' } });
      return { response, body: (await response.json()) as Record<string, unknown> };
    };
    const match = { path: '/users/*/calendarView/delta' };
    await fault({ match, times: 1, status: 'empty' });
    const empty = await round(`${bench.root}/graph/v1.0${path}`);
    expect([empty.body.value, empty.body['@odata.deltaLink']]).toEqual([[], undefined]);
    const full = await round(String(empty.body['@odata.nextLink']));
    expect((full.body.value as unknown[]).length).toBeGreaterThan(0);

    const link = String(full.body['@odata.deltaLink']);
    await fault({ match, times: 1, status: 400, code: 'syncStateNotFound' });
    expect((await round(link)).body).toMatchObject({ error: { code: 'syncStateNotFound' } });
    await fault({ match, times: 1, status: 410 });
    const gone = await round(link);
    expect([gone.response.status, gone.response.headers.get('location')]).toEqual([
      410,
      expect.stringMatching(/calendarView\/delta\?\$deltatoken=$/),
    ]);
    // The same link may be asked twice, and says the same.
    const [once, twice] = [await round(link), await round(link)];
    expect(once.body.value).toEqual(twice.body.value);
  });
});
