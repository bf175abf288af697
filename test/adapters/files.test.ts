/** Only Microsoft's own file stores are asked, and nothing leads anywhere else. A server of this test stands in for OneDrive, and one for elsewhere. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { droppedFiles } from '../../src/adapters/files.ts';

const open: Server[] = [];
const asked: string[] = [];

async function serve(answer: (path: string) => { status: number; headers?: Record<string, string>; body?: string }) {
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/slow') return;
    const { status, headers = {}, body = '' } = answer(request.url ?? '');
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let elsewhere: string;
let store: string;
beforeAll(async () => {
  elsewhere = await serve(() => ({ status: 200, body: 'the secrets of another machine' }));
  store = await serve((path) => {
    switch (path) {
      case '/plan.pdf':
        return { status: 200, body: '%PDF made up' };
      case '/moved':
        return { status: 302, headers: { location: '/plan.pdf' } };
      case '/away':
        return { status: 302, headers: { location: `${elsewhere}/plan.pdf` } };
      case '/round':
        return { status: 302, headers: { location: '/round' } };
      case '/large':
        return { status: 200, body: 'x'.repeat(2000) };
      case '/empty':
        return { status: 200 };
      default:
        return { status: 404, body: 'Not here.' };
    }
  });
});
afterAll(async () => {
  for (const server of open) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

const files = (longestMs = 5_000) => droppedFiles({ alsoFrom: store, largest: 1000, longestMs });

test('a file is fetched, also where the store itself moved it', async () => {
  for (const path of ['/plan.pdf', '/moved']) {
    const bytes = await files().fetch(`${store}${path}`);
    expect(bytes instanceof Uint8Array && Buffer.from(bytes).toString()).toBe('%PDF made up');
  }
});

test.each([
  ['another host of this machine', () => `${elsewhere}/plan.pdf`],
  ['another port of the same host', () => `${store.replace(/:\d+$/, ':1')}/plan.pdf`],
  ['this machine by name', () => `${store.replace('127.0.0.1', 'localhost')}/plan.pdf`],
  ['a store without https', () => 'http://made-up.sharepoint.com/plan.pdf'],
  ['a host that only ends like one', () => 'https://made-upsharepoint.com/plan.pdf'],
  ['a host that only begins like one', () => 'https://made-up.sharepoint.com.example/plan.pdf'],
  ['a store with a port of its own', () => 'https://made-up.sharepoint.com:8443/plan.pdf'],
  ['a store with a name and a password', () => 'https://made-up.sharepoint.com@elsewhere.example/plan.pdf'],
  ['the addresses of a cloud machine itself', () => 'http://169.254.169.254/metadata'],
  ['a file of this machine', () => 'file:///etc/hostname'],
  ['no address', () => 'plan.pdf'],
])('%s is not asked', async (_, url) => {
  asked.length = 0;
  expect(await files().fetch(url())).toEqual({ unfetched: 'elsewhere' });
  expect(asked).toEqual([]);
});

test('a store that leads elsewhere is not followed there', async () => {
  asked.length = 0;
  expect(await files().fetch(`${store}/away`)).toEqual({ unfetched: 'elsewhere' });
  expect(asked).toEqual(['/away']);
  expect(await files().fetch(`${store}/round`)).toEqual({ unfetched: 'elsewhere' });
});

test('beside a real tenant no address of this machine is asked', async () => {
  expect(await droppedFiles().fetch(`${store}/plan.pdf`)).toEqual({ unfetched: 'elsewhere' });
});

test('what is too large, empty, gone or too slow is said, and nothing of it is kept', async () => {
  expect(await files().fetch(`${store}/large`)).toEqual({ unfetched: 'too-large' });
  expect(await files().fetch(`${store}/empty`)).toEqual({ unfetched: 'empty' });
  expect(await files().fetch(`${store}/nowhere`)).toEqual({ unfetched: 'gone' });
  expect(await files(50).fetch(`${store}/slow`)).toEqual({ unfetched: 'too-slow' });
});
