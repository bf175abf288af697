/** Documents from the chat to the mailbox: given, chosen on a form, attached for the protocol's mailbox and for nobody else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { droppedFiles } from '../../src/adapters/files.ts';
import type { StoredDocument } from '../../src/application/ports.ts';
import { fill, key, ok, refer } from './story.ts';
import { openWorld, STEP_DOWN, type TestWorld } from './world.ts';

let at: TestWorld;
const oneDrive = createServer((request, response) => {
  response.statusCode = request.url === '/gone' ? 404 : 200;
  response.end(`made up: ${request.url}`);
});
let drive: string;
beforeAll(async () => {
  await new Promise<void>((listening) => oneDrive.listen(0, '127.0.0.1', listening));
  drive = `http://127.0.0.1:${(oneDrive.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => oneDrive.close(closed)));
beforeEach(async () => {
  at = await openWorld();
  at.replace({ files: droppedFiles({ alsoFrom: drive }) });
});
afterEach(() => at.close());

async function drop(name: string, by = 'Amara', path = `/${encodeURIComponent(name)}`): Promise<StoredDocument> {
  const took = await at.stepwise.documents.take(at.id(by), { name, url: `${drive}${path}` });
  if (!took.ok) throw new Error(took.words);
  return took.document;
}

async function sendWith(document: string, by = 'Amara') {
  const id = await fill(at, by);
  await at.stepwise.drafts.save(at.id(by), id, 'check', { 'assessment-document': document });
  return { id, performed: await at.stepwise.send(at.id(by), id, key()) };
}

interface Attached {
  readonly name: string;
  readonly contentBytes: string;
}

async function attached(mailbox: string): Promise<readonly Attached[]> {
  const [mail] = await at.folder(mailbox, 'inbox');
  const path = `/users/${mailbox}/messages/${mail?.id}/attachments`;
  return (await at.outlook<{ value: Attached[] }>('GET', path)).value;
}

const bodyOf = (mail: object | undefined) => (mail as { body: { content: string } } | undefined)?.body.content ?? '';

test('a document that was dropped goes with the referral, by its name, and is the case’s from then on', async () => {
  const { id, name } = await drop('assessment.pdf');
  expect((await at.stepwise.documents.of(at.id('Amara'))).map((each) => each.name)).toEqual([name]);
  const { performed } = await sendWith(`document:${id}`);
  const sheet = ok(performed);
  await at.settle();
  const [mail] = await at.folder(STEP_DOWN, 'inbox');
  expect(bodyOf(mail)).toContain('Latest assessment: assessment.pdf (attached)');
  expect(bodyOf(mail)).toContain('Documents: assessment.pdf (attached)');
  expect(mail?.subject).not.toContain('assessment.pdf');
  const [file] = await attached(STEP_DOWN);
  expect(file).toMatchObject({ name: 'assessment.pdf', contentType: 'application/pdf' });
  expect(Buffer.from(file?.contentBytes ?? '', 'base64').toString()).toBe('made up: /assessment.pdf');
  expect(await at.stepwise.documents.of(at.id('Amara'))).toEqual([]);
  expect(await at.store.documents.document(id)).toMatchObject({ caseId: sheet.case.id });
});

test('a link stays a link, and nothing is attached', async () => {
  await refer(at);
  const [mail] = await at.folder(STEP_DOWN, 'inbox');
  expect(bodyOf(mail)).toContain('Latest assessment (link https://camden.example/assessment )');
  expect(await attached(STEP_DOWN)).toEqual([]);
});

test.each([
  ['words', 'on my desk'],
  ['a link that is not sealed on its way', 'http://camden.example/assessment'],
  ['a file of one machine', 'file:///C:/assessment.docx'],
  ['something that would run', 'javascript:alert(1)'],
])('%s are no document: said beside the field', async (_, answer) => {
  const { performed } = await sendWith(answer);
  expect(performed).toMatchObject({
    refusal: { code: 'faults', faults: { 'check.assessment-document': expect.stringContaining('https://') } },
  });
});

test('nobody can choose the document of somebody else, nor one that another case has taken', async () => {
  const { id } = await drop('assessment.pdf', 'Priya');
  const theirs = await sendWith(`document:${id}`);
  const faults = { 'check.assessment-document': expect.stringContaining('not here') };
  expect(theirs.performed).toMatchObject({ refusal: { code: 'faults', faults } });
  expect(await at.stepwise.drafts.faults(at.id('Amara'), theirs.id)).toMatchObject(faults);
  await at.stepwise.drafts.delete(at.id('Amara'), theirs.id);
  const own = await drop('own.pdf');
  ok((await sendWith(`document:${own.id}`)).performed);
  await at.settle();
  expect((await sendWith(`document:${own.id}`)).performed).toMatchObject({ refusal: { faults } });
});

test('a file that is dropped once and delivered twice is kept once', async () => {
  const first = await drop('plan.pdf');
  expect(await drop('plan.pdf')).toEqual(first);
  expect(await at.stepwise.documents.of(at.id('Amara'))).toHaveLength(1);
});

test('a file that cannot be fetched is refused in words, and the log has neither its name nor its address', async () => {
  const take = (url: string) => at.stepwise.documents.take(at.id('Amara'), { name: 'Quillfeather plan.pdf', url });
  expect(await take(`${drive}/gone`)).toEqual({
    ok: false,
    words:
      "'Quillfeather plan.pdf' was not kept: it is no longer where Teams put it, or may not be opened. Drop it again.",
  });
  expect(await take('http://169.254.169.254/token')).toMatchObject({
    ok: false,
    words: expect.stringContaining('OneDrive'),
  });
  expect(at.logged.join()).not.toMatch(/Quillfeather|169\.254|gone'/);
});

test('a name that would trip a disk or a reader is made plain', async () => {
  expect((await drop('..\\..\\C:\\plans\\pl\u202ean\u0000?.pdf', 'Amara', '/1')).name).toBe('plan.pdf');
  expect((await drop('', 'Amara', '/2')).name).toBe('document');
  expect((await drop(`${'x'.repeat(300)}.docx`, 'Amara', '/3')).name).toMatch(/^x{115}\.docx$/);
});

test('what no case has taken is removed after four weeks', async () => {
  await drop('forgotten.pdf');
  const kept = await drop('assessment.pdf');
  ok((await sendWith(`document:${kept.id}`)).performed);
  await at.moveTo('2027-01-15', '12:00');
  expect(await at.stepwise.documents.of(at.id('Amara'))).toEqual([]);
  expect(await at.store.documents.document(kept.id)).toBeDefined();
});

test('a document that is gone before the mail left holds it back: it is said what is missing, and nothing goes without it', async () => {
  const { id } = await drop('assessment.pdf');
  const { performed } = await sendWith(`document:${id}`);
  const { case: of } = ok(performed);
  await at.store.documents.remove(id);
  await at.settle();
  expect(await at.folder(STEP_DOWN, 'inbox')).toEqual([]);
  expect((await at.stepwise.sheet(of.id))?.unsent).toMatchObject([
    { kind: 'mail', why: expect.stringMatching(/^Latest assessment: not here any more/) },
  ]);
  await at.moveTo('2026-12-21', '12:00');
  expect(at.chat.posts().filter(({ bell }) => bell.endsWith('not sent yet'))).toHaveLength(1);
  expect(await at.store.outboxCounts()).toMatchObject({ retrying: 0, givenUp: 0 });
});

test('a case that is erased takes its documents along, and can still be read', async () => {
  const { id } = await drop('assessment.pdf');
  const { case: of } = ok((await sendWith(`document:${id}`)).performed);
  await at.settle();
  await at.store.erase(of.id);
  expect(await at.store.documents.bytes(id)).toBeUndefined();
  expect((await at.stepwise.sheet(of.id))?.documents).toEqual({});
});
