/**
 * A small tenant with the sandbox's real Graph server on a free port, the product's own client on it, and the means to make
 * trouble: faults on request, and a connection that is cut after any call.
 */
import type { AddressInfo } from 'node:net';
import restify from 'restify';
import { type Graph, openGraph } from '../../../src/adapters/graph/client.ts';
import { tokenSource } from '../../../src/adapters/graph/token.ts';
import { type Instant, parseInstant, writeInstant } from '../../../src/domain/time/instant.ts';
import type { Group, Person, SandboxContext } from '../../../src/sandbox/context.ts';
import type { LogEntry } from '../../../src/sandbox/graph/log.ts';
import { registerGraph } from '../../../src/sandbox/graph/server.ts';
import { openState } from '../../../src/sandbox/state.ts';
import { assertGraphContract, graphContractIsHere } from '../../graph-contract.ts';

const id = (kind: string, number: number) => `5a7d0c1e-0000-4000-8000-${kind}${String(number).padStart(11, '0')}`;

/** Thirty invented people, worker1@camden.example to worker30. */
export const PEOPLE: readonly Person[] = Array.from({ length: 30 }, (_, index) => ({
  id: id('1', index + 1),
  aadObjectId: id('1', index + 1),
  name: `Worker ${index + 1}`,
  mail: `worker${index + 1}@camden.example`,
  role: 'family-worker',
  title: 'Family worker',
  team: 'Euston',
  council: 'camden',
  busy: [],
}));

export const STEP_DOWN = 'EHstepdown@camden.example';
export const FRONT_DOOR = 'front.door@camden.example';

const groupId = (number: number) => id('a', number);
export const groups = (...members: readonly (readonly number[])[]): Group[] =>
  members.map((numbers, index) => ({
    id: groupId(index + 1),
    name: `Group ${index + 1}`,
    members: numbers.map((number) => id('1', number)),
  }));

/** Just enough of a message or event, as Graph shows it to anybody. */
export interface Shown {
  readonly id: string;
  readonly subject: string;
  readonly [name: string]: unknown;
}

export interface TestTenant {
  readonly baseUrl: string;
  readonly graph: Graph;
  /** A client whose `n`th call is carried out, and whose answer is then lost. */
  cutAfter(n: number): Graph;
  /** Asks the sandbox to fail. */
  fault(fault: Record<string, unknown>): Promise<void>;
  /** Somebody else's hand: Outlook, or a test. */
  outlook<T>(method: string, path: string, body?: object): Promise<T>;
  /** What stands in a folder of a mailbox. */
  folder(mailbox: string, folder: 'inbox' | 'drafts' | 'sentitems'): Promise<readonly Shown[]>;
  /** A mail from outside, or from wherever `more` says: `from`, `text`, `attachments`. */
  deliver(
    mailbox: string,
    subject: string,
    more?: object,
  ): Promise<{ readonly id: string; readonly internetMessageId: string }>;
  /** What the product has asked, as `POST /users/…/send`. */
  calls(): Promise<readonly LogEntry[]>;
  now: Instant;
  close(): Promise<void>;
}

/** What the product asked of the tenants that were closed so far, and what it was answered. */
const asked: LogEntry[] = [];

/** To stand last in a file: every request and answer of its tests, held against Microsoft's description where that is here. */
export function holdAgainstContract(): void {
  (graphContractIsHere ? test : test.skip)(
    'every request and answer of these tests is as Microsoft describes it',
    () => {
      expect(asked.length).toBeGreaterThan(10);
      assertGraphContract(asked);
    },
  );
}

export async function openTenant(inGroups: readonly Group[] = []): Promise<TestTenant> {
  const server = restify.createServer({ handleUncaughtExceptions: false });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const baseUrl = `${root}/graph`;
  const state = openState(':memory:');
  const time = { now: parseInstant('2026-12-18T18:45:00Z') };
  const reading = () => ({ now: time.now, ticking: false, london: writeInstant(time.now) });
  const context: SandboxContext = {
    state,
    clock: {
      now: () => time.now,
      london: () => writeInstant(time.now),
      reading,
      move: async () => ({ ...reading(), stops: [], carriedOut: 0, bot: 'not reachable' }),
    },
    tenant: {
      id: id('0', 1),
      domains: ['camden.example'],
      councils: [{ id: 'camden', name: 'Camden' }],
      people: PEOPLE,
      groups: inGroups,
      teams: [],
      mailboxes: [
        { council: 'camden', id: id('f', 1), name: 'Early Help step down', mail: STEP_DOWN },
        { council: 'camden', id: id('f', 2), name: 'Front door', mail: FRONT_DOOR },
      ],
    },
    urls: {
      page: root,
      messages: `${root}/api/messages`,
      graph: baseUrl,
      teams: `${root}/connector/`,
      clock: `${root}/clock`,
      bot: root,
    },
    botMessagesUrl: `${root}/api/messages`,
    dataDir: '',
  };
  const sandbox = registerGraph(server, context);
  const token = tokenSource(baseUrl, undefined);
  // The page's header keeps what other hands do out of the product's calls.
  const byHand = { 'Content-Type': 'application/json', 'x-sandbox-page': 'yes' };

  async function outlook<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${baseUrl}/v1.0${path}`, {
      method,
      headers: { ...byHand, Authorization: `Bearer ${await token()}`, Prefer: 'IdType="ImmutableId"' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  const tenant: TestTenant = {
    baseUrl,
    graph: openGraph({ baseUrl, token }),
    cutAfter(n) {
      let calls = 0;
      const cut: typeof fetch = async (input, init) => {
        const answer = await fetch(input, init);
        calls += 1;
        if (calls !== n) return answer;
        await answer.arrayBuffer();
        throw new TypeError('fetch failed');
      };
      return openGraph({ baseUrl, token, fetch: cut });
    },
    async fault(fault) {
      const answer = await fetch(`${root}/sandbox/faults`, {
        method: 'POST',
        headers: byHand,
        body: JSON.stringify(fault),
      });
      if (answer.status !== 201) throw new Error(await answer.text());
    },
    outlook,
    async folder(mailbox, folder) {
      const path = `/users/${mailbox}/mailFolders/${folder}/messages?$top=500`;
      return (await outlook<{ value: Shown[] }>('GET', path)).value;
    },
    async deliver(mailbox, subject, more = {}) {
      const said = { from: { name: 'Worker 1', address: 'worker1@camden.example' }, text: 'Please see attached.' };
      const answer = await fetch(`${root}/sandbox/mail`, {
        method: 'POST',
        headers: byHand,
        body: JSON.stringify({ ...said, to: [mailbox], subject, ...more }),
      });
      const { delivered } = (await answer.json()) as { delivered?: { id: string; internetMessageId: string }[] };
      if (!delivered?.[0]) throw new Error(`${mailbox} took nothing: ${answer.status}`);
      return delivered[0];
    },
    async calls() {
      const log = (await (await fetch(`${root}/sandbox/graph-log`)).json()) as LogEntry[];
      return log.filter(({ by }) => by === 'app');
    },
    get now() {
      return time.now;
    },
    set now(now) {
      time.now = now;
    },
    async close() {
      asked.push(...(await tenant.calls()));
      sandbox.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.server.closeAllConnections();
      });
      state.close();
    },
  };
  return tenant;
}
