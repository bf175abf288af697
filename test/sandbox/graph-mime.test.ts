/** Mail as it goes over the wire: what comes in as MIME, what goes out as MIME, and what Exchange answers by itself. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import PostalMime from 'postal-mime';
import { AMARA, type Bench, JO, NIA, openBench, PRIYA, post, STEPDOWN, to } from './graph-harness.ts';

interface Message {
  id: string;
  subject: string;
  bodyPreview: string;
  hasAttachments: boolean;
  internetMessageId: string;
  conversationId: string;
  sentDateTime: string;
  from?: { emailAddress: { name: string; address: string } };
  internetMessageHeaders?: { name: string; value: string }[];
}

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.finish();
});

const mail = async (mime: string | Buffer, ...whom: string[]) => {
  const query = whom.map((address) => `to=${encodeURIComponent(address)}`).join('&');
  const response = await fetch(`${bench.root}/sandbox/mail?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'message/rfc822' },
    body: typeof mime === 'string' ? mime : new Uint8Array(mime),
  });
  return {
    status: response.status,
    ...((await response.json()) as {
      delivered: { mailbox: string; id: string; internetMessageId: string }[];
      unknown: string[];
    }),
  };
};
const HEADERS = 'internetMessageHeaders,subject,conversationId,internetMessageId';
const read = (who: string, id: string, select?: string): Promise<Message> => {
  const asked = bench.client.api(`/users/${who}/messages/${id}`);
  return (select ? asked.select(select) : asked).get();
};
const value = async (who: string, id: string): Promise<Buffer> =>
  Buffer.from(await (await fetch(`${bench.root}/graph/v1.0/users/${who}/messages/${id}/$value`)).arrayBuffer());
const newest = async (who: string, folder = 'inbox'): Promise<Message> =>
  (await bench.client.api(`/users/${who}/mailFolders/${folder}/messages`).top(1).get()).value[0];
const header = (message: Message, name: string) =>
  message.internetMessageHeaders?.find((one) => one.name.toLowerCase() === name.toLowerCase())?.value;
const lines = (...all: string[]) => `${all.join('\r\n')}\r\n`;

const SIMPLE = lines(
  'From: =?utf-8?Q?Ren=C3=A9e_Outside?= <renee@school.example>',
  `To: ${STEPDOWN}`,
  'Subject: A question about a family',
  'Date: Thu, 17 Dec 2026 15:00:00 +0000',
  'Message-ID: <first@school.example>',
  '',
  'Hello, whom do I ask?',
);

describe('a mail that comes in over the wire', () => {
  test('lies in each mailbox with what its header says, and keeps its bytes', async () => {
    const { status, delivered, unknown } = await mail(SIMPLE, STEPDOWN, PRIYA, 'nobody@camden.example');
    expect([status, delivered.map(({ mailbox }) => mailbox), unknown]).toEqual([
      201,
      [STEPDOWN, PRIYA],
      ['nobody@camden.example'],
    ]);
    for (const { mailbox, id } of delivered) {
      expect(await read(mailbox, id)).toMatchObject({
        subject: 'A question about a family',
        bodyPreview: 'Hello, whom do I ask?',
        hasAttachments: false,
        internetMessageId: '<first@school.example>',
        sentDateTime: '2026-12-17T15:00:00Z',
        receivedDateTime: '2026-12-17T16:20:00Z',
        from: { emailAddress: { name: 'Renée Outside', address: 'renee@school.example' } },
      });
      expect((await value(mailbox, id)).toString()).toBe(SIMPLE);
    }
  });

  test('joins the conversation of the mail that it answers', async () => {
    const [first] = (await mail(SIMPLE.replace('first@', 'second@'), NIA)).delivered;
    const answer = lines(
      'From: renee@school.example',
      'Subject: One more thing',
      'References: <unknown@school.example> <second@school.example>',
      'Message-ID: <third@school.example>',
      '',
      'And this.',
    );
    const [second] = (await mail(answer, NIA)).delivered;
    const conversation = async (id: string | undefined) => (await read(NIA, id ?? '')).conversationId;
    expect(await conversation(second?.id)).toBe(await conversation(first?.id));
  });

  test('has its files as attachments, with their names and bytes', async () => {
    const [{ id } = { id: '' }] = (
      await mail(
        lines(
          'From: renee@school.example',
          'Content-Type: multipart/mixed; boundary="b"',
          '',
          '--b',
          'Content-Type: text/html; charset=utf-8',
          '',
          '<p>See the plan</p>',
          '--b',
          'Content-Type: application/pdf; name="plan.pdf"',
          'Content-Disposition: attachment; filename="plan.pdf"',
          'Content-Transfer-Encoding: base64',
          '',
          Buffer.from('the plan').toString('base64'),
          '--b--',
        ),
        JO,
      )
    ).delivered;
    const message = await read(JO, id);
    expect([message.hasAttachments, message.bodyPreview]).toEqual([true, 'See the plan']);
    const files = await bench.client.api(`/users/${JO}/messages/${id}/attachments`).get();
    expect(files.value).toMatchObject([{ name: 'plan.pdf', contentType: 'application/pdf', size: 8 }]);
    const raw = await fetch(
      `${bench.root}/graph/v1.0/users/${JO}/messages/${id}/attachments/${files.value[0].id}/$value`,
    );
    expect(await raw.text()).toBe('the plan');
    // Without a Message-ID the first server gives it one.
    expect(message.internetMessageId).toMatch(/^<.+@.+>$/);
  });

  test('is taken in however hostile it is', async () => {
    const parts = Array.from({ length: 20_000 }, (_, n) => `--b\r\nContent-Type: text/plain\r\n\r\n${n}\r\n`).join('');
    let deep = '';
    for (let n = 0; n < 400; n += 1) {
      deep += `Content-Type: multipart/mixed; boundary="x${n}"\r\n\r\n--x${n}\r\n`;
    }
    const subject = (text: string) => `From: bad@outside.example\r\nSubject: ${text}\r\nMessage-ID:\r\n`;
    const mails: [string, Buffer][] = [
      ['Parts', Buffer.from(`${subject('Parts')}Content-Type: multipart/mixed; boundary="b"\r\n\r\n${parts}--b--`)],
      ['Deep', Buffer.from(`${subject('Deep')}${deep}`)],
      ['Large', Buffer.concat([Buffer.from(`${subject('Large')}\r\n`), Buffer.alloc(34 * 1024 * 1024, 'a ')])],
      ['Header', Buffer.from(`${subject('Header')}X-Long: ${'y'.repeat(3_000_000)}\r\n\r\nBody`)],
      ['Nulls', Buffer.concat([Buffer.from(`${subject('Nulls')}\r\n`), Buffer.alloc(1000)])],
      ['Bad', Buffer.from(`${subject('Bad')}Content-Type: text/plain; charset="no-such"\r\n\r\n\xff\xfe`, 'latin1')],
    ];
    for (const [name, bytes] of mails) {
      const { status, delivered } = await mail(bytes, AMARA);
      const id = delivered[0]?.id ?? '';
      expect([name, status, (await read(AMARA, id)).subject, (await read(AMARA, id)).internetMessageId]).toEqual([
        name,
        201,
        name,
        '',
      ]);
      expect((await value(AMARA, id)).equals(bytes)).toBe(true);
    }
  });

  test('for nobody here is refused', async () => {
    expect((await mail(SIMPLE, 'nobody@camden.example')).status).toBe(404);
    expect((await mail(SIMPLE)).status).toBe(400);
  });

  test('can be written by somebody outside without knowing MIME', async () => {
    const { status, body } = await post(`${bench.root}/sandbox/mail`, {
      from: { name: 'Dr Outside', address: 'dr@surgery.example' },
      to: [STEPDOWN],
      subject: 'Létter',
      text: 'Dear all',
      attachments: [
        { name: 'notes.txt', contentType: 'text/plain', contentBytes: Buffer.from('x').toString('base64') },
      ],
    });
    expect(status).toBe(201);
    const [{ id }] = body.delivered as [{ id: string }];
    const message = await read(STEPDOWN, id);
    expect([message.subject, message.from?.emailAddress.name, message.hasAttachments]).toEqual([
      'Létter',
      'Dr Outside',
      true,
    ]);
    expect((await PostalMime.parse(await value(STEPDOWN, id))).subject).toBe('Létter');
  });
});

describe('a mail that was written over Graph', () => {
  test('can be had as MIME, the same at each call, with its headers and files', async () => {
    const draft: Message = await bench.client.api(`/users/${AMARA}/messages`).post({
      subject: 'CAM-0001: die Übergabe',
      internetMessageId: '<out-1@stepwise.example>',
      body: { contentType: 'text', content: 'The text' },
      toRecipients: to(STEPDOWN),
      ccRecipients: to(NIA),
      internetMessageHeaders: [{ name: 'X-Stepwise', value: 'yes' }],
      attachments: [
        { '@odata.type': '#microsoft.graph.fileAttachment', name: 'plan.txt', contentBytes: 'dGhlIHBsYW4=' },
      ],
    });
    const mime = await value(AMARA, draft.id);
    expect(await value(AMARA, draft.id)).toEqual(mime);
    const email = await PostalMime.parse(mime);
    expect(email).toMatchObject({
      subject: 'CAM-0001: die Übergabe',
      messageId: '<out-1@stepwise.example>',
      from: { address: AMARA },
      to: [{ address: STEPDOWN }],
      cc: [{ address: NIA }],
      text: 'The text\n',
      attachments: [{ filename: 'plan.txt' }],
    });
    expect(email.headers.find(({ key }) => key === 'x-stepwise')?.value).toBe('yes');
  });

  test('as an answer says what it answers, and stays in the conversation', async () => {
    const [{ id } = { id: '' }] = (await mail(SIMPLE.replace('first@', 'asked@'), STEPDOWN)).delivered;
    const asked = await read(STEPDOWN, id);
    const draft: Message = await bench.client.api(`/users/${STEPDOWN}/messages/${id}/createReply`).post({
      message: {
        internetMessageId: '<answer-1@stepwise.example>',
        subject: 'RE: A question, CAM-0007',
        toRecipients: to(JO),
        body: { contentType: 'text', content: 'Please ask the duty desk.' },
      },
    });
    const answer = await read(STEPDOWN, draft.id, HEADERS);
    expect([header(answer, 'In-Reply-To'), header(answer, 'References'), answer.conversationId]).toEqual([
      '<asked@school.example>',
      '<asked@school.example>',
      asked.conversationId,
    ]);
    await bench.client.api(`/users/${STEPDOWN}/messages/${draft.id}/send`).post({});
    const received = await newest(JO);
    const email = await PostalMime.parse(await value(JO, received.id));
    expect([email.inReplyTo, email.messageId, email.text]).toEqual([
      '<asked@school.example>',
      '<answer-1@stepwise.example>',
      'Please ask the duty desk.\n',
    ]);
    await bench.client.api(`/users/${JO}/messages/${received.id}/reply`).post({ comment: 'Thank you' });
    const thanks = await read(STEPDOWN, (await newest(STEPDOWN)).id, HEADERS);
    expect([header(thanks, 'References'), thanks.conversationId]).toEqual([
      '<asked@school.example> <answer-1@stepwise.example>',
      asked.conversationId,
    ]);
  });

  test('passed on says what was passed on, and takes the files along', async () => {
    const { body } = await post(`${bench.root}/sandbox/mail`, {
      from: 'gp@surgery.example',
      to: [NIA],
      subject: 'Letter',
      attachments: [{ name: 'letter.pdf', contentBytes: 'eA==' }],
    });
    const [{ id, internetMessageId }] = body.delivered as [{ id: string; internetMessageId: string }];
    await bench.client.api(`/users/${NIA}/messages/${id}/forward`).post({ comment: 'See', toRecipients: to(STEPDOWN) });
    const passedOn = await newest(STEPDOWN);
    expect([passedOn.subject, passedOn.hasAttachments]).toEqual(['FW: Letter', true]);
    expect(header(await read(STEPDOWN, passedOn.id, HEADERS), 'In-Reply-To')).toBe(internetMessageId);
  });
});

describe('what Exchange answers by itself', () => {
  const send = (from: string, whom: string, more: Record<string, unknown> = {}) =>
    bench.client.api(`/users/${from}/sendMail`).post({
      message: {
        subject: 'CAM-0009',
        internetMessageId: `<to-${whom}@stepwise.example>`,
        toRecipients: to(whom),
        ...more,
      },
    });

  test.each(['nobody@camden.example', 'office@nowhere.invalid'])('a report comes back from %s', async (whom) => {
    await send(STEPDOWN, whom);
    const { id } = await newest(STEPDOWN);
    const report = await read(STEPDOWN, id, HEADERS);
    expect(report.subject).toBe('Undeliverable: CAM-0009');
    expect([header(report, 'X-MS-Exchange-Message-Is-Ndr'), header(report, 'In-Reply-To')]).toEqual([
      '',
      `<to-${whom}@stepwise.example>`,
    ]);
    const mime = (await value(STEPDOWN, id)).toString();
    expect(mime).toContain('multipart/report; report-type=delivery-status');
    expect(mime).toContain(`Final-Recipient: rfc822;${whom}`);
    expect(mime.split('text/rfc822-headers')[1]).toContain(`Message-ID: <to-${whom}@stepwise.example>`);
  });

  test('whoever is away says so once to each sender, and never to a machine', async () => {
    const away = (from: string | null) =>
      post(`${bench.root}/sandbox/away`, { person: PRIYA, from, to: from && '2026-12-22T17:00:00Z' });
    await away('2026-12-17T09:00:00Z');
    const answers = async () =>
      (await bench.client.api(`/users/${STEPDOWN}/mailFolders/inbox/messages`).top(100).get()).value.filter(
        ({ subject }: Message) => subject.startsWith('Automatic reply: '),
      ) as Message[];
    await send(STEPDOWN, PRIYA);
    await send(STEPDOWN, PRIYA, { subject: 'Again' });
    const [only, ...others] = await answers();
    expect([only?.subject, others]).toEqual(['Automatic reply: CAM-0009', []]);
    const full = await read(STEPDOWN, only?.id ?? '', HEADERS);
    expect([header(full, 'Auto-Submitted'), header(full, 'In-Reply-To')]).toEqual([
      'auto-replied',
      `<to-${PRIYA}@stepwise.example>`,
    ]);
    const outside = async () =>
      ((await (await fetch(`${bench.root}/sandbox/outside`)).json()) as { to: { address: string } }[])
        .map((one) => one.to.address)
        .filter((address) => address.endsWith('@school.example'));
    await mail(SIMPLE, PRIYA);
    await mail(`Auto-Submitted: auto-generated\r\n${SIMPLE.replace('renee@', 'robot@')}`, PRIYA);
    await mail(`List-Id: <news.school.example>\r\n${SIMPLE.replace('renee@', 'list@')}`, PRIYA);
    expect(await outside()).toEqual(['renee@school.example']);
    // Back, and away anew: told anew.
    await away(null);
    await send(STEPDOWN, PRIYA);
    expect(await answers()).toHaveLength(1);
    await away('2026-12-17T09:00:00Z');
    await send(STEPDOWN, PRIYA);
    expect(await answers()).toHaveLength(2);
  });
});
