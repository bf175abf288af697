/**
 * Mails as they arrive: written by a mail library, with what servers put before them. Everybody and everything in them is invented.
 * Each is made anew at every call, the same every time but for the signature's bytes.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Options } from 'nodemailer/lib/mailer';
import MimeNode from 'nodemailer/lib/mime-node';

export const SENDER = { name: 'Sam Brook', address: 'sam.brook@school.example' };
export const DUTY = 'duty@council.example';
export const SENT_AT = new Date('2026-11-23T09:15:00Z');
/** Of the mail of ours that reports and replies are about. */
export const OUR_ID = 'ours.7f3a@council.example';

/** A mail that nodemailer composes, delivered. What is not said: from Sam Brook to the duty mailbox, on a Monday morning. */
export async function composed(mail: Options, delivery: Delivery = {}): Promise<Buffer> {
  const node = new MailComposer({
    from: SENDER,
    to: DUTY,
    subject: 'About a family',
    date: SENT_AT,
    messageId: '<plain.1@school.example>',
    ...mail,
  }).compile();
  return delivered(await node.build(), delivery);
}

interface Delivery {
  /** Of the envelope; '' is what reports have. */
  readonly returnPath?: string;
}

/** As the mailbox has it: two servers and the envelope's sender before it. */
export function delivered(mail: Buffer, { returnPath = SENDER.address }: Delivery = {}): Buffer {
  const before = [
    'Received: from mail.school.example (192.0.2.10) by mx.council.example (192.0.2.20)',
    '\twith ESMTPS id 4f1c; Mon, 23 Nov 2026 09:15:04 +0000',
    'Received: from [10.0.0.4] by mail.school.example with ESMTPSA; Mon, 23 Nov 2026 09:15:01 +0000',
    'Authentication-Results: mx.council.example; spf=pass smtp.mailfrom=school.example; dkim=none',
    `Return-Path: <${returnPath}>`,
  ];
  return Buffer.concat([Buffer.from(`${before.join('\r\n')}\r\n`), mail]);
}

/** A part made by hand, as deep as is liked. Strings are written as they are. */
interface Made {
  readonly type: string;
  readonly name?: string;
  readonly headers?: Record<string, string>;
  readonly content?: string | Buffer;
  readonly parts?: readonly Made[];
}

/** A whole mail of parts made by hand. */
export async function structured(
  part: Made,
  headers: Record<string, string>,
  delivery: Delivery = {},
): Promise<Buffer> {
  const root = nodeOf(part);
  root.setHeader({
    From: `${SENDER.name} <${SENDER.address}>`,
    To: DUTY,
    Subject: 'About a family',
    Date: SENT_AT.toUTCString(),
    'Message-ID': '<made.1@school.example>',
    ...headers,
  });
  return delivered(await root.build(), delivery);
}

function nodeOf(part: Made): MimeNode {
  const node = new MimeNode(part.type, {
    baseBoundary: 'made',
    ...(part.name === undefined ? {} : { filename: part.name }),
  });
  if (part.headers !== undefined) node.setHeader(part.headers);
  if (part.content !== undefined) node.setContent(part.content);
  for (const inner of part.parts ?? []) node.appendChild(nodeOf(inner));
  return node;
}

/** The bytes of a text in a charset: the platform's decoder, read backwards. */
export function encoded(text: string, charset: string): Buffer {
  if (charset === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
  const decoder = new TextDecoder(charset);
  const known = new Map<string, number[]>();
  for (let first = 0; first < 256; first += 1) {
    const character = decoder.decode(Uint8Array.of(first));
    if (character.length === 1 && character !== '\ufffd') known.set(character, [first]);
  }
  const missing = new Set([...text].filter((character) => !known.has(character)));
  for (let first = 0x81; missing.size > 0 && first < 256; first += 1) {
    for (let second = 0x40; second < 256; second += 1) {
      const character = decoder.decode(Uint8Array.of(first, second));
      if (missing.delete(character)) known.set(character, [first, second]);
    }
  }
  return Buffer.from([...text].flatMap((character) => known.get(character) ?? [0x3f]));
}

const REFERRAL = 'Referral for step down.\n\nChild ID: 700123\nDate of birth: 04/05/2019\nSchool: Hillside Primary';

const PDF = Buffer.from('%PDF-1.4 invented');

/** A mail of ours, as reports give it back. */
const OURS = Buffer.from(
  [
    `From: ${DUTY}`,
    `To: ${SENDER.address}`,
    'Subject: Your referral was accepted',
    `Message-ID: <${OUR_ID}>`,
    'Date: Sat, 21 Nov 2026 08:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'Your referral was accepted.',
    '',
  ].join('\r\n'),
);

const STATUS = (action: string): string =>
  [
    'Reporting-MTA: dns; mx.school.example',
    '',
    `Final-Recipient: rfc822; ${SENDER.address}`,
    `Action: ${action}`,
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 no such mailbox',
    '',
  ].join('\r\n');

/** Outlook's reply to an invitation. */
const CALENDAR = (method: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Invented//EN',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    'UID:meeting-1@council.example',
    'DTSTART:20261203T140000Z',
    'SUMMARY:Accepted: meeting',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

/** TNEF: its signature, a key, and the version as its only attribute. */
const TNEF = Buffer.from('789f3e220100010690080004000000000001000100', 'hex');

const report = (action: string, original: Made): Made => ({
  type: 'multipart/report; report-type=delivery-status',
  parts: [
    { type: 'text/plain; charset=us-ascii', content: 'Your message could not be delivered.' },
    { type: 'message/delivery-status', content: STATUS(action) },
    original,
  ],
});

const signature = (text: string): Buffer => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return sign('sha256', Buffer.from(text), privateKey);
};

/** By what they are. */
export const messages = {
  plain: () => composed({ text: REFERRAL, cc: 'Kay Reed <KAY@school.example>', replyTo: 'office@school.example' }),

  htmlOnly: () =>
    composed({
      messageId: '<html.1@school.example>',
      html: [
        '<html><head><title>not shown</title><style>p{color:red}</style></head><body>',
        '<div style="display: none">preheader nobody sees</div>',
        '<p>Dear team,</p><p>please see <a href="https://tracker.example/x?id=1">our form</a>.</p>',
        '<table><tr><td><p class=MsoNormal><b>Child ID</b></p></td><td><p class=MsoNormal>700123</p></td></tr>',
        '<tr><td><p>Date of birth</p></td><td><p>04/05/2019&nbsp;</p></td></tr></table>',
        '<ul><li>Early help</li><li>School</li></ul>',
        '<img src="https://tracker.example/pixel.gif" alt="pixel" width=1 height=1><script>alert("no")</script>',
        '</body></html>',
      ].join('\n'),
    }),

  alternative: () =>
    composed({ messageId: '<alt.1@school.example>', text: REFERRAL, html: '<p>The same in <b>colour</b></p>' }),

  blankAlternative: () =>
    composed({ messageId: '<alt.2@school.example>', text: ' \n ', html: '<p>Only the HTML says something.</p>' }),

  attachments: () =>
    composed({
      messageId: '<att.1@school.example>',
      text: 'Three files.',
      attachments: [
        { filename: 'Referral form.docx', content: Buffer.alloc(1_234, 7) },
        { filename: 'Überblick – 子ども.pdf', content: PDF, contentType: 'application/pdf' },
        { filename: '../../etc/passwd', content: 'x' },
        { filename: 'notes.txt', content: 'line one\nline two' },
      ],
    }),

  signed: () =>
    structured(
      {
        type: 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256',
        parts: [
          {
            type: 'multipart/alternative',
            parts: [
              { type: 'text/plain', content: REFERRAL },
              { type: 'text/html', content: '<p>x</p>' },
            ],
          },
          { type: 'application/pkcs7-signature', name: 'smime.p7s', content: signature(REFERRAL) },
        ],
      },
      { 'Message-ID': '<signed.1@school.example>' },
    ),

  opaqueSigned: () =>
    structured(
      { type: 'application/pkcs7-mime; smime-type=signed-data', name: 'smime.p7m', content: signature(REFERRAL) },
      { 'Message-ID': '<signed.2@school.example>' },
    ),

  forwardedInline: () =>
    composed({
      messageId: '<fwd.1@school.example>',
      subject: 'FW: About a family',
      references: ['<first.1@clinic.example>', `<${OUR_ID}>`],
      text: `Please see below.\n\n-----Original Message-----\nFrom: Nurse <nurse@clinic.example>\nSubject: About a family\n\n${REFERRAL}`,
    }),

  forwardedAsAttachment: async () =>
    composed({
      messageId: '<fwd.2@school.example>',
      subject: 'FW: About a family',
      text: 'Please see the message attached.',
      attachments: [
        {
          contentType: 'message/rfc822',
          content: await composed({
            messageId: '<inner.1@clinic.example>',
            subject: 'Étude of a family',
            text: REFERRAL,
            attachments: [{ filename: 'inner form.pdf', content: PDF }],
          }),
        },
      ],
    }),

  winmail: () =>
    structured(
      {
        type: 'multipart/mixed',
        parts: [
          { type: 'text/plain; charset=us-ascii', content: 'Please see the file.' },
          { type: 'application/ms-tnef', name: 'winmail.dat', content: TNEF },
        ],
      },
      { 'Message-ID': '<tnef.1@school.example>' },
    ),

  calendarReply: () =>
    composed({
      messageId: '<cal.1@school.example>',
      subject: 'Accepted: meeting',
      text: 'I will be there.',
      icalEvent: { method: 'REPLY', content: CALENDAR('REPLY') },
    }),

  calendarFile: () =>
    composed({
      messageId: '<cal.2@school.example>',
      text: 'A referral, and the invitation to our meeting.',
      attachments: [
        { filename: 'invite.ics', contentType: 'text/calendar; method=REQUEST', content: CALENDAR('REQUEST') },
      ],
    }),

  bounce: () =>
    structured(
      report('failed', { type: 'message/rfc822', content: OURS }),
      {
        From: 'Mail Delivery System <MAILER-DAEMON@mx.school.example>',
        Subject: 'Undelivered Mail Returned to Sender',
        'Message-ID': '<ndr.1@mx.school.example>',
        'Auto-Submitted': 'auto-replied',
      },
      { returnPath: '' },
    ),

  bounceHeadersOnly: () =>
    structured(
      report('failed', { type: 'text/rfc822-headers', content: OURS.toString().split('\r\n\r\n', 1)[0] ?? '' }),
      { From: 'postmaster@mx.school.example', 'Message-ID': '<ndr.2@mx.school.example>' },
      { returnPath: '' },
    ),

  exchangeBounce: () =>
    composed(
      {
        from: 'Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@council.example>',
        messageId: '<ndr.3@council.example>',
        subject: 'Undeliverable: Your referral was accepted',
        inReplyTo: `<${OUR_ID}>`,
        references: `<${OUR_ID}>`,
        text: 'Delivery has failed to these recipients.',
        headers: { 'X-MS-Exchange-Message-Is-Ndr': '1' },
      },
      { returnPath: '' },
    ),

  oldBounce: () =>
    composed(
      {
        from: 'MAILER-DAEMON@mx.school.example',
        messageId: '<ndr.4@mx.school.example>',
        subject: 'failure notice',
        text: `I could not deliver your message.\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <${OUR_ID}>\nSubject: Your referral was accepted`,
      },
      { returnPath: '' },
    ),

  deliveryReceipt: () =>
    structured(
      report('delivered', { type: 'message/rfc822', content: OURS }),
      { From: 'postmaster@mx.school.example', 'Message-ID': '<dr.1@mx.school.example>' },
      { returnPath: '' },
    ),

  outOfOffice: () =>
    composed(
      {
        messageId: '<oof.1@school.example>',
        subject: 'Automatic reply: Your referral was accepted',
        inReplyTo: `<${OUR_ID}>`,
        text: 'I am away until Monday.',
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      },
      { returnPath: '' },
    ),

  oldOutOfOffice: () =>
    composed({
      messageId: '<oof.2@school.example>',
      text: 'I am away.',
      headers: { 'X-Auto-Response-Suppress': 'OOF, AutoReply', Precedence: 'bulk' },
    }),

  subjectOnlyAutomatic: () =>
    composed({
      messageId: '<oof.3@school.example>',
      subject: 'Automatic reply: is what I got from you',
      text: REFERRAL,
    }),

  list: () =>
    composed({
      messageId: '<list.1@news.example>',
      subject: 'News of the month',
      text: 'Many things happened.',
      headers: { 'List-Id': 'News <news.example>', 'List-Unsubscribe': '<https://news.example/stop>' },
    }),

  bulk: () => composed({ messageId: '<list.2@news.example>', text: 'Offers.', headers: { Precedence: 'bulk' } }),
} as const satisfies Record<string, () => Promise<Buffer>>;

/** Texts as they are written in a charset: its label, and how the bytes travel. */
export const CHARSETS: readonly { readonly charset: string; readonly label: string; readonly text: string }[] = [
  { charset: 'utf-8', label: 'UTF-8', text: 'Zoë – “a child”, €5, 子ども' },
  { charset: 'latin1', label: 'ISO-8859-1', text: 'Zoë et François, £5' },
  { charset: 'windows-1252', label: 'windows-1252', text: 'Zoë – “a child”, €5' },
  { charset: 'utf-16le', label: 'UTF-16', text: 'Zoë – “a child”' },
  { charset: 'shift_jis', label: 'Shift_JIS', text: '子どもの名前' },
  { charset: 'koi8-r', label: 'KOI8-R', text: 'Ребёнок и семья' },
  { charset: 'windows-1252', label: 'x-unheard-of', text: 'Zoë’s' },
  { charset: 'windows-1252', label: 'utf-8', text: 'Zoë, £5, written by a system that says utf-8' },
];

/** One text part whose bytes travel as base64 or quoted-printable, its subject encoded likewise. */
export function inCharset(
  text: string,
  charset: string,
  label: string,
  encoding: 'base64' | 'quoted-printable',
): Buffer {
  const bytes =
    charset === 'utf-8'
      ? Buffer.from(text)
      : charset === 'latin1'
        ? Buffer.from(text, 'latin1')
        : encoded(text, charset);
  const subject = charset === 'utf-16le' ? bytes.subarray(2) : bytes;
  const header = [
    `From: ${SENDER.address}`,
    `To: ${DUTY}`,
    `Subject: =?${label}?${encoding === 'base64' ? `B?${subject.toString('base64')}` : `Q?${hex(subject)}`}?=`,
    'Message-ID: <charset.1@school.example>',
    'MIME-Version: 1.0',
    `Content-Type: text/plain; charset="${label}"`,
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    encoding === 'base64' ? bytes.toString('base64') : hex(bytes),
    '',
  ];
  return delivered(Buffer.from(header.join('\r\n')));
}

function hex(bytes: Buffer): string {
  return [...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
