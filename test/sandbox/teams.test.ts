import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findPlace, personalChat } from '../../src/sandbox/teams/conversations.ts';
import { AMARA, DAWN, FRONT_DOOR, GRACE, type Harness, type Json, startHarness, TOMASZ } from './teams-harness.ts';

interface Shown {
  id: string;
  thread: string | null;
  author: { id: string | null; name: string };
  text: string;
  cards: Json[];
  forYouOnly: boolean;
  editedAt: string | null;
  deletedAt: string | null;
  undelivered: string | null;
  refresh: boolean;
  files: { name: string; url: string }[];
}

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.stop());

const chatOf = (who: typeof AMARA) => personalChat(harness.context.tenant, who).id;
const shown = async (who: typeof AMARA, conversation: string) =>
  (await harness.api(who, 'GET', `/teams/api/conversations/${encodeURIComponent(conversation)}/messages`)).body
    .messages as Shown[];
const say = (who: typeof AMARA, conversation: string, text: string, more: Json = {}) =>
  harness.api(who, 'POST', `/teams/api/conversations/${encodeURIComponent(conversation)}/messages`, { text, ...more });
const press = (who: typeof AMARA, message: string, verb: string, data: Json = {}) =>
  harness.api(who, 'POST', `/teams/api/messages/${message}/actions`, { verb, data });
const connector = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${harness.page}/connector/v3${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json };
};
async function lastOf(who: typeof AMARA, conversation: string): Promise<Shown> {
  const last = (await shown(who, conversation)).at(-1);
  if (!last) throw new Error('Nothing was said.');
  return last;
}

describe('A personal chat with the bot', () => {
  test('carries what is typed to the bot as Teams would, and shows the reply', async () => {
    await say(AMARA, chatOf(AMARA), 'step down');
    expect((await shown(AMARA, chatOf(AMARA))).map((each) => each.text)).toEqual(['step down', 'You said: step down']);
    expect(harness.bot.received[0]).toMatchObject({
      type: 'message',
      channelId: 'msteams',
      text: 'step down',
      textFormat: 'plain',
      serviceUrl: `${harness.page}/connector/`,
      locale: 'en-GB',
      from: { id: `29:${AMARA.id}`, name: 'Amara Okafor', aadObjectId: AMARA.id },
      recipient: { id: expect.stringMatching(/^28:/), name: 'Stepwise' },
      conversation: { conversationType: 'personal', tenantId: harness.context.tenant.id, id: chatOf(AMARA) },
      channelData: { tenant: { id: harness.context.tenant.id } },
    });
  });

  test('takes its times from the sandbox clock, in London and in UTC', async () => {
    harness.clock.set('2027-06-01T08:30:00.000Z');
    await say(AMARA, chatOf(AMARA), 'hello');
    expect(new Date(harness.bot.received[0]?.timestamp ?? 0).toISOString()).toBe('2027-06-01T08:30:00.000Z');
    expect((await lastOf(AMARA, chatOf(AMARA))).id).toMatch(/^18\d{11}$/);
    expect(harness.bot.received[0]?.localTimezone).toBe('Europe/London');
  });

  test('is seen by nobody else', async () => {
    await say(AMARA, chatOf(AMARA), 'hello');
    const other = await harness.api(
      DAWN,
      'GET',
      `/teams/api/conversations/${encodeURIComponent(chatOf(AMARA))}/messages`,
    );
    expect(other.status).toBe(404);
    expect((await say(DAWN, chatOf(AMARA), 'hello')).status).toBe(403);
  });

  test('says plainly when the bot cannot be reached, and keeps what was typed', async () => {
    await new Promise<void>((resolve) => {
      harness.bot.server.close(() => resolve());
      harness.bot.server.server.closeAllConnections();
    });
    await say(AMARA, chatOf(AMARA), 'step down');
    const message = await lastOf(AMARA, chatOf(AMARA));
    expect(message.text).toBe('step down');
    expect(message.undelivered).toContain('could not be reached');
  });

  test('takes a dropped file, and gives the bot an address to fetch it from', async () => {
    const file = { name: 'assessment.txt', base64: Buffer.from('the assessment').toString('base64') };
    await say(AMARA, chatOf(AMARA), '', { file });
    const [attachment] = harness.bot.received[0]?.attachments ?? [];
    expect(attachment?.contentType).toBe('application/vnd.microsoft.teams.file.download.info');
    const { downloadUrl, fileType } = (attachment?.content ?? {}) as { downloadUrl: string; fileType: string };
    expect([attachment?.name, fileType]).toEqual(['assessment.txt', 'txt']);
    expect(await (await fetch(downloadUrl)).text()).toBe('the assessment');
    // Whoever has the address can fetch it without signing in, so it is good for five minutes only.
    await harness.context.clock.move({ by: '5 minutes' });
    expect((await fetch(downloadUrl)).status).toBe(404);
    expect(await (await fetch(String(attachment?.contentUrl))).text()).toBe('the assessment');
  });

  test('can have a message deleted by its writer: it leaves a mark without its words', async () => {
    const { body } = await say(AMARA, chatOf(AMARA), 'a mistake');
    await harness.api(AMARA, 'DELETE', `/teams/api/messages/${String(body.id)}`);
    const [message] = await shown(AMARA, chatOf(AMARA));
    expect(message?.deletedAt).not.toBeNull();
    expect(message?.text).toBe('');
    expect(harness.bot.received.at(-1)?.type).toBe('messageDelete');
  });
});

describe('A channel', () => {
  test('brings the bot only what mentions it', async () => {
    await say(DAWN, FRONT_DOOR.channel, 'Good morning');
    expect(harness.bot.received).toEqual([]);
    const { body } = await say(DAWN, FRONT_DOOR.channel, '@Stepwise good morning');
    expect(harness.bot.received[0]).toMatchObject({
      text: '<at>Stepwise</at> good morning',
      conversation: {
        isGroup: true,
        conversationType: 'channel',
        id: `${FRONT_DOOR.channel};messageid=${String(body.id)}`,
      },
      channelData: { channel: { id: FRONT_DOOR.channel }, team: { id: FRONT_DOOR.team } },
    });
    expect(harness.bot.received[0]?.entities).toContainEqual(expect.objectContaining({ type: 'mention' }));
    expect(harness.bot.received[0]?.channelData.team.name).toBeUndefined();
    const reply = await lastOf(TOMASZ, FRONT_DOOR.channel);
    expect(reply).toMatchObject({ text: 'You said: good morning', thread: body.id });
  });

  test('is open to the members of its team and to nobody else', async () => {
    const names = async (who: typeof AMARA) =>
      ((await harness.api(who, 'GET', '/teams/api/conversations')).body.conversations as { name: string }[]).map(
        (each) => each.name,
      );
    expect(await names(DAWN)).toEqual(['Stepwise', 'Step down']);
    expect(await names(AMARA)).toEqual(['Stepwise']);
  });

  test('shows a post that the bot starts to every member, and its edit in place too, without ringing the bell again', async () => {
    await say(AMARA, chatOf(AMARA), 'post');
    for (const member of [DAWN, TOMASZ]) {
      const post = await lastOf(member, FRONT_DOOR.channel);
      expect(post.id).toBe(harness.bot.lastPost.message);
      expect(post.thread).toBe(post.id);
      expect(JSON.stringify(post.cards)).toContain('New step down: CAM-7K3F');
    }
    await harness.api(DAWN, 'POST', `/teams/api/conversations/${encodeURIComponent(FRONT_DOOR.channel)}/read`, {});
    await say(AMARA, chatOf(AMARA), 'edit');
    const unread = async (who: typeof AMARA) =>
      (
        (await harness.api(who, 'GET', '/teams/api/conversations')).body.conversations as {
          name: string;
          unread: number;
        }[]
      )[1]?.unread;
    expect(await unread(DAWN)).toBe(0);
    expect(await unread(TOMASZ)).toBe(1);
    for (const member of [DAWN, TOMASZ]) {
      const posts = await shown(member, FRONT_DOOR.channel);
      expect(posts).toHaveLength(1);
      expect(JSON.stringify(posts[0]?.cards)).toContain('Euston named');
      expect(posts[0]?.editedAt).not.toBeNull();
    }
  });
});

describe('A pressed card', () => {
  async function choiceInChannel(): Promise<string> {
    await say(AMARA, chatOf(AMARA), 'post');
    return harness.bot.lastPost.message;
  }

  test('answered with a card is replaced for the one who pressed, and stays for the others', async () => {
    const post = await choiceInChannel();
    const { body } = await press(DAWN, post, 'mine', { reference: 'CAM-7K3F' });
    expect(body.shows).toBe('card');
    expect(harness.bot.named('adaptiveCard/action')[0]).toMatchObject({
      type: 'invoke',
      replyToId: post,
      value: { trigger: 'manual', action: { type: 'Action.Execute', verb: 'mine', data: { reference: 'CAM-7K3F' } } },
      conversation: { id: `${FRONT_DOOR.channel};messageid=${post}` },
    });
    expect(await lastOf(DAWN, FRONT_DOOR.channel)).toMatchObject({ forYouOnly: true });
    expect(JSON.stringify((await lastOf(DAWN, FRONT_DOOR.channel)).cards)).toContain('Front-door managers decide this');
    expect(await lastOf(TOMASZ, FRONT_DOOR.channel)).toMatchObject({ forYouOnly: false });
  });

  test('shows everybody the same again once the bot edits the post', async () => {
    const post = await choiceInChannel();
    await press(DAWN, post, 'mine');
    await press(TOMASZ, post, 'finish');
    expect(await lastOf(DAWN, FRONT_DOOR.channel)).toMatchObject({ forYouOnly: false });
    expect(JSON.stringify((await lastOf(DAWN, FRONT_DOOR.channel)).cards)).toContain('Decided by Tomasz Zielinski.');
  });

  test('answered with words shows the words, answered with an error shows the error', async () => {
    const post = await choiceInChannel();
    expect((await press(DAWN, post, 'message')).body).toEqual({ shows: 'message', text: 'Saved for later.' });
    expect((await press(DAWN, post, 'error')).body).toEqual({ shows: 'problem', text: 'Not understood. (400)' });
  });

  test('of somebody outside the team does not reach the bot', async () => {
    const post = await choiceInChannel();
    expect((await press(AMARA, post, 'mine')).status).toBe(403);
    expect(harness.bot.named('adaptiveCard/action')).toEqual([]);
  });

  test('with Action.Submit arrives as a message with a value and no text', async () => {
    await say(AMARA, chatOf(AMARA), 'choice');
    const { id } = await lastOf(AMARA, chatOf(AMARA));
    await harness.api(AMARA, 'POST', `/teams/api/messages/${id}/actions`, {
      type: 'Action.Submit',
      data: { step: 2 },
      inputs: { name: 'x' },
    });
    const activity = harness.bot.received.at(-1);
    expect(activity).toMatchObject({ type: 'message', replyToId: id, value: { step: 2, name: 'x' } });
    expect(activity?.text).toBeUndefined();
  });

  test('can be delivered four times under four ids, and the person sees one answer', async () => {
    const post = await choiceInChannel();
    await harness.api(DAWN, 'POST', '/sandbox/redeliver', { times: 4 });
    const { body } = await press(DAWN, post, 'mine');
    const invokes = harness.bot.named('adaptiveCard/action');
    expect(invokes).toHaveLength(4);
    expect(new Set(invokes.map((each) => each.id)).size).toBe(4);
    expect(body.answers).toHaveLength(4);
    expect(body.shows).toBe('card');
    await press(DAWN, post, 'mine');
    expect(harness.bot.named('adaptiveCard/action')).toHaveLength(5);
  });

  test('with a refresh for this person is refreshed once it is over a minute old', async () => {
    await say(AMARA, chatOf(AMARA), 'refresh');
    const young = await lastOf(AMARA, chatOf(AMARA));
    expect(young.refresh).toBe(false);
    harness.clock.set('2026-12-17T16:30:00.000Z');
    expect((await lastOf(AMARA, chatOf(AMARA))).refresh).toBe(true);
    await harness.api(AMARA, 'POST', `/teams/api/messages/${young.id}/refresh`, {});
    expect(harness.bot.named('adaptiveCard/action')[0]?.value.trigger).toBe('automatic');
    expect(JSON.stringify((await lastOf(AMARA, chatOf(AMARA))).cards)).toContain('Fresh for you.');
  });
});

test('A dialog is fetched, filled in and answered', async () => {
  await say(AMARA, chatOf(AMARA), 'post');
  const post = harness.bot.lastPost.message;
  const opened = await harness.api(DAWN, 'POST', `/teams/api/messages/${post}/dialog`, { data: { what: 'details' } });
  expect(opened.body).toMatchObject({ shows: 'dialog', title: 'Decide' });
  const closed = await harness.api(DAWN, 'POST', `/teams/api/messages/${post}/dialog/submit`, {
    data: { verb: 'name' },
    inputs: { note: 'Call first' },
  });
  expect(closed.body).toEqual({ shows: 'message', text: 'Noted: Call first' });
  expect(harness.bot.named('task/submit')[0]?.value).toEqual({
    data: { verb: 'name', note: 'Call first' },
    context: { theme: 'default' },
  });
});

test('A search from the compose box reaches the bot and brings back its results', async () => {
  const { body } = await harness.api(AMARA, 'GET', '/teams/api/search?command=case&q=7K3F');
  expect(body.found).toHaveLength(1);
  expect(harness.bot.named('composeExtension/query')[0]?.value).toMatchObject({
    commandId: 'case',
    parameters: [{ name: 'query', value: '7K3F' }],
  });
});

describe('Installing the bot', () => {
  test('tells it once of every person and every team, and rings no bell', async () => {
    expect(await harness.introduce()).toEqual({ told: 5, missing: [] });
    const kinds = harness.bot.received.map((each) => `${each.type} ${each.conversation.conversationType}`);
    expect(kinds.filter((kind) => kind === 'installationUpdate personal')).toHaveLength(4);
    expect(kinds.filter((kind) => kind === 'conversationUpdate channel')).toHaveLength(1);
    const team = harness.bot.received.at(-1);
    expect(team?.channelData).toMatchObject({
      team: { id: FRONT_DOOR.team, name: 'Early Help Front Door' },
      settings: { selectedChannel: { id: FRONT_DOOR.channel } },
    });
    const people = (await harness.api(AMARA, 'GET', '/teams/api/tenant')).body.people as { unread: number }[];
    expect(people.map((each) => each.unread)).toEqual([0, 0, 0, 0]);
    expect((await lastOf(AMARA, chatOf(AMARA))).text).toBe('Hello. I am a test bot.');
    expect(await harness.introduce()).toEqual({ told: 0, missing: [] });
  });
});

describe('The connector', () => {
  test('opens a personal chat for either form of a user id', async () => {
    const long = await connector('POST', '/conversations', { members: [{ id: `29:${GRACE.id}` }] });
    const bare = await connector('POST', '/conversations', { members: [{ id: GRACE.id }] });
    expect(long.status).toBe(201);
    expect(long.body.id).toBe(bare.body.id);
    expect(long.body.serviceUrl).toBe(`${harness.page}/connector/`);
    expect(findPlace(harness.context.tenant, String(bare.body.id))?.conversation.kind).toBe('personal');
  });

  test('refuses what it does not know in the shape that a bot expects', async () => {
    const unknown = await connector('POST', '/conversations/19%3Anowhere%40thread.tacv2/activities', {
      type: 'message',
      text: 'x',
    });
    expect(unknown).toEqual({
      status: 404,
      body: { error: { code: 'ConversationNotFound', message: 'Conversation not found.' } },
    });
    const thread = encodeURIComponent(`${FRONT_DOOR.channel};messageid=1`);
    expect(
      (await connector('PUT', `/conversations/${thread}/activities/1`, { type: 'message', text: 'x' })).status,
    ).toBe(404);
    expect((await connector('POST', '/conversations', { members: [{ id: '29:stranger' }] })).status).toBe(403);
  });

  test('refuses a message over 80 KB, counted as Teams counts', async () => {
    const chat = encodeURIComponent(chatOf(AMARA));
    const large = await connector('POST', `/conversations/${chat}/activities`, {
      type: 'message',
      text: 'x'.repeat(41_000),
    });
    expect(large.status).toBe(413);
    expect(large.body.error).toMatchObject({ code: 'MessageSizeTooBig' });
    expect(
      (await connector('POST', `/conversations/${chat}/activities`, { type: 'message', text: 'x'.repeat(40_000) }))
        .status,
    ).toBe(201);
  });

  test('deletes what the bot said and leaves a mark', async () => {
    const chat = encodeURIComponent(chatOf(AMARA));
    const said = await connector('POST', `/conversations/${chat}/activities`, { type: 'message', text: 'oops' });
    expect((await connector('DELETE', `/conversations/${chat}/activities/${String(said.body.id)}`)).status).toBe(200);
    expect(await lastOf(AMARA, chatOf(AMARA))).toMatchObject({ text: '', deletedAt: expect.any(String) });
    expect(
      (await connector('PUT', `/conversations/${chat}/activities/${String(said.body.id)}`, { text: 'x' })).status,
    ).toBe(404);
  });

  test('lists members, one member, the team and its channels', async () => {
    const channel = encodeURIComponent(FRONT_DOOR.channel);
    const paged = await connector('GET', `/conversations/${channel}/pagedmembers`);
    expect((paged.body.members as Json[]).map((each) => each.name)).toEqual([
      'Dawn Ellery',
      'Tomasz Zielinski',
      'Grace Adeyemi',
    ]);
    expect((await connector('GET', `/conversations/${channel}/members/${DAWN.id}`)).body).toMatchObject({
      aadObjectId: DAWN.id,
      email: DAWN.mail,
      userRole: 'user',
    });
    expect((await connector('GET', `/conversations/${channel}/members/${AMARA.id}`)).status).toBe(404);
    const team = encodeURIComponent(FRONT_DOOR.team);
    expect((await connector('GET', `/teams/${team}`)).body).toMatchObject({
      name: 'Early Help Front Door',
      channelCount: 2,
      memberCount: 3,
    });
    expect((await connector('GET', `/teams/${team}/conversations`)).body.conversations).toEqual([
      { id: FRONT_DOOR.team, type: 'standard' },
      { id: FRONT_DOOR.channel, name: 'Step down', type: 'standard' },
    ]);
  });
});
