/** Where a family's data may not be: posts that a channel reads, bells, subjects, logs, addresses, and the database in clear. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { graph, mailsIn, type Persona } from './person.ts';
import { type Product, startProduct } from './product.ts';
import {
  acceptFamily,
  type Cast,
  type Child,
  cast,
  closeCase,
  EUSTON,
  type Family,
  FRONT_DOOR,
  holdVisit,
  nameTeam,
  refer,
  SOCIAL_WORK,
  tickMosaic,
} from './scenes.ts';

jest.setTimeout(150_000);

/** Fifty words that occur nowhere else: names, schools, numbers, and what was told. */
const PLANTED: string[] = [];
const plant = (kind: string): string => {
  const word = `${kind}${String(PLANTED.length + 1).padStart(2, '0')}zq`;
  PLANTED.push(word);
  return word;
};

const child = (): Child => ({
  name: `${plant('Firstname')} ${plant('Surname')}`,
  born: '27 3 2015',
  mosaic: plant('79'),
  schools: `${plant('School')} and ${plant('Nursery')}`,
  support: `Help, says ${plant('Aunt')}, with ${plant('Support')}.`,
  reasons: `${plant('Reason')} at ${plant('Street')}.`,
});
const family: Family = {
  children: [child(), child(), child(), child(), child()],
  outline: `${plant('Outline')} by ${plant('Worker')}.`,
  wayBack: `If ${plant('Wayback')}, ring ${plant('0777')}.`,
};

/** An entry of a colleague's own, in the calendar on which a meeting of ours will stand. */
const OWN_BUSINESS = 'Dentistzq';

let product: Product;
let people: Cast;
let reference: string;

beforeAll(async () => {
  product = await startProduct({ start: '2026-12-17T10:00:00Z' });
  people = cast(product);
  await graph(product, 'POST', `/users/${people.eustonManager.mail}/events`, {
    subject: OWN_BUSINESS,
    start: { dateTime: '2027-02-10T16:00:00', timeZone: 'UTC' },
    end: { dateTime: '2027-02-10T16:30:00', timeZone: 'UTC' },
  });
  reference = await refer(product, people, { family });
  await nameTeam(product, people, reference);
  await acceptFamily(product, people, reference, {
    answers: { 'Child 1': 'Stays with Social Care', 'Why a child stays': `Because of ${plant('Stay')}.` },
  });
  await holdVisit(product, people, reference);
  await tickMosaic(product, people, reference);
  await closeCase(product, people, reference);
  await product.moveClock({ to: '2027-01-08T12:00:00Z' });
});
afterAll(() => product?.stop());

const everyone = () => Object.values(people) as Persona[];
const found = (text: string) => PLANTED.filter((word) => text.includes(word));

test('When 50 planted names, schools and numbers run through a case, none occurs in class C, B, S or MS.', async () => {
  expect(PLANTED.length).toBeGreaterThanOrEqual(45);
  // The words are where they belong, or their absence elsewhere would mean nothing.
  const own = (await people.frontDoor.chat()).concat(
    await people.socialWorker.chat(),
    await people.eustonWorker.chat(),
  );
  expect(found(own.map(({ words }) => words).join('\n')).length).toBeGreaterThanOrEqual(10);
  const mails = await mailsIn(product, 'EHstepdown@camden.example');
  expect(found(mails.map(({ text }) => text).join('\n')).length).toBeGreaterThan(40);

  const classC: string[] = [];
  for (const [person, channel] of [
    [people.frontDoor, FRONT_DOOR],
    [people.eustonManager, EUSTON],
    [people.socialWorker, SOCIAL_WORK],
    [people.kentishTownManager, 'Kentish Town East'],
    [people.focusManager, 'Families in Focus'],
  ] as const) {
    for (const post of await person.channel(channel)) classC.push(JSON.stringify(post.card), post.words);
  }
  expect(classC.length).toBeGreaterThan(10);
  expect(found(classC.join('\n'))).toEqual([]);

  const bells = (await Promise.all(everyone().map((person) => person.chat()))).flat().map(({ bell }) => bell);
  expect(bells.filter((bell) => bell !== '').length).toBeGreaterThan(5);
  expect(found(bells.join('\n'))).toEqual([]);
  for (const bell of bells) expect(bell.length).toBeLessThanOrEqual(90);
  for (const { name } of everyone()) expect(bells.join('\n')).not.toContain(name);

  const entries = (await Promise.all(everyone().map((person) => person.diary()))).flat();
  const ours = entries.filter(({ subject }) => subject.includes(reference));
  expect(ours.length).toBeGreaterThanOrEqual(4);
  for (const entry of ours) expect(entry.sensitivity).toBe('private');
  expect(found(JSON.stringify(entries))).toEqual([]);

  const subjects: string[] = mails.map(({ subject }) => subject);
  for (const { mail } of everyone()) {
    for (const folder of ['inbox', 'sentitems', 'drafts']) {
      subjects.push(...(await mailsIn(product, mail, folder)).map(({ subject }) => subject));
    }
  }
  expect(subjects.length).toBeGreaterThan(3);
  expect(found(subjects.join('\n'))).toEqual([]);
});

test('nobody but the mailbox that the protocol names gets the family in a mail', async () => {
  for (const { mail } of everyone()) {
    for (const { text } of await mailsIn(product, mail)) expect(found(text)).toEqual([]);
  }
});

test('no log, no count and no address names the family', async () => {
  const logs = readdirSync(product.dataDir).filter((name) => name.endsWith('.log'));
  expect(logs).toContain('bot.log');
  for (const name of logs) expect(found(readFileSync(join(product.dataDir, name), 'utf8'))).toEqual([]);
  expect(found(product.output())).toEqual([]);
  expect(found(await (await fetch(`${product.bot}/metrics`)).text())).toEqual([]);
  expect(found(await (await fetch(`${product.bot}/readyz`)).text())).toEqual([]);
  const calls = await product.graphLog();
  expect(calls.length).toBeGreaterThan(20);
  expect(found(calls.map(({ path, query }) => decodeURIComponent(`${path}?${query}`)).join('\n'))).toEqual([]);
});

test('the bytes of the database hold nothing of it in clear', async () => {
  const files = readdirSync(product.dataDir).filter((name) => name.startsWith('stepwise.sqlite'));
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) {
    const bytes = readFileSync(join(product.dataDir, name));
    expect(PLANTED.filter((word) => bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le')))).toEqual([]);
  }
});

test('only calendars on which a meeting of ours stands were looked into, and nothing of their other entries was kept or shown', async () => {
  const read = (await product.graphLog()).filter(
    ({ by, method, path }) => by === 'app' && method === 'GET' && /\/(events|calendarView)(\/|$)/.test(path),
  );
  const everybodys = await Promise.all(everyone().map(async (person) => ({ person, diary: await person.diary() })));
  const organisers = everybodys.filter(({ person, diary }) =>
    diary.some(({ subject, organiser }) => subject.includes(reference) && organiser === person.mail),
  );
  const theirs = organisers.map(({ person }) => `/users/${person.aadObjectId}/`);
  expect(read.filter(({ path }) => !theirs.some((start) => path.startsWith(start)))).toEqual([]);
  expect(organisers.length).toBeLessThan(everybodys.length);

  // A delta of a calendar cannot leave anything out (no $select): it was there to be read, and went no further.
  expect(JSON.stringify(read.map(({ responseBody }) => responseBody))).toContain(OWN_BUSINESS);
  const shown = (await Promise.all(everyone().map((person) => person.chat()))).flat();
  expect(JSON.stringify(shown)).not.toContain(OWN_BUSINESS);
  for (const name of readdirSync(product.dataDir).filter((each) => /^(stepwise\.sqlite|bot\.log)/.test(each)))
    expect([name, readFileSync(join(product.dataDir, name)).includes(OWN_BUSINESS)]).toEqual([name, false]);
});
