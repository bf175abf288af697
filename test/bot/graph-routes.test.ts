/** The two routes by which Microsoft 365 tells of changes. */
import { createServer, type RunningServer } from '../../bot/server.ts';
import type { Notification } from '../../src/application/take-notifications.ts';

let server: RunningServer;
let came: { notifications: readonly Notification[]; unread: number }[];
let kept: boolean;
beforeEach(async () => {
  came = [];
  kept = true;
  server = await createServer({
    listenOn: '127.0.0.1',
    port: 0,
    messages: async () => ({ status: 200 }),
    async hint(notifications, unread) {
      if (!kept) throw new Error('The disk is full.');
      came.push({ notifications, unread });
    },
    ready: {},
    metrics: () => '',
  });
});
afterEach(() => server.close());

const routes = ['notifications', 'lifecycle'] as const;

function call(route: string, body: string, type = 'application/json'): Promise<Response> {
  const address = `http://127.0.0.1:${server.port}/api/graph/${route}`;
  return fetch(address, { method: 'POST', headers: { 'Content-Type': type }, body });
}

const changed = { subscriptionId: 's1', clientState: 'the word', changeType: 'updated', resource: 'Users/1/Events/2' };

test.each(routes)(
  '%s: what came is handed on by its subscription and secret word alone, and answered 202',
  async (route) => {
    const removed = { subscriptionId: 's2', clientState: 'another', lifecycleEvent: 'subscriptionRemoved' };
    const answer = await call(route, JSON.stringify({ value: [changed, removed] }));
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    expect(came).toEqual([{ notifications: [{ subscriptionId: 's1', clientState: 'the word' }, removed], unread: 0 }]);
  },
);

test('an entry that is no notification costs the others nothing', async () => {
  const odd = [
    null,
    7,
    'text',
    [],
    {},
    { subscriptionId: 's1' },
    { subscriptionId: '', clientState: 'x' },
    { ...changed, clientState: null },
  ];
  expect((await call('notifications', JSON.stringify({ value: [...odd, changed] }))).status).toBe(202);
  expect(came).toEqual([{ notifications: [{ subscriptionId: 's1', clientState: 'the word' }], unread: odd.length }]);
});

test.each([
  ['no JSON', '{', 400],
  ['no collection', '{}', 400],
  ['no list', '{"value": {}}', 400],
  ['null', 'null', 400],
  ['more than a body may hold', JSON.stringify({ value: ['x'.repeat(300_000)] }), 413],
])('%s is refused and reaches nobody', async (_, body, status) => {
  for (const route of routes) expect((await call(route, body)).status).toBe(status);
  expect((await call('notifications', '{"value": []}', 'text/xml')).status).toBe(415);
  expect(came).toEqual([]);
});

test('what could not be kept is asked for again, and nothing of the inside is said', async () => {
  kept = false;
  const answer = await call('notifications', JSON.stringify({ value: [changed] }));
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain('disk');
});

test('the handshake is answered with the word itself, as plain text that nothing renders', async () => {
  const token = 'Validation: <script>alert(1)</script> & "more" +%20';
  for (const route of routes) {
    const answer = await call(`${route}?validationToken=${encodeURIComponent(token)}`, '', 'text/plain; charset=utf-8');
    expect([answer.status, await answer.text()]).toEqual([200, token]);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  }
  expect(came).toEqual([]);
});
