import { createServer, type RunningServer } from '../../../bot/server.ts';
import { openGraph } from '../../../src/adapters/graph/client.ts';
import { clientStates } from '../../../src/adapters/graph/client-state.ts';
import { graphSubscriptions } from '../../../src/adapters/graph/subscriptions.ts';
import { tokenSource } from '../../../src/adapters/graph/token.ts';
import type { Notification } from '../../../src/application/take-notifications.ts';
import { addMinutes } from '../../../src/domain/time/instant.ts';
import { holdAgainstContract, openTenant, PEOPLE, type TestTenant } from './tenant.ts';

const RESOURCE = `/users/${PEOPLE[0]?.id}/events`;

let tenant: TestTenant;
let server: RunningServer;
let came: Notification[];
beforeEach(async () => {
  came = [];
  tenant = await openTenant();
  server = await createServer({
    listenOn: '127.0.0.1',
    port: 0,
    messages: async () => ({ status: 200 }),
    hint: (notifications) => {
      came.push(...notifications);
    },
    ready: {},
    metrics: () => '',
  });
});
afterEach(async () => {
  await tenant.close();
  await server.close();
});

const here = () => `http://127.0.0.1:${server.port}`;
const ours = (publicUrl = here()) => graphSubscriptions(tenant.graph, publicUrl);
const until = (minutes = 10_020) => addMinutes(tenant.now, minutes);

test('one is made with the handshake at both addresses, and tells of each change with its secret word', async () => {
  const made = await ours().create(RESOURCE, until(), 'the word');
  expect(made).toEqual({ id: expect.any(String), resource: RESOURCE, expiresAt: until(), callsHere: true });
  await tenant.outlook('POST', `/users/${PEOPLE[0]?.mail}/events`, {
    subject: 'CAM-7K3F Joint visit',
    start: { dateTime: '2027-01-05T10:00:00', timeZone: 'UTC' },
    end: { dateTime: '2027-01-05T11:00:00', timeZone: 'UTC' },
  });
  for (let turn = 0; came.length === 0 && turn < 1000; turn += 1) await new Promise(setImmediate);
  expect(came).toEqual([{ subscriptionId: made?.id, clientState: 'the word' }]);
  const { requestBody } = (await tenant.calls())[0] as { requestBody: Record<string, unknown> };
  expect(requestBody).toMatchObject({
    changeType: 'created,updated,deleted',
    notificationUrl: `${here()}/api/graph/notifications`,
    lifecycleNotificationUrl: `${here()}/api/graph/lifecycle`,
  });
});

test('a second one for the same is refused (409), and the first is found by the list', async () => {
  const made = await ours().create(RESOURCE, until(), 'the word');
  expect(await ours().create(RESOURCE, until(), 'the word')).toBeUndefined();
  expect(await ours().all()).toEqual([made]);
  expect(await ours('https://earlier.example').all()).toEqual([{ ...made, callsHere: false }]);
});

test('it is renewed, and removed; what is gone is neither', async () => {
  const made = await ours().create(RESOURCE, until(60), 'the word');
  const id = made?.id ?? '';
  expect(await ours().renew(id, until())).toBe(true);
  expect((await ours().all())[0]?.expiresAt).toBe(until());
  await ours().remove(id);
  expect(await ours().all()).toEqual([]);
  await ours().remove(id);
  expect(await ours().renew(id, until())).toBe(false);
});

test('where the address does not answer, the refusal is told', async () => {
  const nobody = ours('http://127.0.0.1:9');
  await expect(nobody.create(RESOURCE, until(), 'the word')).rejects.toMatchObject({ status: 400 });
});

test('the list is read to its last page, and no page of another host', async () => {
  const made = await ours().create(RESOURCE, until(), 'the word');
  let next = `${tenant.baseUrl}/v1.0/subscriptions?$skiptoken=2`;
  const paged = graphSubscriptions(
    openGraph({
      baseUrl: tenant.baseUrl,
      token: tokenSource(tenant.baseUrl, undefined),
      fetch: async (input, init) => {
        const body = (await (await fetch(String(input).split('?')[0] ?? '', init)).json()) as object;
        const more = String(input).includes('skiptoken') ? {} : { '@odata.nextLink': next };
        return new Response(JSON.stringify({ ...body, ...more }), { status: 200 });
      },
    }),
    here(),
  );
  expect(await paged.all()).toEqual([made, made]);
  next = 'https://elsewhere.example/v1.0/subscriptions';
  await expect(paged.all()).rejects.toThrow('the next page is elsewhere');
});

test('a list whose pages go round in a circle is given up', async () => {
  const circle = graphSubscriptions(
    openGraph({
      baseUrl: tenant.baseUrl,
      token: tokenSource(tenant.baseUrl, undefined),
      fetch: async () =>
        new Response(JSON.stringify({ value: [], '@odata.nextLink': `${tenant.baseUrl}/v1.0/subscriptions?again` })),
    }),
    here(),
  );
  await expect(circle.all()).rejects.toThrow('the pages do not end');
});

test('the secret word is another one for each resource and each installation, and short enough for Graph', () => {
  const [one, other] = [clientStates(Buffer.alloc(32, 7)), clientStates(Buffer.alloc(32, 8))];
  const word = one.of(RESOURCE);
  expect(word.length).toBeLessThanOrEqual(128);
  expect(one.matches(RESOURCE, word)).toBe(true);
  expect(one.matches('/users/another/events', word)).toBe(false);
  expect(other.matches(RESOURCE, word)).toBe(false);
  expect(one.matches(RESOURCE, '')).toBe(false);
  expect(one.matches(RESOURCE, `${word}x`)).toBe(false);
});

holdAgainstContract();
