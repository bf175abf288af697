import { createServer as createHttp, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { UnboundField } from '../../bot/cards/render.ts';
import { createHost, type HostParts } from '../../bot/host.ts';
import { createServer, PortTaken, type RunningServer, type ServerParts } from '../../bot/server.ts';
import type { Reply, Turn } from '../../bot/turn/turn.ts';
import type { ConversationRef, Log, Post } from '../../src/application/ports.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const quiet: Log = { info() {}, warn() {}, error() {} };
const card = { type: 'AdaptiveCard', version: '1.5', body: [] };

/** A connector that answers as Teams does and keeps what it was sent. */
async function connector() {
  const heard: { method: string; path: string; body: Record<string, unknown> }[] = [];
  const server = createHttp(async (request: IncomingMessage, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = text ? (JSON.parse(text) as Record<string, unknown>) : {};
    heard.push({ method: request.method ?? '', path: request.url ?? '', body });
    const inChannel = (body.channelData as { channel?: { id: string } } | undefined)?.channel?.id;
    const answer =
      request.url === '/v3/conversations'
        ? inChannel
          ? { id: `${inChannel};messageid=77`, activityId: '77' }
          : { id: 'a:new' }
        : { id: '88' };
    response.writeHead(request.method === 'POST' ? 201 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function host(change: Partial<HostParts> = {}) {
  return createHost({
    app: undefined,
    tenantId: 'tenant',
    serviceUrl: undefined,
    dialogs: 'auto',
    conversation: async () => undefined,
    log: quiet,
    ...change,
  });
}

function activity(change: Record<string, unknown>, serviceUrl: string) {
  return {
    type: 'message',
    id: '1',
    timestamp: '2026-12-18T10:00:00Z',
    channelId: 'msteams',
    serviceUrl,
    from: { id: '29:x', name: 'Sam', aadObjectId: 'sam' },
    recipient: { id: '28:bot', name: 'Stepwise' },
    conversation: { conversationType: 'personal', tenantId: 'tenant', id: 'a:1' },
    channelData: { tenant: { id: 'tenant' } },
    ...change,
  };
}

async function serve(parts: Partial<ServerParts> = {}): Promise<RunningServer> {
  const server = await createServer({
    listenOn: '127.0.0.1',
    port: 0,
    messages: async () => ({ status: 200 }),
    hint() {},
    ready: {},
    metrics: () => '',
    ...parts,
  });
  closing.push(server.close);
  return server;
}

describe('the host', () => {
  test('turns a typed message into a turn and sends the reply as a card with its preview', async () => {
    const teams = await connector();
    const turns: Turn[] = [];
    const answer = await host().messages(async (turn): Promise<Reply[]> => {
      turns.push(turn);
      return [{ do: 'send', card, bell: 'CAM-7K3F: hello' }];
    })(activity({ text: 'my cases' }, teams.url), '');
    expect(answer.status).toBe(200);
    expect(turns[0]).toMatchObject({ kind: 'typed', person: 'sam', text: 'my cases', surface: 'chat' });
    expect(teams.heard[0]?.body).toMatchObject({ summary: 'CAM-7K3F: hello', attachments: [{ content: card }] });
    expect(teams.heard[0]?.body.text).toBeUndefined();
  });

  test('answers a press in the card and edits the message too', async () => {
    const teams = await connector();
    const press = activity(
      {
        type: 'invoke',
        name: 'adaptiveCard/action',
        replyToId: '55',
        value: { action: { type: 'Action.Execute', verb: 'x', data: { v: 'token' } } },
      },
      teams.url,
    );
    const answer = await host().messages(async () => [{ do: 'answer', card, edit: true }])(press, '');
    expect(answer).toEqual({
      status: 200,
      body: { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card },
    });
    expect(teams.heard[0]).toMatchObject({ method: 'PUT', path: '/v3/conversations/a%3A1/activities/55' });
  });

  test('a fault in a handler is answered in plain words and logged without what was said', async () => {
    const teams = await connector();
    const logged: unknown[] = [];
    const log = { ...quiet, error: (...said: unknown[]) => logged.push(said) };
    await host({ log }).messages(async () => {
      throw new Error('Amina Okafor');
    })(activity({ text: 'secret words' }, teams.url), '');
    expect(JSON.stringify(teams.heard)).toContain('Something went wrong');
    expect(JSON.stringify(logged)).not.toMatch(/Amina|secret/);
  });

  test('a fault of our own cards is logged with its words: names of a template and its fields', async () => {
    const teams = await connector();
    const logged: unknown[] = [];
    const log = { ...quiet, error: (...said: unknown[]) => logged.push(said) };
    await host({ log }).messages(async () => {
      throw new UnboundField('step', ['title']);
    })(activity({ text: 'secret words' }, teams.url), '');
    expect(JSON.stringify(logged)).toContain('The template step asks for title, which its data lack.');
    expect(JSON.stringify(logged)).not.toContain('secret');
  });

  test('without an app id it speaks to nobody beyond this machine', async () => {
    const answer = await host().messages(async () => [])(
      activity({ text: 'hi' }, 'https://smba.trafficmanager.net/uk/'),
      '',
    );
    expect(answer.status).toBe(403);
  });

  test('with an app id a caller without a token, or with a made-up one, is turned away', async () => {
    const app = {
      type: 'SingleTenant',
      id: '5a7d0c1e-0000-4000-8000-000000000009',
      tenantId: '5a7d0c1e-0000-4000-8000-000000000001',
      password: 'x',
    } as const;
    let asked = 0;
    const messages = host({ app }).messages(async () => {
      asked += 1;
      return [];
    });
    const from = activity({ text: 'hi' }, 'https://smba.trafficmanager.net/uk/');
    expect((await messages(from, '')).status).toBe(401);
    expect((await messages(from, 'Bearer junk')).status).toBe(401);
    expect(asked).toBe(0);
  });

  test('a post in a channel starts a thread and gives the id by which the message can be edited', async () => {
    const teams = await connector();
    const { chat } = host({ serviceUrl: teams.url });
    const where = await chat.post({ channelId: '19:c@thread.tacv2', teamId: '19:t@thread.tacv2' }, card, 'bell');
    expect(where).toEqual({
      conversationId: '19:c@thread.tacv2;messageid=77',
      activityId: '77',
      serviceUrl: teams.url,
    });
    await chat.edit({ ...where, key: 'k', caseId: null, digest: '', postedAt: '' } as unknown as Post, card);
    expect(teams.heard.at(-1)).toMatchObject({ method: 'PUT' });
    expect(decodeURIComponent(teams.heard.at(-1)?.path ?? '')).toContain('messageid=77/activities/77');
  });

  test('a person is reached where she last wrote, and by a new chat when she never did', async () => {
    const teams = await connector();
    const known: ConversationRef = {
      key: 'person/sam',
      conversationId: 'a:known',
      serviceUrl: teams.url,
      tenantId: 'tenant',
      userId: '29:sam',
      teamId: null,
    };
    await host({ conversation: async (key) => (key === known.key ? known : undefined) }).chat.post(
      { person: 'sam' },
      card,
      '',
    );
    expect(decodeURIComponent(teams.heard[0]?.path ?? '')).toBe('/v3/conversations/a:known/activities');
    await host({ serviceUrl: teams.url }).chat.post({ person: 'new' }, card, '');
    expect(teams.heard[1]).toMatchObject({ path: '/v3/conversations', body: { members: [{ id: 'new' }] } });
  });

  test('channel buttons open dialogs where the client has them, and never in one that is not known to', async () => {
    const opening = {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [
        { type: 'ActionSet', actions: [{ type: 'Action.Execute', verb: 'open', title: 'Open', data: { v: 't' } }] },
      ],
    };
    const teams = await connector();
    const other = await connector();
    const to = { channelId: '19:c@thread.tacv2', teamId: '19:t' };
    await host({ serviceUrl: teams.url }).chat.post(to, opening, '');
    expect(JSON.stringify(teams.heard)).toContain('task/fetch');
    const playground: ConversationRef = {
      key: 'x',
      conversationId: '19:c',
      serviceUrl: other.url,
      tenantId: 't',
      userId: null,
      teamId: null,
    };
    await host({ serviceUrl: teams.url, conversation: async () => playground }).chat.post(to, opening, '');
    expect(JSON.stringify(other.heard)).not.toContain('task/fetch');
  });
});

describe('the server', () => {
  const post = (port: number, body: string, type = 'application/json') =>
    fetch(`http://127.0.0.1:${port}/api/messages`, { method: 'POST', body, headers: { 'Content-Type': type } });

  test('reads JSON only, and no more than 256 kB of it', async () => {
    const { port } = await serve();
    expect((await post(port, '{}')).status).toBe(200);
    expect((await post(port, '{}', 'multipart/form-data; boundary=x')).status).toBe(415);
    expect((await post(port, JSON.stringify({ a: 'x'.repeat(300_000) }))).status).toBe(413);
    expect((await post(port, '{')).status).toBe(400);
  });

  test("gives Microsoft's validation token back as it was before it was put into the address", async () => {
    const { port } = await serve();
    const answer = await fetch(
      `http://127.0.0.1:${port}/api/graph/notifications?validationToken=${encodeURIComponent('Validation: a b+c <d>')}`,
      { method: 'POST' },
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(await answer.text()).toBe('Validation: a b+c <d>');
  });

  test('takes a notification as a hint', async () => {
    let hints = 0;
    const { port } = await serve({
      hint: () => {
        hints += 1;
      },
    });
    const answer = await fetch(`http://127.0.0.1:${port}/api/graph/notifications`, {
      method: 'POST',
      body: '{"value":[]}',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(202);
    expect(hints).toBe(1);
  });

  test('says in words what it depends on and does not have', async () => {
    const { port } = await serve({
      ready: {
        'The database': async () => 1,
        'Microsoft 365': async () => {
          throw new Error('Nobody answers.');
        },
      },
    });
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ 'The database': 'works', 'Microsoft 365': 'does not work: Nobody answers.' });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  test('has no clock routes unless it is given a clock', async () => {
    const { port } = await serve();
    expect((await fetch(`http://127.0.0.1:${port}/internal/clock/next`)).status).toBe(404);
  });

  test('a second start on a taken port says which port and what to do', async () => {
    const { port } = await serve();
    await expect(
      createServer({
        listenOn: '127.0.0.1',
        port,
        messages: async () => ({ status: 200 }),
        hint() {},
        ready: {},
        metrics: () => '',
      }),
    ).rejects.toThrow(PortTaken);
  });
});
