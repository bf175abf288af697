/** kill -9 at every effect of the whole story: before each call that changes something outside, and after it. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { loadMasterKey } from '../../src/adapters/master-key.ts';
import { openStore } from '../../src/adapters/store/open.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';
import { mailsIn, type Persona } from './person.ts';
import { type Product, ROOT, startProduct, temporaryFolder } from './product.ts';
import { acceptFamily, type Cast, cast, closeCase, holdVisit, nameTeam, refer, tickMosaic } from './scenes.ts';

jest.setTimeout(300_000);

const dataDir = temporaryFolder();
const plan = join(dataDir, 'crash-plan.txt');
let product: Product;
let people: Cast;
let reference: string;

beforeAll(async () => {
  product = await startProduct({
    dataDir,
    start: '2026-12-17T10:00:00Z',
    apart: {
      node: ['--import', join(ROOT, 'test/setup/crash.ts')],
      environment: { CRASH_PLAN: plan },
      supervised: true,
    },
  });
  people = cast(product);
});
afterAll(async () => {
  await product?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('the whole story goes through, whatever dies on the way', async () => {
  reference = await refer(product, people);
  await nameTeam(product, people, reference);
  await acceptFamily(product, people, reference);
  await holdVisit(product, people, reference);
  await tickMosaic(product, people, reference);
  const closed = await closeCase(product, people, reference);
  expect(closed.words).toContain('Today: Early Help');

  const effects = new Set(readFileSync(plan, 'utf8').split('\n').filter(Boolean));
  console.log(
    `Killed ${product.deaths()} times, before and after ${effects.size} different effects:\n${[...effects].join('\n')}`,
  );
  expect(effects.size).toBeGreaterThan(10);
  expect(product.deaths()).toBeGreaterThanOrEqual(2 * effects.size);
});

test('no mail came twice, and none is lost', async () => {
  const boxes = ['EHstepdown@camden.example', ...Object.values(people).map(({ mail }) => mail)];
  const mails: { box: string; subject: string }[] = [];
  for (const box of boxes) {
    for (const { subject } of await mailsIn(product, box))
      if (subject.includes(reference)) mails.push({ box, subject });
  }
  const ours = mails.filter(({ subject }) => !/consultation|joint visit/i.test(subject));
  expect(ours).toContainEqual({ box: 'EHstepdown@camden.example', subject: `${reference} Step down referral` });
  expect(ours).toContainEqual({ box: 'amara.okafor@camden.example', subject: `${reference} Team named` });
  expect(new Set(ours.map((mail) => JSON.stringify(mail))).size).toBe(ours.length);
});

test('no meeting was booked twice', async () => {
  for (const person of Object.values(people) as Persona[]) {
    const ours = (await person.diary()).filter(
      ({ subject, isCancelled }) => subject.includes(reference) && !isCancelled,
    );
    expect(new Set(ours.map(({ subject }) => subject)).size).toBe(ours.length);
  }
  const meetings = (await people.socialWorker.diary()).filter(({ subject }) => subject.includes(reference));
  expect(meetings.map(({ subject }) => subject).sort()).toEqual([
    `${reference} Consultation`,
    `${reference} Joint visit`,
  ]);
});

test('the chain of events is whole, and each press stands in it once', async () => {
  await product.stop();
  const file = join(dataDir, 'stepwise.sqlite');
  const masterKey = loadMasterKey({ fromEnvironment: undefined, file: join(dataDir, 'master.key'), mayMake: false });
  const store = await openStore({ file, masterKey, now: () => parseInstant('2027-01-05T17:00:00Z') });
  expect(await store.verifyChains()).toBeUndefined();
  const row = await store.caseByReference(reference);
  expect(row).toMatchObject({ status: 'ended', holder: 'early-help' });
  const facts = (await store.events(row?.id ?? '')).flatMap(({ event }) => ('fact' in event ? [event.fact] : []));
  for (const fact of [
    'request.sent',
    'request.received',
    'front-door.team',
    'consultation.booked',
    'acceptance.accepted',
    'worker',
    'joint-visit.booked',
    'joint-visit.held',
    'section-4',
    'next-actions',
    'duty-action',
    'close',
  ]) {
    expect([fact, facts.filter((each) => each === fact).length]).toEqual([fact, 1]);
  }
  await store.close();
});
