/** A file dropped into the chat, as Teams says it: kept, chosen on the form, and never taken in a channel. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readActivity } from '../../bot/turn/read-activity.ts';
import type { Turn } from '../../bot/turn/turn.ts';
import { droppedFiles } from '../../src/adapters/files.ts';
import { fill } from '../application/story.ts';
import { STEP_DOWN } from '../application/world.ts';
import { buttonsOf, inputsOf, wordsOf } from './check-card.ts';
import { openPlay, type Play } from './play.ts';

jest.setTimeout(60_000);

const oneDrive = createServer((_request, response) => {
  response.end('x'.repeat(240_000));
});
let drive: string;
let play: Play;
beforeAll(async () => {
  await new Promise<void>((listening) => oneDrive.listen(0, '127.0.0.1', listening));
  drive = `http://127.0.0.1:${(oneDrive.address() as AddressInfo).port}`;
  play = await openPlay();
  play.at.replace({ files: droppedFiles({ alsoFrom: drive }) });
});
afterAll(async () => {
  await play.close();
  await new Promise((closed) => oneDrive.close(closed));
});

const DOWNLOAD = 'application/vnd.microsoft.teams.file.download.info';

/** As Teams sends it: the file, and the text of the message once more as HTML. */
function attachment(name: string, url = `${drive}/${name}`) {
  return {
    contentType: DOWNLOAD,
    contentUrl: `${drive}/personal/${name}`,
    name,
    content: { downloadUrl: url, uniqueId: 'u', fileType: 'pdf' },
  };
}

function activity(who: string, attachments: readonly unknown[], more: object = {}): Turn {
  const turn = readActivity({
    type: 'message',
    id: '1',
    serviceUrl: 'http://127.0.0.1/',
    from: { id: `29:${who}`, aadObjectId: play.at.id(who) },
    recipient: { id: '28:bot' },
    conversation: { id: `a:${who}`, conversationType: 'personal' },
    attachments: [...attachments, { contentType: 'text/html', content: '<div><p>Hello</p></div>' }],
    ...more,
  });
  if (!turn) throw new Error('That is no activity.');
  return turn;
}

async function drop(who: string, attachments: readonly unknown[], more: object = {}) {
  const replies = await play.handler(activity(who, attachments, more));
  return replies.flatMap((reply) => ('card' in reply ? [reply] : []));
}

test('it is kept and said, without a word of it on the locked phone; with no form in hand nothing is to be carried on', async () => {
  const [reply] = await drop('Priya', [attachment('notes.pdf')]);
  expect(wordsOf(reply?.card ?? {})).toContain("Kept: 'notes.pdf', 240 kB.");
  expect(wordsOf(reply?.card ?? {})).toContain('Choose it on a form that asks for a document.');
  expect(reply?.do === 'send' && reply.bell).not.toContain('notes');
  expect(buttonsOf(reply?.card ?? {}).map(({ title }) => title)).toEqual([]);
});

test('with a form in hand it is carried on, where the document is chosen by its name and goes with the mail', async () => {
  const id = await fill(play.at);
  await play.at.stepwise.drafts.save(play.at.id('Amara'), id, 'check', { 'assessment-document': '' }, 'check');
  const [reply] = await drop('Amara', [attachment('assessment.pdf')]);
  const { card } = await play.press('Amara', reply?.card ?? {}, 'Carry on');
  const [field, link] = inputsOf(card).filter((input) => String(input.id).startsWith('assessment-document'));
  expect(field).toMatchObject({ type: 'Input.ChoiceSet' });
  expect(link).toMatchObject({
    id: 'assessment-document.link',
    placeholder: 'Drop the file into our chat, or paste its link',
  });
  const [chosen] = (field?.choices ?? []) as { title: string; value: string }[];
  expect(chosen?.title).toBe('assessment.pdf (240 kB, Thu 17 Dec 2026, 16:20)');
  const sent = await play.press('Amara', card, 'Send referral', { 'assessment-document': chosen?.value ?? '' });
  expect(wordsOf(sent.card)).not.toContain('to fix');
  const [mail] = await play.at.folder(STEP_DOWN, 'inbox');
  expect(mail).toMatchObject({ hasAttachments: true });
});

test('in a channel nothing is taken: it belongs into the own chat', async () => {
  const inChannel = { conversation: { id: '19:fd@thread.tacv2;messageid=1', conversationType: 'channel' } };
  for (const file of [attachment('plan.pdf'), { contentType: 'reference', name: 'plan.pdf', contentUrl: drive }]) {
    const [reply] = await drop('Dawn', [file], inChannel);
    expect(wordsOf(reply?.card ?? {})).toContain('Please drop it into our own chat.');
    expect(wordsOf(reply?.card ?? {})).not.toContain('plan.pdf');
  }
  expect(await play.at.stepwise.documents.of(play.at.id('Dawn'))).toEqual([]);
});

test('what Teams gives no way to, and what lies elsewhere, is refused in words', async () => {
  const [picture] = await drop('Dawn', [{ contentType: 'image/png', contentUrl: drive }]);
  expect(wordsOf(picture?.card ?? {})).toContain(
    'A picture was not kept: Teams gives me no way to it. Attach it as a file.',
  );
  const [elsewhere] = await drop('Dawn', [attachment('plan.pdf', 'https://files.example/plan.pdf')]);
  expect(wordsOf(elsewhere?.card ?? {})).toContain('nothing is fetched from anywhere else');
  expect(await play.at.stepwise.documents.of(play.at.id('Dawn'))).toEqual([]);
});

test('an attachment that is like no other does not cost the message, and what was typed beside a file is heard first', async () => {
  expect(activity('Amara', [{ contentType: 7 }, null, 'odd'], { text: 'my cases' })).toMatchObject({
    kind: 'typed',
    text: 'my cases',
  });
  const replies = await drop('Amara', [attachment('letter.pdf')], { text: 'I think she is unsafe' });
  expect(wordsOf(replies[0]?.card ?? {})).toContain('999');
  expect(wordsOf(replies.at(-1)?.card ?? {})).toContain("Kept: 'letter.pdf'");
});
