/** The `stepwise` command from outside: what is printed where, and the exit codes that scripts rely on. */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { draw } from '../../src/cli/draw.ts';
import { findPerson, playgroundConfig, type Sandbox } from '../../src/cli/playground.ts';
import { json, ROOT, stepwise } from './run-stepwise.ts';

/** Nobody listens there: port 1 belongs to a service of 1988. */
const NOBODY = { PORT: '1' };

test('no command, an unknown one and an unknown option print usage on standard error and end with 2', async () => {
  for (const args of [[], ['timline'], ['protocols', '--jsn']]) {
    const { exit, out, err } = await stepwise(args);
    expect([args, exit, out]).toEqual([args, 2, '']);
    expect(err).toContain('stepwise');
  }
  expect((await stepwise(['timline'])).err).toContain('Did you mean "timeline"?');
}, 20_000);

test('help is asked for, so it is no error', async () => {
  const { exit, out } = await stepwise(['--help']);
  expect(exit).toBe(0);
  expect(out).toContain('timeline');
});

test('an older Node hands over to the one of the install', async () => {
  const older = olderNode();
  if (older === undefined) return console.log('skipped: this machine has no older Node');
  const { exit, out } = await stepwise(['due', 'CAM-A-14', '--from', '2026-12-18T18:45:00Z', '--json'], {
    node: older,
  });
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toHaveProperty('due', '2026-12-22');
  expect((await stepwise(['nonsense'], { node: older })).exit).toBe(2);
}, 20_000);

test('protocols lists councils, pathways, steps and the rules that they carry', async () => {
  const { councils } = await json<{
    councils: {
      id: string;
      pathways: { pathway: string; direction: string; steps: { id: string }[]; rules: string[] }[];
    }[];
  }>(['protocols']);
  const pathway = councils
    .flatMap((council) => council.pathways)
    .find((each) => each.pathway === 'camden/after-assessment');
  expect(pathway?.direction).toBe('step-down');
  expect(pathway?.steps.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['front-door', 'consultation', 'joint-visit', 'close']),
  );
  expect(pathway?.rules).toEqual(expect.arrayContaining(['CAM-A-14', 'CAM-A-08', 'CAM-G-04']));
});

describe('timeline', () => {
  const facts = [
    'agreement=2026-12-16',
    'assessment-completed=2026-12-17',
    'request.received=2026-12-18T18:45:00Z',
  ].flatMap((fact) => ['--fact', fact]);

  test('shows every step with state, owner, due, act-by and reasons', async () => {
    const shown = await json<{ holder: string; steps: Record<string, unknown>[] }>([
      'timeline',
      'camden/after-assessment',
      ...facts,
    ]);
    expect(shown.holder).toBe('social-care');
    expect(shown.steps).toHaveLength(Object.keys(loadProtocols().get('camden/after-assessment').steps).length);
    const step = (id: string) => shown.steps.find((each) => each.step === id);
    expect(step('front-door')).toMatchObject({
      state: 'open',
      owner: ['front-door manager'],
      due: '2026-12-22',
      actBy: '2026-12-22',
    });
    expect(step('close')).toMatchObject({ state: 'open', due: '2027-01-05' });
    expect(step('close')?.blockedBy).toContain('The joint visit comes first (CAM-A-08).');
    expect(step('consultation')).toMatchObject({ state: 'waiting', due: '2026-12-29' });
    expect(step('new-times')).toMatchObject({ state: 'waiting', due: null });
  });

  test('in words says each reason once', async () => {
    const { out } = await stepwise(['timeline', 'camden/after-assessment', ...facts]);
    expect(out).toContain('answer the social worker');
    expect(out.match(/when the assessment was completed/g)).toHaveLength(1);
  });

  test('a fact of another name is a no that guesses; one without a time is bad usage', async () => {
    const unknown = await stepwise(['timeline', 'camden/after-assessment', '--fact', 'asessment-completed=2026-12-17']);
    expect([unknown.exit, unknown.err]).toEqual([1, expect.stringContaining('did you mean "assessment-completed"?')]);
    expect((await stepwise(['timeline', 'camden/after-assessment', '--fact', 'agreement'])).exit).toBe(2);
    expect((await stepwise(['timeline', 'camden/nowhere'])).exit).toBe(1);
    expect((await stepwise(['timeline'])).exit).toBe(2);
  }, 20_000);
});

describe('draw', () => {
  const protocols = loadProtocols();

  test.each(protocols.all().map((protocol) => [protocol.id, protocol] as const))('%s', (_, protocol) => {
    expect(draw(protocol)).toMatchSnapshot();
  });

  test.each(protocols.all().map((protocol) => [protocol.id, protocol] as const))(
    '%s: every step is in a lane, every arrow joins what is drawn',
    (_, protocol) => {
      const lines = draw(protocol).split('\n');
      const nodes = new Set(lines.flatMap((line) => /^\s+((?:s|end)_\w+)[^\w\s]/.exec(line)?.[1] ?? []));
      for (const step of Object.keys(protocol.steps)) expect(nodes).toContain(`s_${step.replaceAll('-', '_')}`);
      const arrows = lines.filter((line) => / (-->|-\.->|==>)/.test(line));
      expect(arrows.length).toBeGreaterThan(10);
      for (const arrow of arrows) {
        const [, from, to] = /^ {2}(\w+) (?:-->|-\.->|==>)(?:\|"[^"]*"\|)? (\w+)$/.exec(arrow) ?? [];
        expect([arrow, nodes.has(from ?? ''), nodes.has(to ?? '')]).toEqual([arrow, true, true]);
      }
    },
  );

  test('words of a label cannot break the drawing', () => {
    const protocol = protocols.get('camden/after-assessment');
    const agreement = protocol.steps.agreement;
    if (!agreement) throw new Error('no agreement');
    const drawn = draw({ ...protocol, steps: { agreement: { ...agreement, title: 'a "b" [c] <d> {e} |f| #g' } } });
    expect(drawn).toContain('a #34;b#34; #91;c#93; #60;d#62; #123;e#125; #124;f#124; #35;g');
  });

  test('is printed, or put into JSON', async () => {
    expect(await json(['draw', 'camden/after-assessment'])).toMatchObject({
      mermaid: expect.stringContaining('flowchart'),
    });
  });
});

describe('check', () => {
  test('finds nothing to mend in what is shipped, and says what a council must fill in first', async () => {
    const checked = await json<{ ok: boolean; faults: string[]; beforeGoLive: string[] }>(['check']);
    expect(checked).toMatchObject({ ok: true, faults: [] });
  });

  test('for going live, missing settings are faults', async () => {
    const { exit, out } = await stepwise(['check', '--go-live']);
    expect(exit).toBe(1);
    expect(out).toContain('MASTER_KEY');
  });

  test('names a wrong setting', async () => {
    const { exit, out } = await stepwise(['check'], { env: { PORT: 'eighty' } });
    expect(exit).toBe(1);
    expect(out).toContain('PORT');
  });
});

describe('doctor', () => {
  test('says so where no bot answers', async () => {
    const { exit, err } = await stepwise(['doctor'], { env: NOBODY });
    expect(exit).toBe(1);
    expect(err).toContain('No bot answers on port 1.');
  });

  test.each([
    [200, 'is well', 0],
    [503, 'needs help', 1],
  ] as const)('tells in words what a bot answers with %i', async (status, words, exit) => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/readyz' ? status : 404, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          store: 'works',
          Graph: status === 200 ? 'works' : 'answers 401: look at the app registration',
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const told = await stepwise(['doctor'], { env: { PORT: String((server.address() as AddressInfo).port) } });
      expect([told.exit, told.out]).toEqual([exit, expect.stringContaining(words)]);
      expect(told.out).toContain('Graph');
    } finally {
      server.close();
    }
  });
});

describe('playground', () => {
  const person = (id: string, name: string, role: string) => ({
    aadObjectId: id,
    name,
    mail: `${id}@council.example`,
    role,
    council: 'camden',
  });
  const sandbox: Sandbox = {
    tenantId: 'tenant',
    people: [
      person('1', 'Dawn Ellery', 'front-door-manager'),
      person('2', 'Amara Okafor', 'social-worker'),
      person('3', 'Ben Whitlock', 'social-worker'),
      ...['4', '5', '6', '7'].map((id) => person(id, `Person ${id}`, 'family-worker')),
    ],
    teams: [
      { id: '19:sw', groupId: 'g1', name: 'Social work' },
      { id: '19:fd', groupId: 'g2', name: 'Front door' },
    ],
    channels: [{ id: '19:fd-c', name: 'Step down', team: '19:fd' }],
  };

  test('says in a sentence that no bot is running', async () => {
    const { exit, err } = await stepwise(['playground'], { env: NOBODY });
    expect(exit).toBe(1);
    expect(err.trim()).toBe('No bot answers on port 1. Start it with "npm start", or say where it is: PORT=<port>.');
  });

  test('acts as the first who may open a case, or as the person named', () => {
    expect(findPerson(sandbox, undefined)).toHaveProperty('name', 'Amara Okafor');
    expect(findPerson(sandbox, 'ellery')).toHaveProperty('aadObjectId', '1');
    expect(findPerson(sandbox, '3')).toHaveProperty('name', 'Ben Whitlock');
    expect(findPerson(sandbox, 'Dawn Elery')).toEqual({
      error: expect.stringContaining('Did you mean "Dawn Ellery"?'),
    });
  });

  test("has the sandbox's tenant, exactly five others, and the front door's one channel", () => {
    const amara = sandbox.people[1];
    if (!amara) throw new Error('nobody');
    const config = playgroundConfig(sandbox, amara, { team: '19:fd', channel: '19:fd-c' });
    expect(config).toMatchObject({
      tenantId: 'tenant',
      currentUser: { aadObjectId: '2', givenName: 'Amara', surname: 'Okafor' },
      team: { id: '19:fd', aadGroupId: 'g2', channels: [{ id: '19:fd-c', name: 'Step down' }] },
    });
    const { users } = config as { users: { aadObjectId: string }[] };
    expect(users).toHaveLength(5);
    expect(users.map(({ aadObjectId }) => aadObjectId)).not.toContain('2');
  });
});

/** A Node of this machine, outside the install, that is too old to read TypeScript. */
function olderNode(): string | undefined {
  const path = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  for (const folder of path) {
    try {
      const version = execFileSync(`${folder}/node`, ['--version'], {
        encoding: 'utf8',
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      if (Number.parseInt(version.slice(1), 10) < 24) return `${folder}/node`;
    } catch {
      // No Node in that folder.
    }
  }
  return undefined;
}
