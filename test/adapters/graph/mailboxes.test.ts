import { createHash } from 'node:crypto';
import { addressFault } from '../../../src/adapters/addresses.ts';
import { LARGEST_IN_ONE_CALL } from '../../../src/adapters/graph/attachments.ts';
import { type Graph, openGraph } from '../../../src/adapters/graph/client.ts';
import { graphMailboxes, LARGEST_ATTACHMENT, messageIdOf } from '../../../src/adapters/graph/mailboxes.ts';
import { tokenSource } from '../../../src/adapters/graph/token.ts';
import { type Mail, PlatformFault } from '../../../src/application/ports.ts';
import { holdAgainstContract, openTenant, type Shown, STEP_DOWN, type TestTenant } from './tenant.ts';

const WORKER = 'worker1@camden.example';

const pdf = (name: string, text: string) => ({
  name,
  contentType: 'application/pdf',
  bytes: new TextEncoder().encode(text),
});

const mail = (key: string, more: Partial<Mail> = {}): Mail => ({
  key,
  from: WORKER,
  to: [STEP_DOWN],
  copy: ['worker2@camden.example'],
  subject: 'CAM-7K3F Step down referral',
  text: 'Two children.\nThe eight items follow.',
  attachments: [],
  ...more,
});

let tenant: TestTenant;
let own: { readonly baseUrl: string; readonly token: () => Promise<string> };
beforeEach(async () => {
  tenant = await openTenant();
  own = { baseUrl: tenant.baseUrl, token: tokenSource(tenant.baseUrl, undefined) };
});
afterEach(() => tenant.close());

/** An Exchange that names each draft itself, whatever the request says; what is changed later it takes. */
const withoutMessageId: typeof fetch = (input, init) => {
  if (init?.method !== 'POST' || typeof init.body !== 'string') return fetch(input, init);
  return fetch(input, { ...init, body: init.body.replace(/"internetMessageId":"[^"]*",/, '') });
};

/** A mail's life in the outbox: tried until it is through, with what was noted kept from one attempt to the next. */
function outbox() {
  let progress: Record<string, string> = {};
  return {
    note: async (noted: Readonly<Record<string, string>>) => {
      progress = { ...progress, ...noted };
    },
    get progress() {
      return { ...progress };
    },
  };
}

async function sendUntilThrough(
  what: Mail,
  attempts: readonly Graph[],
  note = (box: ReturnType<typeof outbox>, _attempt: number) => box.note,
) {
  const box = outbox();
  let last: unknown;
  for (const [attempt, graph] of attempts.entries()) {
    try {
      return await graphMailboxes(graph).send(what, box.progress, note(box, attempt));
    } catch (fault) {
      if (fault instanceof PlatformFault && !fault.again) throw fault;
      last = fault;
    }
  }
  throw last;
}

async function sentOnce(subject: string, attachments: number) {
  const arrived = (await tenant.folder(STEP_DOWN, 'inbox')).filter((found) => found.subject === subject);
  expect(arrived).toHaveLength(1);
  expect((await tenant.folder(WORKER, 'sentitems')).filter((found) => found.subject === subject)).toHaveLength(1);
  expect(await tenant.folder(WORKER, 'drafts')).toHaveLength(0);
  const path = `/users/${STEP_DOWN}/messages/${arrived[0]?.id}/attachments`;
  const { value } = await tenant.outlook<{ value: Shown[] }>('GET', path);
  expect(value).toHaveLength(attachments);
}

describe('Sending a mail', () => {
  test('it arrives with subject, text, copy and documents', async () => {
    const box = outbox();
    const what = mail('case/1/referral', { attachments: [pdf('assessment.pdf', 'text of it')] });
    const { messageId } = await graphMailboxes(tenant.graph).send(what, box.progress, box.note);

    const [arrived] = await tenant.folder(STEP_DOWN, 'inbox');
    expect(arrived).toMatchObject({
      subject: 'CAM-7K3F Step down referral',
      body: { contentType: 'text', content: 'Two children.\nThe eight items follow.' },
      from: { emailAddress: { address: WORKER } },
      toRecipients: [{ emailAddress: { address: STEP_DOWN } }],
      ccRecipients: [{ emailAddress: { address: 'worker2@camden.example' } }],
    });
    const path = `/users/${STEP_DOWN}/messages/${arrived?.id}/attachments`;
    const { value } = await tenant.outlook<{ value: Shown[] }>('GET', path);
    expect(value).toMatchObject([
      { name: 'assessment.pdf', contentBytes: Buffer.from('text of it').toString('base64') },
    ]);
    const [sent] = await tenant.folder(WORKER, 'sentitems');
    expect(sent).toMatchObject({ id: messageId, isDraft: false });
  });

  test('its Message-ID is made of the key, and says nothing of it', () => {
    const key = 'case/Kayleigh/referral';
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 40);
    expect(messageIdOf(key, 'stepwise.invalid')).toBe(`<${hash}@stepwise.invalid>`);
  });

  test('the same key asked for again sends nothing', async () => {
    const first = await sendUntilThrough(mail('k'), [tenant.graph]);
    const again = await sendUntilThrough(mail('k'), [tenant.graph]);
    expect(again).toEqual(first);
    await sentOnce('CAM-7K3F Step down referral', 0);
  });

  test('another key sends another mail', async () => {
    await sendUntilThrough(mail('k1'), [tenant.graph]);
    await sendUntilThrough(mail('k2'), [tenant.graph]);
    expect(await tenant.folder(STEP_DOWN, 'inbox')).toHaveLength(2);
  });

  // look for it, create the draft, attach, attach, send
  test.each([1, 2, 3, 4, 5])('once, although the connection is lost after call %i', async (n) => {
    const what = mail('k', { attachments: [pdf('a.pdf', 'a'), pdf('b.pdf', 'b')] });
    await sendUntilThrough(what, [tenant.cutAfter(n), tenant.graph]);
    await sentOnce(what.subject, 2);
  });

  test('once, although the connection is lost after every call of many attempts', async () => {
    const what = mail('k', { attachments: [pdf('a.pdf', 'a'), pdf('b.pdf', 'b')] });
    const attempts = [1, 2, 3, 1, 4, 2, 3, 4].map((n) => tenant.cutAfter(n));
    await sendUntilThrough(what, [...attempts, tenant.graph]);
    await sentOnce(what.subject, 2);
  });

  test('the test that loses connections does lose them', async () => {
    await expect(sendUntilThrough(mail('k'), [tenant.cutAfter(3)])).rejects.toMatchObject({ again: true });
    expect(await tenant.folder(STEP_DOWN, 'inbox')).toHaveLength(1);
  });

  test.each([
    ['before', 1],
    ['after', 1],
    ['before', 2],
    ['after', 2],
  ])('once, although the program dies %s its note %i is kept', async (when, n) => {
    let noted = 0;
    await sendUntilThrough(mail('k'), [tenant.graph, tenant.graph], (box, attempt) => async (progress) => {
      noted += 1;
      if (attempt > 0 || noted !== n) return await box.note(progress);
      if (when === 'after') await box.note(progress);
      throw new Error('killed');
    });
    await sentOnce('CAM-7K3F Step down referral', 0);
  });

  test.each([
    ['create the draft', `/users/${WORKER}/messages`],
    ['send', `/users/${WORKER}/messages/*/send`],
  ])('once, although Graph does it and then says that it is too busy: %s', async (_, path) => {
    await tenant.fault({ match: { method: 'POST', path }, status: 503, after: true });
    await sendUntilThrough(mail('k'), [tenant.graph, tenant.graph]);
    await sentOnce('CAM-7K3F Step down referral', 0);
  });

  test('throttled, it is tried again when Graph says, or when it does not say', async () => {
    const path = `/users/${WORKER}/messages`;
    await tenant.fault({ match: { method: 'POST', path }, status: 429, retryAfter: 17 });
    await expect(sendUntilThrough(mail('k'), [tenant.graph])).rejects.toMatchObject({
      status: 429,
      again: true,
      retryAfterSeconds: 17,
    });
    await tenant.fault({ match: { method: 'POST', path }, status: 429 });
    await expect(sendUntilThrough(mail('k'), [tenant.graph])).rejects.toMatchObject({
      again: true,
      retryAfterSeconds: undefined,
    });
    await sendUntilThrough(mail('k'), [tenant.graph]);
    await sentOnce('CAM-7K3F Step down referral', 0);
  });

  test('a document that is there is not attached twice, although Exchange counts more bytes than it has', async () => {
    const counting: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (!String(input).includes('/attachments') || init?.method !== 'GET') return answer;
      const text = (await answer.text()).replace(/"size":(\d+)/g, (_, size) => `"size":${Number(size) + 182}`);
      return new Response(text, answer);
    };
    const what = mail('k', { attachments: [pdf('a.pdf', 'a'), pdf('b.pdf', 'b')] });
    await sendUntilThrough(what, [tenant.cutAfter(3), openGraph({ ...own, fetch: counting })]);
    await sentOnce(what.subject, 2);
    expect((await tenant.calls()).filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  test('a draft that is not found when its document is attached is looked for again', async () => {
    const what = mail('k', { attachments: [pdf('a.pdf', 'a')] });
    await tenant.fault({ match: { method: 'POST', path: `/users/${WORKER}/messages/*/attachments` }, status: 404 });
    await sendUntilThrough(what, [tenant.graph, tenant.graph]);
    await sentOnce(what.subject, 1);
  });

  test('a draft that somebody deleted before it went is made anew', async () => {
    const box = outbox();
    await expect(graphMailboxes(tenant.cutAfter(2)).send(mail('k'), box.progress, box.note)).rejects.toThrow();
    const [draft] = await tenant.folder(WORKER, 'drafts');
    await tenant.outlook('DELETE', `/users/${WORKER}/messages/${draft?.id}`);
    const [inBin] = (
      await tenant.outlook<{ value: Shown[] }>('GET', `/users/${WORKER}/mailFolders/deleteditems/messages`)
    ).value;
    await tenant.outlook('DELETE', `/users/${WORKER}/messages/${inBin?.id}`);
    await graphMailboxes(tenant.graph).send(mail('k'), { draftId: String(draft?.id) }, box.note);
    await sentOnce('CAM-7K3F Step down referral', 0);
  });

  test('a draft that somebody sent by hand is not sent again', async () => {
    const box = outbox();
    await expect(graphMailboxes(tenant.cutAfter(2)).send(mail('k'), box.progress, box.note)).rejects.toThrow();
    const [draft] = await tenant.folder(WORKER, 'drafts');
    await tenant.outlook('POST', `/users/${WORKER}/messages/${draft?.id}/send`);
    await graphMailboxes(tenant.graph).send(mail('k'), box.progress, box.note);
    await sentOnce('CAM-7K3F Step down referral', 0);
  });

  test('a message on its way, in no folder, counts as sent once its sending was asked for', async () => {
    const box = outbox();
    await box.note({ draftId: 'AAkALg-on-its-way', sendAsked: 'yes' });
    await tenant.fault({ match: { method: 'GET', path: `/users/${WORKER}/messages/` }, status: 404 });
    const sent = await graphMailboxes(tenant.graph).send(mail('k'), box.progress, box.note);
    expect(sent.messageId).toBe('AAkALg-on-its-way');
    expect(await tenant.folder(STEP_DOWN, 'inbox')).toHaveLength(0);
  });

  test('a draft that Graph does not find yet is not taken for sent', async () => {
    const match = { method: 'POST', path: `/users/${WORKER}/messages/*/send` };
    await tenant.fault({ match, status: 404 });
    await sendUntilThrough(mail('k'), [tenant.graph, tenant.graph]);
    await sentOnce('CAM-7K3F Step down referral', 0);
  });

  test('a mailbox that does not exist is not tried again', async () => {
    const nobody = mail('k', { from: 'nobody@camden.example' });
    await expect(sendUntilThrough(nobody, [tenant.graph])).rejects.toMatchObject({ status: 404, again: false });
  });

  test('a document of more than 150 megabytes is refused in plain words, without its name', async () => {
    const large = { ...pdf('Kayleigh Brown.pdf', ''), bytes: new Uint8Array(LARGEST_ATTACHMENT + 1) };
    const refused = sendUntilThrough(mail('k', { attachments: [pdf('a.pdf', 'a'), large] }), [tenant.graph]);
    await expect(refused).rejects.toMatchObject({
      again: false,
      message: 'Document 2 of 2 is 151 MB. Up to 150 MB can be attached: send a link instead.',
    });
    expect(await tenant.calls()).toHaveLength(0);
  });

  test('the largest document that goes in one call arrives', async () => {
    const large = { ...pdf('plan.pdf', ''), bytes: new Uint8Array(LARGEST_IN_ONE_CALL - 1) };
    await sendUntilThrough(mail('k', { attachments: [large] }), [tenant.graph]);
    await sentOnce('CAM-7K3F Step down referral', 1);
  });

  test('every request asks for ids that survive the move to Sent Items', async () => {
    await sendUntilThrough(mail('k'), [tenant.graph]);
    const calls = await tenant.calls();
    expect(calls.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
      'GET messages',
      'POST messages',
      'POST send',
    ]);
    for (const { requestHeaders } of calls) {
      expect(requestHeaders.prefer).toContain('IdType="ImmutableId"');
      expect(requestHeaders.prefer).toContain('outlook.timezone="UTC"');
    }
  });
});

describe('What is known of a mail that was sent', () => {
  test('is what its copy in Sent Items says', async () => {
    const sent = await sendUntilThrough(mail('k'), [tenant.graph]);
    const [copy] = await tenant.folder(WORKER, 'sentitems');
    expect(sent).toEqual({
      messageId: copy?.id,
      internetMessageId: messageIdOf('k', 'stepwise.invalid').slice(1, -1),
      conversationId: copy?.conversationId,
    });
    expect(copy?.internetMessageId).toBe(`<${sent.internetMessageId}>`);
  });

  test.each([1, 2, 3, 4])('is the same although the connection is lost after call %i', async (n) => {
    const sent = await sendUntilThrough(mail('k'), [tenant.cutAfter(n), tenant.graph]);
    const [copy] = await tenant.folder(WORKER, 'sentitems');
    expect(sent).toEqual({
      messageId: copy?.id,
      internetMessageId: messageIdOf('k', 'stepwise.invalid').slice(1, -1),
      conversationId: copy?.conversationId,
    });
  });

  test('is the Message-ID that Exchange gave it, where it did not take ours', async () => {
    const sent = await sendUntilThrough(mail('k'), [openGraph({ ...own, fetch: withoutMessageId })]);
    const [copy] = await tenant.folder(WORKER, 'sentitems');
    expect(sent.internetMessageId).not.toContain('stepwise.invalid');
    expect(copy?.internetMessageId).toBe(`<${sent.internetMessageId}>`);
  });
});

describe('An answer', () => {
  const SCHOOL = { name: 'Renée Outside', address: 'renee@camden.example' };
  const answer = (answers: string, more: Partial<Mail> = {}) =>
    mail('answer', {
      from: STEP_DOWN,
      to: [WORKER],
      copy: [],
      subject: 'Re: A family',
      text: 'What is missing.',
      answers,
      ...more,
    });
  let question: { readonly id: string; readonly internetMessageId: string };
  beforeEach(async () => {
    question = await tenant.deliver(STEP_DOWN, 'A family', { from: SCHOOL });
  });
  const original = async () => (await tenant.folder(STEP_DOWN, 'inbox')).find(({ id }) => id === question.id);
  async function answeredOnce() {
    const arrived = (await tenant.folder(WORKER, 'inbox')).filter(({ subject }) => subject === 'Re: A family');
    expect(arrived).toHaveLength(1);
    expect(await tenant.folder(STEP_DOWN, 'sentitems')).toHaveLength(1);
    expect(await tenant.folder(STEP_DOWN, 'drafts')).toHaveLength(0);
    return arrived[0];
  }

  test('stands in the conversation of the mail that it answers, with our words and nothing of its', async () => {
    const sent = await sendUntilThrough(answer(question.id), [tenant.graph]);
    expect(sent.conversationId).toBe((await original())?.conversationId);
    expect(await answeredOnce()).toMatchObject({
      internetMessageId: `<${sent.internetMessageId}>`,
      body: { contentType: 'text', content: 'What is missing.' },
      toRecipients: [{ emailAddress: { address: WORKER } }],
      ccRecipients: [],
    });
    expect(sent.internetMessageId).toBe(messageIdOf('answer', 'stepwise.invalid').slice(1, -1));
    expect((await tenant.calls()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
      'GET messages',
      'POST createReply',
      'POST send',
    ]);
  });

  // look for it, begin it, attach, send
  test.each([1, 2, 3, 4])('goes once, although the connection is lost after call %i', async (n) => {
    const what = answer(question.id, { attachments: [pdf('form.pdf', 'a')] });
    await sendUntilThrough(what, [tenant.cutAfter(n), tenant.graph]);
    expect(await answeredOnce()).toMatchObject({ hasAttachments: true });
  });

  test('is given our Message-ID where it was begun with another', async () => {
    const sent = await sendUntilThrough(answer(question.id), [openGraph({ ...own, fetch: withoutMessageId })]);
    expect(sent.internetMessageId).toBe(messageIdOf('answer', 'stepwise.invalid').slice(1, -1));
    expect((await answeredOnce())?.internetMessageId).toBe(`<${sent.internetMessageId}>`);
  });

  test('is known by another where Exchange will not have ours', async () => {
    await tenant.fault({ match: { method: 'PATCH' }, status: 400 });
    const sent = await sendUntilThrough(answer(question.id), [openGraph({ ...own, fetch: withoutMessageId })]);
    expect(sent.internetMessageId).not.toContain('stepwise.invalid');
    expect((await answeredOnce())?.internetMessageId).toBe(`<${sent.internetMessageId}>`);
  });

  test('goes by itself where somebody has deleted the mail meanwhile', async () => {
    await tenant.fault({ match: { method: 'POST', path: `/users/${STEP_DOWN}/messages/*/createReply` }, status: 404 });
    await sendUntilThrough(answer(question.id), [tenant.graph]);
    expect(await answeredOnce()).toMatchObject({ body: { content: 'What is missing.' } });
  });
});

describe('A large document', () => {
  const LARGE = 4_200_000;
  const bytes = Uint8Array.from({ length: LARGE }, (_, index) => (index * 7 + (index >> 12)) % 251);
  const large = { ...pdf('assessment.pdf', ''), bytes };
  const what = () => mail('k', { attachments: [pdf('a.pdf', 'a'), large] });

  async function arrivedWhole(attachments = ['a.pdf', 'assessment.pdf']) {
    await sentOnce('CAM-7K3F Step down referral', attachments.length);
    const [arrived] = await tenant.folder(STEP_DOWN, 'inbox');
    const path = `/users/${STEP_DOWN}/messages/${arrived?.id}/attachments`;
    const { value } = await tenant.outlook<{ value: { name: string; contentBytes: string }[] }>('GET', path);
    expect(value.map(({ name }) => name)).toEqual(attachments);
    expect(Buffer.from(value.at(-1)?.contentBytes ?? '', 'base64').equals(bytes)).toBe(true);
  }

  /** Every request as it leaves, `PUT` of an upload session too; the `lost`th answer of them is lost. */
  function watched(lost = 0) {
    const puts: { readonly range: string; readonly length: number; readonly authorization: string | null }[] = [];
    const methods: string[] = [];
    const watching: typeof fetch = async (input, init) => {
      const headers = new Headers(init?.headers);
      methods.push(`${init?.method ?? 'GET'} ${String(input).includes('/uploads/') ? 'upload' : 'Graph'}`);
      if (init?.method === 'PUT')
        puts.push({
          range: headers.get('Content-Range') ?? '',
          length: (init.body as Uint8Array).byteLength,
          authorization: headers.get('Authorization'),
        });
      const answer = await fetch(input, init);
      if (methods.length !== lost) return answer;
      await answer.arrayBuffer();
      throw new TypeError('fetch failed');
    };
    return { puts, methods, graph: openGraph({ ...own, fetch: watching }) };
  }

  test('goes in parts of less than 4 MB, in order, without our token', async () => {
    const { puts, graph } = watched();
    await sendUntilThrough(what(), [graph]);
    await arrivedWhole();
    expect(puts).toEqual([
      { range: `bytes 0-3932159/${LARGE}`, length: 3_932_160, authorization: null },
      { range: `bytes 3932160-4199999/${LARGE}`, length: 267_840, authorization: null },
    ]);
  });

  // look, draft, small one, session, two parts, send
  test.each([4, 5, 6, 7])('arrives whole and once, although the program dies after call %i', async (n) => {
    await sendUntilThrough(what(), [watched(n).graph, tenant.graph]);
    await arrivedWhole();
  });

  test('goes on where it stopped, while the program runs', async () => {
    const { graph, methods } = watched(5);
    const mailboxes = graphMailboxes(graph);
    const box = outbox();
    await expect(mailboxes.send(what(), box.progress, box.note)).rejects.toMatchObject({ again: true });
    methods.length = 0;
    methods.push(...Array<string>(10).fill('before'));
    await mailboxes.send(what(), box.progress, box.note);
    // The draft by its id, what is attached, how far the upload came, its last part, the sending.
    expect(methods.slice(10)).toEqual(['GET Graph', 'GET Graph', 'GET upload', 'PUT upload', 'POST Graph']);
    await arrivedWhole();
  });

  test('begins again where its session is over', async () => {
    const { graph } = watched(5);
    const mailboxes = graphMailboxes(graph);
    const box = outbox();
    await expect(mailboxes.send(what(), box.progress, box.note)).rejects.toMatchObject({ again: true });
    await tenant.fault({ match: { method: 'GET', path: '/uploads/' }, status: 404 });
    await mailboxes.send(what(), box.progress, box.note);
    await arrivedWhole();
  });

  test('is attached anew where only half of it is there', async () => {
    const box = outbox();
    await expect(graphMailboxes(tenant.cutAfter(2)).send(what(), box.progress, box.note)).rejects.toThrow();
    const [draft] = await tenant.folder(WORKER, 'drafts');
    await tenant.outlook('POST', `/users/${WORKER}/messages/${draft?.id}/attachments`, {
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: 'assessment.pdf',
      contentBytes: Buffer.from('half').toString('base64'),
    });
    await sendUntilThrough(what(), [tenant.graph]);
    await arrivedWhole();
  });

  test('is not tried again where the mailbox takes none of its size', async () => {
    await tenant.fault({ match: { method: 'PUT', path: '/uploads/' }, status: 413 });
    await expect(sendUntilThrough(what(), [tenant.graph])).rejects.toMatchObject({ status: 413, again: false });
  });
});

describe('An address to which nothing may go', () => {
  test.each([
    ['earlyhelp@barnsley.gcsx.gov.uk', 'Not sent: an address is in gcsx.gov.uk, a secure network that has been'],
    ['someone@Council.GSI.gov.uk', 'is in gsi.gov.uk'],
    ['someone@gse.gov.uk', 'is in gse.gov.uk'],
    ['someone@a.b.gsx.gov.uk', 'is in gsx.gov.uk'],
    ['earlyhelp@barnsley.go.uk', 'Perhaps barnsley.gov.uk is meant'],
    ['earlyhelp@barnsley.gov', 'Perhaps barnsley.gov.uk is meant'],
    ['someone@council', 'Put the whole address'],
  ])('%s is refused before anything is asked of Graph, and is not named', async (address, words) => {
    const refused = sendUntilThrough(mail('k', { copy: [address] }), [tenant.graph]);
    await expect(refused).rejects.toMatchObject({ again: false, message: expect.stringContaining(words) });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(address.split('@')[0] ?? '') });
    expect(await tenant.calls()).toHaveLength(0);
  });

  test.each(['a@barnsley.gov.uk', 'a@mygsi.gov.uk', 'a@gsi.example', 'a@nhs.net'])('%s is not refused', (address) => {
    expect(addressFault(address)).toBeUndefined();
  });
});

holdAgainstContract();
