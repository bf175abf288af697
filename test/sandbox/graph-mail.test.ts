import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AMARA, type Bench, GRACE, JO, NIA, openBench, PRIYA, pathOf, refusal, STEPDOWN, to } from './graph-harness.ts';

interface Message {
  id: string;
  subject: string;
  internetMessageId: string;
  isDraft: boolean;
  isRead: boolean;
  receivedDateTime: string;
  parentFolderId: string;
  hasAttachments: boolean;
  bccRecipients: unknown[];
  from?: { emailAddress: { address: string } };
  '@removed'?: { reason: string };
}

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.finish();
});

const IMMUTABLE = 'IdType="ImmutableId"';
const draft = (who: string, more: Record<string, unknown> = {}): Promise<Message> =>
  bench.client
    .api(`/users/${who}/messages`)
    .header('Prefer', IMMUTABLE)
    .post({
      subject: 'CAM-0001 referral',
      body: { contentType: 'Text', content: 'A referral' },
      toRecipients: to(STEPDOWN),
      ...more,
    });
const send = (who: string, id: string) => bench.client.api(`/users/${who}/messages/${id}/send`).post({});
const inFolder = async (who: string, folder: string): Promise<Message[]> =>
  (await bench.client.api(`/users/${who}/mailFolders/${folder}/messages`).top(100).get()).value;
const withMessageId = async (who: string, id: string): Promise<Message[]> =>
  (await bench.client.api(`/users/${who}/messages`).filter(`internetMessageId eq '${id}'`).get()).value;

describe('a mail', () => {
  test('keeps the Message-ID it was given, so that a draft can be found again by it', async () => {
    const made = await draft(AMARA, { internetMessageId: '<case-1.referral@stepwise.example>' });
    expect(made.internetMessageId).toBe('<case-1.referral@stepwise.example>');
    const found = await withMessageId(AMARA, '<case-1.referral@stepwise.example>');
    expect(found.map(({ isDraft }) => isDraft)).toEqual([true]);
  });

  test('sent keeps its immutable id in Sent Items and lies once in the inbox of each addressee', async () => {
    const id = '<case-2.referral@stepwise.example>';
    const made = await draft(AMARA, {
      internetMessageId: id,
      ccRecipients: to(PRIYA, STEPDOWN),
      bccRecipients: to(GRACE),
    });
    await send(AMARA, made.id);
    const sent: Message = await bench.client
      .api(`/users/${AMARA}/messages/${made.id}`)
      .header('Prefer', IMMUTABLE)
      .get();
    expect([sent.id, sent.isDraft, sent.from?.emailAddress.address]).toEqual([made.id, false, AMARA]);
    const folder = await bench.client.api(`/users/${AMARA}/mailFolders/${sent.parentFolderId}`).get();
    expect(folder.displayName).toBe('Sent Items');
    for (const who of [STEPDOWN, PRIYA, GRACE]) {
      const copies = await withMessageId(who, id);
      expect(copies.map(({ isRead, bccRecipients }) => ({ isRead, bccRecipients }))).toEqual([
        { isRead: false, bccRecipients: [] },
      ]);
    }
  });

  test('sent twice goes out once', async () => {
    const made = await draft(AMARA, { internetMessageId: '<twice@stepwise.example>' });
    await send(AMARA, made.id);
    expect((await refusal(send(AMARA, made.id))).status).toBe(400);
    expect(await withMessageId(STEPDOWN, '<twice@stepwise.example>')).toHaveLength(1);
  });

  test('loses its ordinary id when it moves, and keeps the immutable one', async () => {
    const made: Message = await bench.client
      .api(`/users/${AMARA}/messages`)
      .post({ subject: 'x', toRecipients: to(PRIYA) });
    await send(AMARA, made.id);
    expect(await refusal(bench.client.api(`/users/${AMARA}/messages/${made.id}`).get())).toEqual({
      status: 404,
      code: 'ErrorItemNotFound',
    });
  });

  test('to an address outside is kept for all to see, and to nobody at the council comes back', async () => {
    const made = await draft(AMARA, {
      subject: 'To outside',
      toRecipients: to('gp@surgery.example', 'nobody@camden.example'),
    });
    await send(AMARA, made.id);
    const outside = (await (await fetch(`${bench.root}/sandbox/outside`)).json()) as {
      to: { address: string };
      subject: string;
    }[];
    expect(outside[0]).toMatchObject({ subject: 'To outside', to: { address: 'gp@surgery.example' } });
    expect((await inFolder(AMARA, 'inbox')).map(({ subject }) => subject)).toContain('Undeliverable: To outside');
  });

  test('to nobody is not sent', async () => {
    const made = await draft(AMARA, { toRecipients: [] });
    expect(await refusal(send(AMARA, made.id))).toEqual({ status: 400, code: 'ErrorInvalidRecipients' });
  });

  test('by sendMail is delivered, and stays out of Sent Items when asked to', async () => {
    const message = {
      subject: 'At once',
      body: { contentType: 'html', content: '<b>Hello</b>' },
      toRecipients: to(JO),
    };
    await bench.client.api(`/users/${NIA}/sendMail`).post({ message, saveToSentItems: false });
    await bench.client.api(`/users/${NIA}/sendMail`).post({ Message: { ...message, subject: 'Kept' } });
    const received = (await inFolder(JO, 'inbox')).map(({ subject }) => subject);
    expect(received).toEqual(expect.arrayContaining(['At once', 'Kept']));
    expect((await inFolder(NIA, 'sentitems')).map(({ subject }) => subject)).toEqual(['Kept']);
  });

  test('carries its attachments to whom it is sent', async () => {
    const made = await draft(AMARA, { subject: 'With a plan', toRecipients: to(JO) });
    const bytes = Buffer.from('The plan').toString('base64');
    await bench.client.api(`/users/${AMARA}/messages/${made.id}/attachments`).post({
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: 'plan.txt',
      contentType: 'text/plain',
      contentBytes: bytes,
    });
    await send(AMARA, made.id);
    const copy = (await inFolder(JO, 'inbox')).find(({ subject }) => subject === 'With a plan');
    expect(copy?.hasAttachments).toBe(true);
    const { value } = await bench.client.api(`/users/${JO}/messages/${copy?.id}/attachments`).get();
    expect(value).toMatchObject([{ name: 'plan.txt', size: 8, contentBytes: bytes }]);
  });

  test('that was sent cannot be rewritten, but can be marked as read', async () => {
    const [received] = await inFolder(STEPDOWN, 'inbox');
    const change = (body: Record<string, unknown>) =>
      bench.client.api(`/users/${STEPDOWN}/messages/${received?.id}`).patch(body);
    expect((await refusal(change({ subject: 'Something else' }))).status).toBe(400);
    expect((await change({ isRead: true })).isRead).toBe(true);
  });

  test('can be answered, and the answer stays in the conversation', async () => {
    const made = await draft(AMARA, { subject: 'A question', toRecipients: to(NIA) });
    await send(AMARA, made.id);
    const question = (await inFolder(NIA, 'inbox')).find(({ subject }) => subject === 'A question');
    await bench.client.api(`/users/${NIA}/messages/${question?.id}/reply`).post({ comment: 'An answer' });
    const answer = (await inFolder(AMARA, 'inbox')).find(({ subject }) => subject === 'RE: A question');
    const conversation = (message: unknown) => (message as { conversationId: string }).conversationId;
    expect(conversation(answer)).toBe(conversation(question));
  });

  test('deleted goes to Deleted Items first, and from there for good', async () => {
    const made = await draft(PRIYA, { subject: 'To be thrown away' });
    const remove = () => bench.client.api(`/users/${PRIYA}/messages/${made.id}`).header('Prefer', IMMUTABLE).delete();
    await remove();
    expect((await inFolder(PRIYA, 'deleteditems')).map(({ subject }) => subject)).toEqual(['To be thrown away']);
    await remove();
    expect(await inFolder(PRIYA, 'deleteditems')).toEqual([]);
  });
});

describe('a list of mail', () => {
  test('can be narrowed by when it came, and cut to what is wanted', async () => {
    const ask = (since: string) =>
      bench.client
        .api(`/users/${STEPDOWN}/messages`)
        .filter(`receivedDateTime ge ${since}`)
        .orderby('receivedDateTime desc')
        .select('subject,receivedDateTime')
        .top(1)
        .get();
    const found = await ask('2026-12-17T16:00:00Z');
    expect(Object.keys(found.value[0]).sort()).toEqual(['@odata.etag', 'id', 'receivedDateTime', 'subject']);
    expect((await ask('2026-12-17T16:21:00Z')).value).toEqual([]);
  });

  test('is refused where it is sorted by something else than it is filtered by, as Exchange does', async () => {
    const ask = bench.client
      .api(`/users/${STEPDOWN}/messages`)
      .filter('isRead eq false')
      .orderby('receivedDateTime desc')
      .get();
    expect(await refusal(ask)).toEqual({ status: 400, code: 'InefficientFilter' });
  });

  test('never lets everything through for a filter that is not understood', async () => {
    const ask = (filter: string) => refusal(bench.client.api(`/users/${STEPDOWN}/messages`).filter(filter).get());
    expect((await ask('receivedDateTime after 2026')).status).toBe(400);
    expect((await ask("colour eq 'red'")).status).toBe(400);
    expect(
      (await ask("subject eq 'a' and (isRead eq true or isRead eq false) and startswith(subject,'b')")).status,
    ).toBe(200);
  });

  test('goes on from page to page by its link', async () => {
    for (const subject of ['p1', 'p2', 'p3']) await draft(GRACE, { subject });
    const subjects: string[] = [];
    let path: string | undefined = `/users/${GRACE}/mailFolders/drafts/messages?$top=2&$select=subject`;
    while (path) {
      const page: { value: Message[]; '@odata.nextLink'?: string } = await bench.client.api(path).get();
      subjects.push(...page.value.map(({ subject }) => subject));
      path = page['@odata.nextLink'] && pathOf(page['@odata.nextLink']);
    }
    expect(subjects).toEqual(['p3', 'p2', 'p1']);
  });

  test('knows the folders by their well-known names', async () => {
    const { value } = await bench.client.api(`/users/${STEPDOWN}/mailFolders`).get();
    expect(value.map(({ displayName }: { displayName: string }) => displayName)).toEqual(
      expect.arrayContaining(['Inbox', 'Drafts', 'Sent Items', 'Deleted Items']),
    );
    expect((await refusal(bench.client.api(`/users/${STEPDOWN}/mailFolders/nowhere`).get())).status).toBe(404);
  });
});

describe('what changed in a folder', () => {
  const round = async (path: string, pageSize = 50) =>
    (await bench.client.api(path).header('Prefer', `${IMMUTABLE}, odata.maxpagesize=${pageSize}`).get()) as {
      value: Message[];
      '@odata.nextLink'?: string;
      '@odata.deltaLink'?: string;
    };
  const start = `/users/${NIA}/mailFolders/drafts/messages/delta?$select=subject,isRead`;

  test('is told page by page, and then only what is new, changed or gone', async () => {
    const [one, two, three] = [
      await draft(NIA, { subject: 'd1' }),
      await draft(NIA, { subject: 'd2' }),
      await draft(NIA, { subject: 'd3' }),
    ];
    const first = await round(start, 2);
    expect(first.value.map(({ subject }) => subject)).toEqual(['d1', 'd2']);
    const second = await round(pathOf(first['@odata.nextLink']), 2);
    expect(second.value.map(({ subject }) => subject)).toEqual(['d3']);
    expect(second['@odata.deltaLink']).toContain('$deltatoken=');

    await bench.client
      .api(`/users/${NIA}/messages/${one.id}`)
      .header('Prefer', IMMUTABLE)
      .patch({ subject: 'd1 again' });
    await bench.client.api(`/users/${NIA}/messages/${two.id}`).header('Prefer', IMMUTABLE).delete();
    const four = await draft(NIA, { subject: 'd4' });
    const news = await round(pathOf(second['@odata.deltaLink']));
    expect(news.value.map((item) => [item.id, item['@removed']?.reason ?? item.subject])).toEqual([
      [one.id, 'd1 again'],
      [two.id, 'deleted'],
      [four.id, 'd4'],
    ]);
    expect((await round(pathOf(news['@odata.deltaLink']))).value).toEqual([]);
    expect(three.id).toBeTruthy();
  });

  test('while it is being read waits for the next round, and is not told twice', async () => {
    const [one, two] = [await draft(PRIYA, { subject: 'w1' }), await draft(PRIYA, { subject: 'w2' })];
    const path = `/users/${PRIYA}/mailFolders/drafts/messages/delta`;
    const first = await round(`${path}?$select=subject`, 1);
    expect(first.value.map(({ id }) => id)).toEqual([one.id]);
    await bench.client
      .api(`/users/${PRIYA}/messages/${one.id}`)
      .header('Prefer', IMMUTABLE)
      .patch({ subject: 'w1 again' });
    const second = await round(pathOf(first['@odata.nextLink']), 10);
    expect(second.value.map(({ id }) => id)).toEqual([two.id]);
    const next = await round(pathOf(second['@odata.deltaLink']));
    expect(next.value.map(({ subject }) => subject)).toEqual(['w1 again']);
  });

  test('can be had for new mail only', async () => {
    const created = await round(`/users/${NIA}/mailFolders/inbox/messages/delta?changeType=created`);
    const incoming = await draft(AMARA, { subject: 'New for Nia', toRecipients: to(NIA) });
    await send(AMARA, incoming.id);
    const news = await round(pathOf(created['@odata.deltaLink']));
    expect(news.value.map(({ subject }) => subject)).toEqual(['New for Nia']);
    const got = news.value[0];
    await bench.client.api(`/users/${NIA}/messages/${got?.id}`).patch({ isRead: true });
    expect((await round(pathOf(news['@odata.deltaLink']))).value).toEqual([]);
  });

  test('since a token that nobody gave has to be asked anew', async () => {
    const asked = round(`/users/${NIA}/mailFolders/inbox/messages/delta?$deltatoken=forgotten`);
    expect(await refusal(asked)).toEqual({ status: 400, code: 'syncStateNotFound' });
  });
});
