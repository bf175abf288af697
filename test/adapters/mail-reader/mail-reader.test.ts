import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { openMailReader } from '../../../src/adapters/mail-reader/open.ts';
import { LONGEST_TEXT, type MailReader, type ReadMail } from '../../../src/application/ports/mail.ts';
import { HOSTILE } from './hostile.ts';
import { CHARSETS, composed, DUTY, inCharset, messages, OUR_ID, SENDER, structured } from './messages.ts';

/** Two seconds on a machine of its own; this one is shared with every other test. */
const CEILING_MS = 10_000;

/** As it comes. */
let strict: MailReader;
/** With more time, where a busy machine may not make "took too long" of what is to be read. */
let reader: MailReader;
beforeAll(() => {
  strict = openMailReader();
  reader = openMailReader({ readingTime: 8_000 });
});
afterAll(async () => {
  await strict.close();
  await reader.close();
});

async function read(mime: Buffer | Promise<Buffer>, by: MailReader = reader): Promise<ReadMail> {
  const mail = await by.read(await mime);
  if ('unreadable' in mail) throw new Error(`not read: ${mail.unreadable}`);
  return mail;
}

const names = (mail: ReadMail): string[] => mail.attachments.map(({ name }) => name);

describe('What is read of a mail', () => {
  test('A plain mail: who, to whom, about what, and its text', async () => {
    const mail = await read(messages.plain());
    expect(mail).toMatchObject({
      kind: 'person',
      messageId: 'plain.1@school.example',
      from: SENDER,
      replyTo: { name: '', address: 'office@school.example' },
      to: [{ name: '', address: DUTY }],
      copy: [{ name: 'Kay Reed', address: 'kay@school.example' }],
      subject: 'About a family',
      inReplyTo: [],
      references: [],
      returned: [],
      cut: false,
      attachments: [],
    });
    expect(mail.text.split('\n')).toEqual([
      'Referral for step down.',
      '',
      'Child ID: 700123',
      'Date of birth: 04/05/2019',
      'School: Hillside Primary',
    ]);
  });

  test('An HTML mail is what its reader sees: no script, no style, nothing hidden, no address that could be loaded; cells are parted by a tab', async () => {
    const { text } = await read(messages.htmlOnly());
    expect(text.split('\n')).toEqual([
      'Dear team,',
      '',
      'please see our form.',
      '',
      'Child ID\t700123',
      'Date of birth\t04/05/2019',
      '',
      '- Early help',
      '- School',
    ]);
  });

  test('Of two alternatives the plain one is read, unless it says nothing', async () => {
    expect((await read(messages.alternative())).text).toContain('Child ID: 700123');
    expect((await read(messages.alternative())).text).not.toContain('colour');
    expect((await read(messages.blankAlternative())).text).toBe('Only the HTML says something.');
  });

  test('Attachments have a name without a path, their type and their size', async () => {
    const { attachments, text } = await read(messages.attachments());
    expect(text).toBe('Three files.');
    expect(attachments).toEqual([
      {
        name: 'Referral form.docx',
        contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        size: 1_234,
      },
      { name: 'Überblick – 子ども.pdf', contentType: 'application/pdf', size: 17 },
      { name: 'passwd', contentType: 'application/octet-stream', size: 1 },
      { name: 'notes.txt', contentType: 'text/plain', size: 17 },
    ]);
  });

  test('At most 200 attachments, with names of at most 200 characters that keep their ending', async () => {
    const attachments = Array.from({ length: 230 }, (_, n) => ({
      filename: `${'long '.repeat(60)}${n}.docx`,
      content: 'x',
    }));
    const mail = await read(composed({ text: 'x', attachments }));
    expect(mail.attachments).toHaveLength(200);
    expect(names(mail)[0]).toHaveLength(200);
    expect(names(mail)[0]).toMatch(/\.docx$/);
  });

  test('A signed mail is read like any other; an opaque one has no text, and its envelope is named', async () => {
    const signed = await read(messages.signed());
    expect(signed.text).toContain('Child ID: 700123');
    expect(names(signed)).toEqual(['smime.p7s']);
    const opaque = await read(messages.opaqueSigned());
    expect([opaque.text, names(opaque)]).toEqual(['', ['smime.p7m']]);
  });

  test('A mail forwarded within the text keeps its references', async () => {
    const mail = await read(messages.forwardedInline());
    expect(mail.references).toEqual(['first.1@clinic.example', OUR_ID]);
    expect(mail.text).toContain('Child ID: 700123');
  });

  test('A mail forwarded as an attachment is read below the text, its Message-ID kept, its own attachments named', async () => {
    const mail = await read(messages.forwardedAsAttachment());
    expect(mail.text).toMatch(
      /^Please see the message attached\.\n\nForwarded message:\nSubject: Étude of a family\n\nReferral for step down\./,
    );
    expect(mail.references).toEqual(['inner.1@clinic.example']);
    expect(names(mail)).toEqual(['Étude of a family.eml', 'inner form.pdf']);
    expect(mail.messageId).toBe('fwd.2@school.example');
  });

  test('winmail.dat is named, and the text beside it read', async () => {
    const mail = await read(messages.winmail());
    expect([mail.text, names(mail), mail.attachments[0]?.size]).toEqual(['Please see the file.', ['winmail.dat'], 21]);
  });

  test.each(
    CHARSETS.flatMap((one) => (['base64', 'quoted-printable'] as const).map((encoding) => ({ ...one, encoding }))),
  )('Text said to be in $label, in fact $charset, in $encoding', async ({ charset, label, text, encoding }) => {
    const mail = await read(inCharset(text, charset, label, encoding));
    expect(mail.text).toBe(text);
    // A subject has no second guess: only what says truly what it is.
    if (label !== 'utf-8' || charset === 'utf-8') expect(mail.subject).toBe(text);
  });

  test('A text part that has a file’s name is read, and named as well', async () => {
    const note = { filename: 'note.txt', content: 'And this.', contentDisposition: 'inline' as const };
    const mail = await read(composed({ text: 'Read this.', attachments: [note] }));
    expect([mail.text, names(mail)]).toEqual(['Read this.\n\nAnd this.', ['note.txt']]);
  });

  test('A picture written into the HTML does not hide the words behind it', async () => {
    const html = `<img src="data:image/png;base64,${'A'.repeat(3_000_000)}"><p>words</p>`;
    expect(await read(composed({ html }))).toMatchObject({ text: 'words', cut: false });
  });

  test('A text that is longer than is kept is cut, and says so', async () => {
    const mail = await read(composed({ text: 'ab '.repeat(LONGEST_TEXT) }));
    expect([mail.text.length <= LONGEST_TEXT, mail.cut]).toEqual([true, true]);
  });

  test('Null bytes, control characters and marks that turn the writing round are taken out', async () => {
    const { text, subject } = await read(
      composed({ subject: 'a\u202eb\u0007c', text: 'one\u0000 two\u202e three\u2066 \u0007four\r\nfive\ttab' }),
    );
    expect([text, subject]).toEqual(['one two three four\nfive\ttab', 'abc']);
  });
});

describe('What sent a mail', () => {
  test.each([
    ['plain', 'person'],
    ['forwardedAsAttachment', 'person'],
    ['calendarFile', 'person'],
    ['subjectOnlyAutomatic', 'person'],
    ['outOfOffice', 'automatic-reply'],
    ['oldOutOfOffice', 'automatic-reply'],
    ['deliveryReceipt', 'automatic-reply'],
    ['bounce', 'bounce'],
    ['bounceHeadersOnly', 'bounce'],
    ['exchangeBounce', 'bounce'],
    ['oldBounce', 'bounce'],
    ['list', 'list'],
    ['bulk', 'list'],
    ['calendarReply', 'meeting'],
  ] as const)('%s is of the kind %s', async (name, kind) => {
    expect((await read(messages[name]())).kind).toBe(kind);
  });

  test.each([['bounce'], ['bounceHeadersOnly'], ['exchangeBounce'], ['oldBounce']] as const)(
    'A delivery report (%s) gives back the Message-ID of our mail',
    async (name) => {
      expect((await read(messages[name]())).returned).toEqual([OUR_ID]);
    },
  );

  test('An automatic reply names the mail it replies to, and gives nothing back', async () => {
    const mail = await read(messages.outOfOffice());
    expect([mail.inReplyTo, mail.returned]).toEqual([[OUR_ID], []]);
  });

  test('A referral of which a person says that it was not sent automatically is a person’s', async () => {
    expect((await read(composed({ text: 'x', headers: { 'Auto-Submitted': 'no' } }))).kind).toBe('person');
  });

  test('A form that a portal sends of its own accord is as good as a person’s; what a machine answers is not', async () => {
    const kind = async (headers: Record<string, string>) => (await read(composed({ text: 'x', headers }))).kind;
    expect(await kind({ 'Auto-Submitted': 'auto-generated' })).toBe('person');
    expect(await kind({ 'Auto-Submitted': 'auto-generated', 'In-Reply-To': '<a@b>' })).toBe('automatic-reply');
    expect(await kind({ 'Auto-Submitted': 'auto-generated', 'List-Id': '<a.b>' })).toBe('list');
    expect(await kind({ 'Auto-Submitted': 'auto-replied' })).toBe('automatic-reply');
  });

  test('A receipt of reading was sent automatically', async () => {
    const parts = [
      { type: 'text/plain', content: 'Your message was read.' },
      { type: 'message/disposition-notification', content: 'Disposition: manual-action; displayed\r\n' },
    ];
    const mail = structured({ type: 'multipart/report; report-type=disposition-notification', parts }, {});
    expect((await read(mail)).kind).toBe('automatic-reply');
  });

  test('A delivery report that only tells of a delay is not a receipt', async () => {
    const part = (type: string, content: string) => ({ type, content });
    const mail = structured(
      {
        type: 'multipart/report; report-type=delivery-status',
        parts: [part('text/plain', 'Waiting.'), part('message/delivery-status', 'Action: delayed (quota)\r\n')],
      },
      { References: `<${OUR_ID}>` },
      { returnPath: '' },
    );
    expect(await read(mail)).toMatchObject({ kind: 'bounce', returned: [OUR_ID] });
  });
});

describe('A hostile mail is answered, and the next one read', () => {
  test.each(HOSTILE)('$name', async ({ make, becomes }) => {
    const mime = make();
    const by = becomes === 'either' ? strict : reader;
    const began = performance.now();
    const answer = await by.read(mime);
    expect(performance.now() - began).toBeLessThan(CEILING_MS);

    const reason = 'unreadable' in answer ? answer.unreadable : 'text';
    if (becomes === 'either') expect(['text', 'took-too-long']).toContain(reason);
    else expect(reason).toBe(becomes);
    if (!('unreadable' in answer)) expectHarmless(answer);

    expect((await read(messages.plain(), by)).messageId).toBe('plain.1@school.example');
  });

  test('Scripts, styles, pictures and addresses of trackers are nowhere in the text', async () => {
    const hostile = HOSTILE.find(({ name }) => name === 'HTML with scripts and trackers');
    expect((await read(hostile?.make() ?? Buffer.alloc(0))).text).toBe('words\n\nlink');
  });

  test('A file name that climbs out of its folder and hides its ending is shown as what it is', async () => {
    const hostile = HOSTILE.find(({ name }) => name === 'a file name that climbs and lies');
    expect(names(await read(hostile?.make() ?? Buffer.alloc(0)))).toEqual(['afdp.exe']);
  });

  test('Random bytes: a reason or a text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const answer = await reader.read(bytes);
        if (!('unreadable' in answer)) expectHarmless(answer);
      }),
      { numRuns: 60 },
    );
  });

  test('An honest mail of which bytes are changed, lost and doubled: a reason or a text', async () => {
    const honest = await Promise.all([
      messages.forwardedAsAttachment(),
      messages.htmlOnly(),
      messages.bounce(),
      messages.attachments(),
    ]);
    const damage = fc.array(fc.record({ at: fc.nat(), length: fc.nat(60), put: fc.uint8Array({ maxLength: 40 }) }), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...honest), damage, async (mail, damages) => {
        let bytes = mail;
        for (const { at, length, put } of damages) {
          const from = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(Math.min(bytes.length, from + length))]);
        }
        const answer = await reader.read(bytes);
        if (!('unreadable' in answer)) expectHarmless(answer);
      }),
      { numRuns: 100 },
    );
  });
});

describe('The worker', () => {
  const ENDLESS = new URL('./endless-worker.ts', import.meta.url);

  test('One that overruns is ended with a reason, and the mails that wait are read by a fresh one', async () => {
    const hurried = openMailReader({ readingTime: 700, worker: ENDLESS });
    const answers = await Promise.all(
      ['fine', 'endless', 'fine', 'dies', 'fine'].map((word) => hurried.read(Buffer.from(word))),
    );
    expect(answers.map((answer) => ('unreadable' in answer ? answer.unreadable : answer.subject))).toEqual([
      'fine',
      'took-too-long',
      'fine',
      'took-too-long',
      'fine',
    ]);
    await hurried.close();
  });

  test('After closing nothing is read', async () => {
    const shut = openMailReader();
    await shut.close();
    await expect(shut.read(Buffer.from('x'))).rejects.toThrow('closed');
  });

  test('It starts in a process of its own, and does not keep that alive', async () => {
    const open = new URL('../../../src/adapters/mail-reader/open.ts', import.meta.url).href;
    const program = `
      const { openMailReader } = await import(${JSON.stringify(open)});
      const { subject } = await openMailReader().read(Buffer.from('From: a@b.example\\r\\nSubject: alone\\r\\n\\r\\nx'));
      process.stdout.write(subject);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env: {} });
    expect(stdout).toBe('alone');
  });
});

function expectHarmless(mail: ReadMail): void {
  expect(mail.text.length).toBeLessThanOrEqual(LONGEST_TEXT);
  expect(mail.attachments.length).toBeLessThanOrEqual(200);
  for (const shown of [mail.subject, mail.text, ...names(mail)]) {
    expect(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/u.exec(shown.replace(/[\n\t]/g, ''))).toBeNull();
  }
  for (const name of names(mail)) expect(name).toMatch(/^[^/\\\n]{1,200}$/);
  expect(mail.messageId ?? 'none').toMatch(/^\S+$/);
}
