/** The `stepwise` command from outside: what is printed where, and the exit codes that scripts rely on. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { draw } from '../../src/cli/draw.ts';
import { findPerson, playgroundConfig, type Sandbox } from '../../src/cli/playground.ts';
import { json, ROOT, stepwise } from './run-stepwise.ts';

// Each answer is a process of its own, which waits its turn on a busy machine.
jest.setTimeout(60_000);

/** Nobody listens there: port 1 belongs to a service of 1988. */
const NOBODY = { PORT: '1' };

test('no command, an unknown one and an unknown option print usage on standard error and end with 2', async () => {
  for (const args of [[], ['timline'], ['protocols', '--jsn']]) {
    const { exit, out, err } = await stepwise(args);
    expect([args, exit, out]).toEqual([args, 2, '']);
    expect(err).toContain('stepwise');
  }
  expect((await stepwise(['timline'])).err).toContain('Did you mean "timeline"?');
});

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
});

describe('protocols', () => {
  interface Listed {
    readonly councils: readonly {
      readonly id: string;
      readonly pathways: readonly {
        readonly pathway: string;
        readonly direction: string;
        readonly steps: readonly { readonly id: string }[];
        readonly rules: readonly string[];
      }[];
      readonly rules: readonly string[];
      readonly notCarried: readonly { readonly rule: string; readonly as: string; readonly why: string }[];
      readonly ambiguities: readonly { readonly id: string; readonly built: string }[];
      readonly settings: readonly { readonly setting: string; readonly default: string; readonly options: string[] }[];
    }[];
  }
  let councils: Listed['councils'] = [];
  beforeAll(async () => {
    ({ councils } = await json<Listed>(['protocols']));
  });

  test('lists councils, pathways, their direction, their steps and the rules that they carry', () => {
    const pathways = councils.flatMap((council) => council.pathways);
    const pathway = pathways.find((each) => each.pathway === 'camden/after-assessment');
    expect(pathway?.direction).toBe('step-down');
    expect(pathway?.steps.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['front-door', 'consultation', 'joint-visit', 'close']),
    );
    expect(pathway?.rules).toEqual(expect.arrayContaining(['CAM-A-14', 'CAM-A-08', 'CAM-G-04']));
    const without = pathways.filter(({ steps, rules }) => steps.length === 0 || rules.length === 0);
    expect(without.map((each) => each.pathway)).toEqual([]);
    expect([...new Set(pathways.map(({ direction }) => direction))].sort()).toEqual([
      'step-back',
      'step-down',
      'step-in',
      'step-up',
    ]);
  });

  test('gives a reason for what is not carried, a reading for each doubt, and the switches', () => {
    expect(councils.map(({ id }) => id)).toEqual(['barnsley', 'camden', 'herefordshire', 'knowsley']);
    for (const { notCarried, ambiguities, settings } of councils) {
      expect(notCarried.filter(({ why }) => why === '')).toEqual([]);
      expect(ambiguities.filter(({ built }) => built === '')).toEqual([]);
      expect(settings.filter((each) => !each.options.includes(each.default))).toEqual([]);
      expect(settings.map(({ setting }) => setting)).toContain('late-events');
    }
  });

  test('carries no rule in a council that it lists as not carried there', () => {
    const both = councils.flatMap(({ rules, notCarried }) =>
      notCarried.filter(({ rule }) => rules.includes(rule)).map(({ rule }) => rule),
    );
    expect(both).toEqual([]);
  });

  const ledger = join(ROOT, '../shared/rules-ledger.json');
  (existsSync(ledger) ? test : test.skip)(
    'carries or lists each of the 311 rules of the ledger (skipped where it is not beside the project)',
    () => {
      const rules = (JSON.parse(readFileSync(ledger, 'utf8')) as readonly { readonly id: string }[]).map(
        ({ id }) => id,
      );
      expect(rules).toHaveLength(311);
      const told = new Set(
        councils.flatMap((council) => [...council.rules, ...council.notCarried.map(({ rule }) => rule)]),
      );
      expect(rules.filter((rule) => !told.has(rule))).toEqual([]);
      expect([...told].filter((rule) => !rules.includes(rule))).toEqual([]);
    },
  );
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
  });

  interface Shown {
    readonly pathway: string;
    readonly moved?: readonly { readonly from: string; readonly to: string }[];
    readonly agencies?: readonly string[];
    readonly steps: readonly Readonly<Record<string, unknown>>[];
  }
  const show = async (pathway: string, told: readonly string[], set: readonly string[] = []) => {
    const shown = await json<Shown>([
      'timeline',
      pathway,
      ...told.flatMap((fact) => ['--fact', fact]),
      ...set.flatMap((each) => ['--set', each]),
    ]);
    return { ...shown, step: (id: string) => shown.steps.find((each) => each.step === id) };
  };
  const PLAN_SHARED = [
    ...['agreement=2026-11-16', 'proposal=2026-11-16T10:00', 'authorise.agreed=2026-11-17T09:00'],
    ...['request=2026-11-18T10:00', 'request.sent=2026-11-18T10:01', 'worker=2026-11-18T12:00'],
    ...['threshold.appropriate=2026-11-18T13:00', 'plan=2026-11-19T09:00', 'plan-shared=2026-11-23'],
    ...['consent-confirmed=2026-11-23T10:00', 'continue=2026-11-24T09:00', 'partners=2026-11-25T10:10'],
  ];

  test('a series goes on from the last time, and says when that was', async () => {
    const { step } = await show('herefordshire/open-to-early-help', [...PLAN_SHARED, 'taf.held=2026-12-17T10:00']);
    expect(step('taf')).toMatchObject({ state: 'open', last: '2026-12-17T10:00:00.000Z', due: '2027-01-28' });
  });

  test('two agencies are named, and one may be further than the other', async () => {
    const { agencies, step } = await show('herefordshire/open-to-early-help', [
      ...PLAN_SHARED,
      'a1.share-consent.given=2026-11-25T11:00',
    ]);
    expect(agencies).toEqual(['a1', 'a2']);
    expect(step('share-plan')).toMatchObject({
      state: 'open',
      instances: [
        { of: 'a1', state: 'open' },
        { of: 'a2', state: 'waiting' },
      ],
    });
  });

  test('a forum whose days the council has not set gives no date, and says so', async () => {
    const { step } = await show('herefordshire/open-to-early-help', [
      ...PLAN_SHARED,
      'proposal.team.hereford=2026-11-16T10:00',
      'mag-consent.given=2026-11-25T11:00',
    ]);
    expect(step('mag')).toMatchObject({ state: 'open', due: null });
    expect(step('mag')?.noDate).toMatch(/^The council has not set the day of the Multi Agency Group/);
  });

  test('where nobody is found the case moves, and keeps what was recorded', async () => {
    const told = ['agreement=2026-11-16', 'proposal=2026-11-16T10:00', 'decision.agreed=2026-11-17T09:00'];
    const shown = await show('barnsley/step-down-with-lead', [...told, 'lead.none-found=2026-11-18T10:00']);
    expect(shown.pathway).toBe('barnsley/step-down-no-lead');
    expect(shown.moved).toEqual([
      { at: '2026-11-18T10:00:00.000Z', from: 'barnsley/step-down-with-lead', to: 'barnsley/step-down-no-lead' },
    ]);
    expect(shown.step('decision')).toMatchObject({ state: 'done' });
    expect(shown.step('one-to-one')?.blockedBy).toEqual(['The family must agree to the request first (BSC-G-05).']);
  });

  test('switches are taken as the ledger prints them; a course of the family is a fact', async () => {
    const told = ['agreement=2026-11-16', 'proposal=2026-11-16T10:00', 'decision.agreed=2026-11-17T09:00'];
    const named = [...told, 'lead.named=2026-11-18T10:00'];
    expect((await show('barnsley/step-down-with-lead', named)).step('handover')?.due).toBe('2026-11-25');
    const working = await show('barnsley/step-down-with-lead', named, ['unit=workingDays']);
    expect(working.step('handover')?.due).toBe('2026-11-27');
    const course = await stepwise(['timeline', 'barnsley/step-down-with-lead', '--set', 'decision=agreed']);
    expect([course.exit, course.err]).toEqual([2, expect.stringContaining('--fact decision.agreed=')]);
    expect((await stepwise(['timeline', 'barnsley/step-down-with-lead', '--set', 'unit=fortnights'])).exit).toBe(1);
  });
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
      const nodes = new Set(lines.flatMap((line) => /^\s+((?:s|end|start)_\w+)[^\w\s]/.exec(line)?.[1] ?? []));
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
  test('finds nothing to mend in what is shipped', async () => {
    expect(await json(['check'])).toMatchObject({ ok: true, faults: [] });
  });

  test('says what each council must fill in before families depend on it, with the rule or the doubt', async () => {
    const { beforeGoLive } = await json<{
      beforeGoLive: readonly { council: string; where: string; why: string; rules: string[]; ambiguities: string[] }[];
    }>(['check']);
    expect(beforeGoLive.map(({ council, where }) => `${council} ${where}`)).toEqual([
      'barnsley safeguarding.outOfHours',
      'barnsley mailboxes.record-of-contact',
      'barnsley cycles.one-to-one-review.weekday',
      'barnsley cycles.early-help-panel.weekday',
      'camden safeguarding.daytime',
      'camden safeguarding.outOfHours',
      'herefordshire safeguarding.daytime',
      'herefordshire safeguarding.outOfHours',
      'herefordshire mailboxes.mash',
      'herefordshire cycles.transfer-meeting.weekday',
      'herefordshire cycles.mag.dates',
      'knowsley safeguarding.daytime',
      'knowsley safeguarding.outOfHours',
      'knowsley mailboxes.cp-lead',
      'knowsley cycles.qa-meeting.from',
      'knowsley cycles.step-up-log-review.from',
      'knowsley cycles.step-down-meeting.from',
    ]);
    const panel = beforeGoLive.find(({ where }) => where === 'cycles.early-help-panel.weekday');
    expect(panel).toMatchObject({ rules: ['BSP-B-15'], ambiguities: ['AMB-08'] });
    expect(panel?.why).toMatch(/^Until then there is no date for/);
    expect(beforeGoLive.filter(({ rules, why }) => rules.length === 0 || why === '')).toEqual([]);
  });

  test('lists the readings that may be changed, in words and in JSON', async () => {
    const { settings } = await json<{ settings: readonly { council: string; setting: string; now: string }[] }>([
      'check',
    ]);
    expect(settings).toContainEqual(
      expect.objectContaining({ council: 'herefordshire', setting: 'twenty-four-hours', now: 'literal' }),
    );
    const { out } = await stepwise(['check']);
    expect(out).toContain('twenty-four-hours: literal; may be changed: roll (AMB-18)');
    expect(out).toContain('day of the Early Help Panel (cycles.early-help-panel.weekday, BSP-B-15, AMB-08)');
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
      expect(told.out).toContain('Before families depend on it, fill in:');
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
