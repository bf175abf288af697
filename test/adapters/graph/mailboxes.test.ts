import { createHash } from 'node:crypto';
import { LARGEST_IN_ONE_CALL } from '../../../src/adapters/graph/attachments.ts';
import type { Graph } from '../../../src/adapters/graph/client.ts';
import { graphMailboxes, LARGEST_ATTACHMENT, messageIdOf } from '../../../src/adapters/graph/mailboxes.ts';
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
beforeEach(async () => {
  tenant = await openTenant();
});
afterEach(() => tenant.close());

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

holdAgainstContract();
