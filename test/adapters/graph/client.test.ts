/** The client against a server that answers what it is told: what the sandbox cannot be made to say. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Graph, type GraphOptions, openGraph } from '../../../src/adapters/graph/client.ts';
import { SANDBOX_TOKEN, tokenSource } from '../../../src/adapters/graph/token.ts';
import { PlatformFault } from '../../../src/application/ports.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let baseUrl: string;
let answer: Answer;
const asked: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graph`;
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const says =
  (status: number, body = '{}', headers: Record<string, string> = { 'Content-Type': 'application/json' }): Answer =>
  (_, response) =>
    write(response, status, headers, body);

/** Not chained: restify, where another file of this worker has loaded it, makes every writeHead return nothing. */
function write(response: ServerResponse | undefined, status: number, headers: Record<string, string>, body: string) {
  response?.writeHead(status, headers);
  response?.end(body);
}

const graph = (options: Partial<GraphOptions> = {}): Graph =>
  openGraph({ baseUrl, token: tokenSource(baseUrl, undefined), ...options });

const inbox = { doing: 'read the inbox', path: '/users/someone%40camden.example/messages' };

async function faultOf(asking: Promise<unknown>): Promise<PlatformFault> {
  const fault = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(fault instanceof PlatformFault)) throw new Error(`expected a PlatformFault, got ${String(fault)}`);
  return fault;
}

describe('A request to Graph', () => {
  test('asks for immutable ids and UTC, names itself, and carries the token to the sandbox over plain http', async () => {
    answer = says(200, '{"value":[]}');
    await graph().get({ ...inbox, prefer: 'odata.maxpagesize=50' });
    expect(asked[0]?.url).toBe('/graph/v1.0/users/someone%40camden.example/messages');
    expect(asked[0]?.headers).toMatchObject({
      authorization: `Bearer ${SANDBOX_TOKEN}`,
      prefer: 'IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=50',
      'client-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('keeps an encoded filter as it was encoded', async () => {
    answer = says(200, '{"value":[]}');
    const filter = encodeURIComponent("internetMessageId eq '<a+b&c=d@x.invalid>'");
    await graph().get({ doing: 'look', path: `/users/a/messages?$filter=${filter}&$select=id` });
    const sent = new URL(asked[0]?.url ?? '', baseUrl);
    expect(sent.searchParams.get('$filter')).toBe("internetMessageId eq '<a+b&c=d@x.invalid>'");
    expect(sent.searchParams.get('$select')).toBe('id');
  });

  test('gives undefined for an answer without a body', async () => {
    answer = says(202, '', {});
    await expect(graph().post({ doing: 'send', path: '/users/a/messages/1/send' })).resolves.toBeUndefined();
  });

  test.each([
    ['seconds', { 'Retry-After': '120' }, 120],
    ['a date', { 'Retry-After': 'Fri, 18 Dec 2026 18:46:30 GMT', Date: 'Fri, 18 Dec 2026 18:45:00 GMT' }, 90],
    ['nothing', {}, undefined],
    ['nonsense', { 'Retry-After': 'soon' }, undefined],
  ])('throttled with %s in Retry-After: again, when it says so', async (_, headers, seconds) => {
    answer = says(429, '{"error":{"code":"ApplicationThrottled","message":"slow down"}}', {
      'Content-Type': 'application/json',
      ...headers,
    });
    const fault = await faultOf(graph().get(inbox));
    expect(fault).toMatchObject({ status: 429, again: true, retryAfterSeconds: seconds });
    expect(fault.message).toContain('read the inbox: 429 ApplicationThrottled');
  });

  test('a gateway that answers in HTML keeps its Retry-After', async () => {
    answer = says(503, '<html>busy</html>', { 'Content-Type': 'text/html', 'Retry-After': '7' });
    expect(await faultOf(graph().get(inbox))).toMatchObject({ status: 503, again: true, retryAfterSeconds: 7 });
  });

  test.each([401, 408, 500, 502, 504])('%i is worth another try', async (status) => {
    answer = says(status);
    expect(await faultOf(graph().get(inbox))).toMatchObject({ status, again: true });
  });

  test.each([400, 403, 404, 409, 410, 412, 413])('%i would be the same the next time', async (status) => {
    answer = says(status);
    expect(await faultOf(graph().get(inbox))).toMatchObject({ status, again: false });
  });

  test("a fault carries Graph's code, and nothing of what was sent or said", async () => {
    answer = says(
      400,
      '{"error":{"code":"ErrorInvalidRecipients","message":"Kayleigh Brown <kb@x.example> is not valid"}}',
    );
    const { message } = await faultOf(graph().post({ ...inbox, doing: 'create the draft' }, { subject: 'Kayleigh' }));
    expect(message).toMatch(
      /^Microsoft Graph: create the draft: 400 ErrorInvalidRecipients \(request [0-9a-f-]{36}\)$/,
    );
    answer = says(400, '{"error":{"code":"Kayleigh Brown of 4 Hill Road"}}');
    expect((await faultOf(graph().get(inbox))).message).not.toContain('Kayleigh');
  });

  test('an answer that does not come is worth another try', async () => {
    answer = () => {};
    expect(await faultOf(graph({ timeoutSeconds: 0.05 }).get(inbox))).toMatchObject({ status: 504, again: true });
  });

  test('an answer that stops half way is worth another try', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"value"');
      setImmediate(() => response.destroy());
    };
    expect(await faultOf(graph().get(inbox))).toMatchObject({ status: 503, again: true });
  });

  test('a server that is not there is worth another try', async () => {
    const nobody = openGraph({ baseUrl: 'http://127.0.0.1:9', token: async () => 't' });
    expect(await faultOf(nobody.get(inbox))).toMatchObject({ again: true });
  });

  test('a redirect is not followed: the token stays where it is', async () => {
    answer = says(302, '', { Location: `${baseUrl}/v1.0/elsewhere` });
    expect(await faultOf(graph().get(inbox))).toMatchObject({ status: 302, again: false });
    expect(asked).toHaveLength(1);
  });

  test('without a token nothing is sent, and the administrator is told what to look at', async () => {
    const token = async () => {
      throw new Error('AADSTS7000222: secret of someone@camden.example expired');
    };
    const fault = await faultOf(graph({ token }).get(inbox));
    expect(fault).toMatchObject({ status: 401, again: true });
    expect(fault.message).toContain('Check MicrosoftAppId');
    expect(fault.message).not.toContain('someone@camden.example');
    expect(asked).toHaveLength(0);
  });

  test('at most four at a time go to one mailbox, and other mailboxes do not wait for it', async () => {
    const open: ServerResponse[] = [];
    let most = 0;
    const count = (url: string | undefined) => open.filter((each) => each.req.url === url).length;
    let arrivals = () => {};
    answer = (request, response) => {
      open.push(response);
      most = Math.max(most, count(request.url));
      arrivals();
    };
    const until = (test: () => boolean) =>
      new Promise<void>((resolve) => {
        arrivals = () => test() && resolve();
        arrivals();
      });
    const client = graph();
    const busy = Array.from({ length: 9 }, (_, index) =>
      client.get({
        doing: 'read',
        path: index % 2 ? '/users/A%40x.example/messages' : '/users/a%40x.example/messages',
      }),
    );
    const other = client.get({ doing: 'read', path: '/users/b%40x.example/messages' });
    await until(() => open.length === 5);
    expect(asked.filter(({ url }) => url?.includes('b%40'))).toHaveLength(1);
    let answered = 0;
    while (answered < 10) {
      await until(() => open.length > 0);
      expect(open.filter((each) => each.req.url?.toLowerCase().includes('/users/a%40')).length).toBeLessThanOrEqual(4);
      write(open.shift(), 200, { 'Content-Type': 'application/json' }, '{}');
      answered += 1;
    }
    await Promise.all([...busy, other]);
    expect(asked).toHaveLength(10);
    expect(most).toBeLessThanOrEqual(4);
  });

  test('a link of this Graph becomes a path again, and one that leads elsewhere nothing', () => {
    expect(graph().pathOf(`${baseUrl}/v1.0/users('a')/messages/delta?$deltatoken=x%2By`)).toBe(
      "/users('a')/messages/delta?$deltatoken=x%2By",
    );
    expect(graph().pathOf('https://graph.example/v1.0/users')).toBeUndefined();
    expect(graph().pathOf(`${baseUrl}.evil.example/v1.0/users`)).toBeUndefined();
  });
});

describe('An address that Graph hands out', () => {
  const doing = 'attach a part';
  const part = { bytes: Buffer.from('Kayleigh'), range: 'bytes 0-7/20' };

  test('is sent what it asks for, and neither our token nor our preferences', async () => {
    let body = '';
    answer = (request, response) => {
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => write(response, 200, {}, '{"nextExpectedRanges":["8"]}'));
    };
    const url = `${baseUrl.replace('/graph', '')}/uploads/1?authtoken=x`;
    await expect(graph().handedOut({ doing, url, mailbox: 'a', part })).resolves.toEqual({ nextExpectedRanges: ['8'] });
    expect(body).toBe('Kayleigh');
    expect(asked[0]).toMatchObject({ method: 'PUT', url: '/uploads/1?authtoken=x' });
    expect(asked[0]?.headers).toMatchObject({ 'content-range': 'bytes 0-7/20', 'content-length': '8' });
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
    expect(asked[0]?.headers).not.toHaveProperty('prefer');
  });

  test.each(['http://elsewhere.example/uploads/1', 'file:///etc/passwd', 'nonsense'])(
    'is not used where the line is open: %s',
    async (url) => {
      const fault = await faultOf(graph().handedOut({ doing, url, mailbox: 'a', part }));
      expect(fault).toMatchObject({ again: false, message: expect.stringContaining("not Microsoft Graph's") });
    },
  );

  test('on this machine is not used by a Graph that is elsewhere', async () => {
    const elsewhere = openGraph({ baseUrl: 'https://graph.example', token: async () => 't' });
    await faultOf(elsewhere.handedOut({ doing, url: `${baseUrl}/uploads/1`, mailbox: 'a', part }));
    expect(asked).toHaveLength(0);
  });
});

describe('A token', () => {
  const app = { type: 'SingleTenant', id: 'i', tenantId: 't', password: 'p' } as const;

  test('for the sandbox is a fixed one, even beside credentials: a real one never goes to this machine', async () => {
    expect(await tokenSource('http://127.0.0.1:3979/graph', undefined)()).toBe(SANDBOX_TOKEN);
    expect(await tokenSource('http://localhost:3979/graph', app)()).toBe(SANDBOX_TOKEN);
  });

  test('for anywhere else needs credentials and encryption', () => {
    expect(() => tokenSource('https://graph.microsoft.com', undefined)).toThrow('MicrosoftAppId is not set');
    expect(() => tokenSource('http://graph.example', app)).toThrow('has to start with https://');
    expect(() => tokenSource('http://127.0.0.1.evil.example', undefined)).toThrow('MicrosoftAppId is not set');
  });
});
