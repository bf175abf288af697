/**
 * A watched mailbox while everything goes wrong that can: mails that are made to break their reader, Microsoft Graph that stumbles, a bot that
 * dies. Whatever happens, each mail is seen once by those who read the mailbox, as they see it themselves: in the channel and by typing "mails".
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { HOSTILE } from '../adapters/mail-reader/hostile.ts';
import { messages } from '../adapters/mail-reader/messages.ts';
import { makeGraphStumble, setAway, stumbleNoMore, stumblesLeft, subscriptionTrouble } from './outlook.ts';
import { mailsIn } from './person.ts';
import { type Product, ROOT, startProduct, temporaryFolder, until } from './product.ts';
import { type Cast, cast, FRONT_DOOR, nameTeam, openDetail, refer } from './scenes.ts';
import { deliver, forgetTokens, lineIn, outside, STRANGER, waitingMails, withOwnId, write } from './wire-mails.ts';

jest.setTimeout(240_000);

const STEP_DOWN = 'EHstepdown@camden.example';
const READ = { method: 'GET', path: '/users/*/mailFolders/*/messages/delta' } as const;
const FETCH = { method: 'GET', path: '/users/*/messages/*/$value' } as const;

const dataDir = temporaryFolder();
/** Changed before a bot is started again. */
const environment: Record<string, string> = { CRASH_PLAN: '' };
let product: Product;
let people: Cast;

beforeAll(async () => {
  product = await startProduct({
    dataDir,
    apart: { node: ['--import', join(ROOT, 'test/setup/crash.ts')], environment, supervised: true },
  });
  environment.PUBLIC_URL = product.bot;
  await restartBot();
  people = cast(product);
  await product.settle();
});
afterAll(async () => {
  await product?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function restartBot(): Promise<void> {
  await product.killBot();
  await product.startBot();
  product.acted();
}

/** Subjects of what waits that begin with these words, sorted. */
async function waitingCalled(words: string): Promise<readonly string[]> {
  const all = (await waitingMails(people.frontDoor)).map(({ subject }) => subject);
  return all.filter((subject) => subject.startsWith(words)).sort();
}

const called = (words: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${words} ${String(index + 1).padStart(2, '0')}`);
const send = (subject: string) => write(product, { to: [STEP_DOWN], subject });
const channel = async () => (await people.frontDoor.channel(FRONT_DOOR)).map(({ words }) => words);

test('Whatever a mail is made of, it is accounted for with its reason, and the next one is handled.', async () => {
  const all = { ...messages, ...Object.fromEntries(HOSTILE.map(({ name, make }) => [name, async () => make()])) };
  let number = 0;
  for (const make of Object.values(all)) {
    number += 1;
    await deliver(product, withOwnId(await make(), `mail-${number}`), STEP_DOWN);
  }
  await send('After all of them');
  expect(await waitingCalled('After all of them')).toHaveLength(1);
  await product.moveClock({ to: '2026-12-18T08:40:00Z' });

  const line = await lineIn(people.frontDoor, FRONT_DOOR, 'since I began');
  expect(line).toMatchObject({ in: number + 1, joined: 0, opened: 0, unread: 0 });
  // How many took too long is as fast as the machine is.
  expect(line.aside + line.waiting).toBe(number + 1);
  const reasons: Readonly<Record<string, string>> = {
    'too-large': 'too large to read',
    'too-many-parts': 'too many parts to read',
    'too-deep': 'too deeply nested to read',
    'header-too-long': 'header too long to read',
    'not-a-mail': 'could not be read',
  };
  for (const [reason, words] of Object.entries(reasons)) {
    const count = HOSTILE.filter(({ becomes }) => becomes === reason).length;
    expect(line.words).toContain(`${count} by Stepwise (${words})`);
  }
  expect(line.words).not.toContain('cannot account');
});

test('Graph stumbles while mails come: each is there once.', async () => {
  const kinds = [
    { status: 429, retryAfter: 40 },
    { status: 503 },
    { status: 500, after: true },
    { status: 0, after: true },
  ] as const;
  for (const kind of kinds) for (const match of [READ, FETCH]) await makeGraphStumble(product, { ...kind, match });
  for (const subject of called('Stumbling', 6)) {
    await send(subject);
    await product.quiet();
  }
  await product.moveClock({ to: '2026-12-18T09:30:00Z' });
  expect(await stumblesLeft(product)).toBe(0);
  expect(await waitingCalled('Stumbling')).toEqual(called('Stumbling', 6));
});

test('Tokens are forgotten and subscriptions are lost: what came meanwhile is there once, and what was there does not come again.', async () => {
  const before = (await waitingMails(people.frontDoor)).length;
  for (const status of [400, 410] as const) {
    await forgetTokens(product, STEP_DOWN, status);
    await send(`Forgotten ${status}`);
    await product.quiet();
  }
  expect(await subscriptionTrouble(product, 'subscriptionRemoved')).toBeGreaterThan(0);
  await send('Forgotten 500');
  await product.moveClock({ to: '2026-12-18T10:00:00Z' });
  expect(await waitingCalled('Forgotten')).toEqual(['Forgotten 400', 'Forgotten 410', 'Forgotten 500']);
  expect(await waitingMails(people.frontDoor)).toHaveLength(before + 3);
});

test('The bot dies between two pages, and again while it fetches a mail: nothing is lost, and nothing comes twice.', async () => {
  for (const match of [READ, FETCH]) {
    if (match === READ) await makeGraphStumble(product, { status: 'empty', match });
    await makeGraphStumble(product, { status: 'hang', match });
    for (const subject of called(`Killed ${match === READ ? 'a' : 'b'}`, 3)) await send(subject);
    const settled = product.settle();
    await until('Graph was not asked', async () => (await stumblesLeft(product)) === 0);
    await restartBot();
    await settled;
  }
  await product.moveClock({ to: '2026-12-18T10:30:00Z' });
  expect(await waitingCalled('Killed')).toEqual([...called('Killed a', 3), ...called('Killed b', 3)]);
});

test('A mailbox that cannot be read for too long is an alarm, once, and its end is told.', async () => {
  await makeGraphStumble(product, { status: 503, times: 1000, match: READ });
  await send('Behind the fault');
  await product.moveClock({ to: '2026-12-18T10:55:00Z' });
  const alarms = async () =>
    (await channel()).filter((words) => /^I (cannot )?read the Early Help step-down mailbox/.test(words));
  expect(await alarms()).toEqual([]);
  await product.moveClock({ to: '2026-12-18T13:00:00Z' });
  const [raised, ...more] = await alarms();
  expect(more).toEqual([]);
  expect(raised).toMatch(/^I cannot read the Early Help step-down mailbox since Fri 18 Dec 2026, 10:\d\d\./);
  expect(await waitingCalled('Behind')).toEqual([]);
  await stumbleNoMore(product);
  await product.moveClock({ to: '2026-12-18T13:45:00Z' });
  for (const words of await alarms()) expect(words).toMatch(/^I read the Early Help step-down mailbox again\./);
  expect(await waitingCalled('Behind')).toEqual(['Behind the fault']);
});

test('No mail of a machine or of ourselves is answered by the program.', async () => {
  const before = await sends();
  const own = { name: 'Early Help step down', address: STEP_DOWN };
  await write(product, { from: own, to: [STEP_DOWN], subject: 'Loop 01' });
  await write(product, {
    from: { name: 'Early Help', address: 'earlyhelp@barnsley.example' },
    to: [STEP_DOWN],
    subject: 'Loop 02',
  });
  for (const make of [messages.outOfOffice, messages.bounce, messages.list])
    await deliver(product, withOwnId(await make(), `again-${make.name}`), STEP_DOWN);
  await product.quiet();
  expect(await waitingCalled('Loop')).toEqual(called('Loop', 2));
  expect(await sends()).toBe(before);
});

test('An automatic reply to a mail of ours and one that came back are raised on the case.', async () => {
  const reference = await refer(product, people);
  await setAway(product, 'Amara Okafor', '2026-12-18T09:00:00Z', null);
  await nameTeam(product, people, reference);
  const away = await people.frontDoor.finds(`${reference}: an automatic reply came`);
  expect(away.words).toContain('Amara Okafor is away');
  expect(away.words).toContain('It answers: tell the social worker which team, to social worker.');
  const [told] = (await mailsIn(product, people.socialWorker.mail)).filter(({ subject }) =>
    subject.startsWith(`${reference} Team named`),
  );
  await deliver(product, bounceOf(told?.internetMessageId ?? '', people.socialWorker.mail), STEP_DOWN);
  const back = await people.frontDoor.finds(`An e-mail of ${reference} did not get through`);
  expect(back.words).toContain('It was: tell the social worker which team, to social worker.');
  expect(back.words).toContain('tell them in another way');
});

test('An answer is sent once, although the bot dies before and after each call.', async () => {
  await send('Answer me');
  const post = (await people.frontDoor.channel(FRONT_DOOR)).findLast(({ words }) => words.startsWith('A mail may be'));
  if (!post) throw new Error('There is no card.');
  let page = await openDetail(people.frontDoor, post, 'Open');
  page = await people.frontDoor.press(page, 'Ask for what is missing');
  page = await people.frontDoor.press(page, 'After an assessment');
  const plan = join(dataDir, 'crash-plan.txt');
  environment.CRASH_PLAN = plan;
  await restartBot();
  try {
    page = await people.frontDoor.press(page, 'Send this answer');
    await product.quiet();
    expect(page.words).toContain('Recorded. The e-mail is being sent.');
    // Met twice is killed twice: before the call, and after it. Cards that are still to be drawn anew are met later.
    const met = readFileSync(plan, 'utf8')
      .split('\n')
      .filter((each) => /\/(createReply|send)\b/.test(each));
    const times = [...Map.groupBy(met, (each) => each).values()].map((each) => each.length);
    expect(times).toEqual([2, 2]);
    const received = (await outside(product)).filter(({ to }) => to.address === STRANGER.address);
    expect(received).toHaveLength(1);
  } finally {
    environment.CRASH_PLAN = '';
    await restartBot();
  }
});

test('After a weekend without the bot every mail is there once, and one line accounts for all of it.', async () => {
  await product.moveClock({ to: '2026-12-18T17:00:00Z' });
  await product.killBot();
  for (const [index, to] of ['2026-12-19T11:00:00Z', '2026-12-20T12:00:00Z', '2026-12-21T07:45:00Z'].entries()) {
    await moveWithoutBot(to);
    await send(`Weekend 0${index + 1}`);
  }
  await product.startBot();
  await product.moveClock({ to: '2026-12-21T09:00:00Z' });
  expect(await waitingCalled('Weekend')).toEqual(called('Weekend', 3));
  const line = await lineIn(people.frontDoor, FRONT_DOOR, 'since Fri 18 Dec:');
  expect(line.in).toBe(line.joined + line.opened + line.aside + line.waiting);
  expect(line.unread).toBe(0);
  expect(line.words).not.toContain('cannot account');
});

/** How often the product has sent anything. */
async function sends(): Promise<number> {
  const log = await product.graphLog();
  return log.filter(
    ({ by, method, path }) => by === 'app' && method === 'POST' && /\/(send|sendMail|createReply)$/i.test(path),
  ).length;
}

async function moveWithoutBot(to: string): Promise<void> {
  await fetch(`${product.sandbox}/clock`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ to }),
  });
}

/** As a server says that it could not deliver. */
function bounceOf(id: string, to: string): Buffer {
  const lines = [
    'Return-Path: <>',
    'From: Mail Delivery System <MAILER-DAEMON@mx.camden.example>',
    `To: ${STEP_DOWN}`,
    'Subject: Undelivered Mail Returned to Sender',
    'Message-ID: <returned@mx.camden.example>',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Your message could not be delivered.',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.camden.example',
    '',
    `Final-Recipient: rfc822; ${to}`,
    'Action: failed',
    'Status: 5.1.1',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${id}`,
    `To: ${to}`,
    '',
    '--b--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
