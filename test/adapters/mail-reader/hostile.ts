/** Mails that nobody sends who wants to be read: each made anew at every call, from nothing but the program. */
import type { Unreadable } from '../../../src/application/ports/mail.ts';

export interface HostileMail {
  readonly name: string;
  /** What becomes of it; `text` where it is read, as far as it can be. `either`: read or given up, as fast as the machine is. */
  readonly becomes: Unreadable | 'text' | 'either';
  readonly make: () => Buffer;
}

const HEAD =
  'From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nMessage-ID: <hostile@b.example>\r\nMIME-Version: 1.0\r\n';
const mail = (more: string): Buffer => Buffer.from(HEAD + more);
const mixed = (body: string): Buffer => mail(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${body}`);
const html = (body: string): Buffer => mail(`Content-Type: text/html; charset=utf-8\r\n\r\n${body}`);
const text = (body: string, more = ''): Buffer => mail(`Content-Type: text/plain; charset=utf-8\r\n${more}\r\n${body}`);

const PART = '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n';

export const HOSTILE: readonly HostileMail[] = [
  { name: '50 MB', becomes: 'too-large', make: () => Buffer.concat([text('y'), Buffer.alloc(50_000_000, 0x41)]) },
  { name: '10,000 parts', becomes: 'too-many-parts', make: () => mixed(`${PART.repeat(10_000)}--b--\r\n`) },
  { name: '10,000 parts that never end', becomes: 'too-many-parts', make: () => mixed(PART.repeat(10_000)) },
  { name: '8 million lines of two hyphens', becomes: 'too-many-parts', make: () => mixed('--\n'.repeat(8_000_000)) },
  {
    name: 'parts in parts, 1,000 deep',
    becomes: 'too-deep',
    make: () => {
      const opened = Array.from(
        { length: 1_000 },
        (_, level) => `--b${level}\r\nContent-Type: multipart/mixed; boundary=b${level + 1}\r\n\r\n`,
      );
      return mail(`Content-Type: multipart/mixed; boundary=b0\r\n\r\n${opened.join('')}`);
    },
  },
  {
    name: 'messages in messages, 1,000 deep',
    becomes: 'text',
    make: () => mail(`${'Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n'.repeat(1_000)}\r\nthe end`),
  },
  {
    name: 'a header of a megabyte',
    becomes: 'header-too-long',
    make: () => mail(`X-Long: ${'a'.repeat(1_000_000)}\r\n\r\nx`),
  },
  { name: '100,000 header lines', becomes: 'header-too-long', make: () => mail(`${'X: y\r\n'.repeat(100_000)}\r\nx`) },
  {
    name: 'a subject folded 100,000 times',
    becomes: 'header-too-long',
    make: () => mail(`X: y\r\n${' z\r\n'.repeat(100_000)}\r\nx`),
  },
  {
    name: 'a part with a header of a megabyte',
    becomes: 'header-too-long',
    make: () => mixed(`--b\r\nX-Long: ${'a'.repeat(1_000_000)}\r\n\r\nx\r\n--b--\r\n`),
  },
  { name: 'an endless line', becomes: 'text', make: () => text('x'.repeat(20_000_000)) },
  { name: '20 million empty lines', becomes: 'either', make: () => text('\n'.repeat(20_000_000)) },
  { name: 'a charset with no name', becomes: 'text', make: () => mail('Content-Type: text/plain; charset=\r\n\r\nx') },
  {
    name: 'a charset nobody knows',
    becomes: 'text',
    make: () => mail('Content-Type: text/plain; charset="../../x\u0000y"\r\n\r\nx\xff'),
  },
  {
    name: 'a charset of 100,000 characters',
    becomes: 'text',
    make: () => mail(`Content-Type: text/plain; charset=${'utf-8'.repeat(20_000)}\r\n\r\nx`),
  },
  {
    name: 'a charset that decodes to nothing',
    becomes: 'text',
    make: () => mail('Content-Type: text/plain; charset=iso-2022-cn\r\n\r\nx'),
  },
  { name: 'null bytes', becomes: 'text', make: () => text('a\u0000b\u0000'.repeat(100_000)) },
  {
    name: 'null bytes in the header',
    becomes: 'text',
    make: () => mail('X-\u0000: \u0000\r\nReply-To: a\u0000@b\r\n\r\nx'),
  },
  { name: 'writing turned round', becomes: 'text', make: () => text('abc\u202efdp.exe\u2066x\u2069') },
  {
    name: 'an empty Message-ID',
    becomes: 'text',
    make: () => Buffer.from('From: a@b.example\r\nMessage-ID: <>\r\n\r\nx'),
  },
  {
    name: 'a Message-ID that never ends',
    becomes: 'text',
    make: () => Buffer.from(`From: a@b.example\r\nMessage-ID: <${'a'.repeat(200_000)}\r\n\r\nx`),
  },
  {
    name: 'references that only open',
    becomes: 'text',
    make: () => mail(`References: ${'<'.repeat(200_000)}\r\n\r\nx`),
  },
  { name: 'no headers at all', becomes: 'not-a-mail', make: () => Buffer.from('Hello,\r\n\r\nthis is no mail.') },
  { name: 'nothing', becomes: 'not-a-mail', make: () => Buffer.alloc(0) },
  { name: 'a web page', becomes: 'not-a-mail', make: () => Buffer.from('<html><body>From: me</body></html>') },
  {
    name: 'an address of 80,000 signs',
    becomes: 'text',
    make: () => Buffer.from(`From: ${'<a@'.repeat(80_000)}\r\n\r\nx`),
  },
  {
    name: 'comments in comments',
    becomes: 'text',
    make: () => Buffer.from(`From: ${'('.repeat(200_000)}\r\nContent-Type: ${'('.repeat(10_000)}\r\n\r\nx`),
  },
  { name: 'groups in groups', becomes: 'text', make: () => Buffer.from(`From: ${'a:'.repeat(100_000)}\r\n\r\nx`) },
  { name: '60,000 recipients', becomes: 'text', make: () => mail(`Cc: ${'a@b,'.repeat(60_000)}\r\n\r\nx`) },
  {
    name: 'a subject of half an encoded word',
    becomes: 'text',
    make: () => Buffer.from(`From: a@b.example\r\nSubject: ${'=?utf-8?Q?'.repeat(20_000)}\r\n\r\nx`),
  },
  {
    name: 'blanks',
    becomes: 'text',
    make: () => Buffer.from(`From: a@b.example\r\nSubject: a${' '.repeat(200_000)}b\r\n\r\na${' '.repeat(900_000)}b`),
  },
  {
    name: 'HTML with scripts and trackers',
    becomes: 'text',
    make: () =>
      html(
        '<script src="https://evil.example/x.js">steal()</script><link rel=stylesheet href="https://evil.example/x.css"><iframe src="https://evil.example"></iframe>' +
          '<img src="https://evil.example/pixel.gif?who=1" alt="tracked"><p onclick="steal()">words</p><a href="javascript:steal()">link</a>',
      ),
  },
  { name: 'a million open tags', becomes: 'text', make: () => html(`words ${'<b>'.repeat(1_000_000)}`) },
  {
    name: 'open tags, and as many that close something else',
    becomes: 'text',
    make: () => html(`words ${'<b>'.repeat(500_000)}${'</i>'.repeat(500_000)}`),
  },
  { name: 'a huge attribute', becomes: 'text', make: () => html(`words <p style="${'a:b;'.repeat(1_000_000)}">x</p>`) },
  { name: 'half a million attributes', becomes: 'text', make: () => html(`words <p ${'a=1 '.repeat(500_000)}>x</p>`) },
  { name: 'tables in tables', becomes: 'text', make: () => html(`words ${'<table><tr><td>'.repeat(100_000)}x`) },
  {
    name: 'a cell as wide as the world',
    becomes: 'text',
    make: () => html('words <table><tr><td colspan=1000000000 rowspan=1000000000>x</td></tr></table>'),
  },
  {
    name: 'lists in lists',
    becomes: 'text',
    make: () => html(`words ${'<ol type=i start=99999><li>'.repeat(100_000)}x`),
  },
  {
    name: 'half a million comments that never end',
    becomes: 'text',
    make: () => html(`words ${'<!--'.repeat(500_000)}`),
  },
  {
    name: 'a million entities',
    becomes: 'text',
    make: () => html(`words ${'&amp;&#x0;&#999999999;&nope'.repeat(100_000)}`),
  },
  {
    name: 'an HTML of nothing but line breaks',
    becomes: 'either',
    make: () => html(`<pre>${' \n'.repeat(3_000_000)}`),
  },
  {
    name: 'a boundary within its own',
    becomes: 'text',
    make: () =>
      mixed(
        `--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(20)}--b--\r\n--b--\r\n`,
      ),
  },
  {
    name: 'an empty boundary',
    becomes: 'text',
    make: () => mail('Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n----\r\n'),
  },
  {
    name: 'a boundary nobody uses',
    becomes: 'text',
    make: () => mail('Content-Type: multipart/mixed; boundary=never\r\n\r\nx'),
  },
  {
    name: 'a boundary of 100,000 characters',
    becomes: 'text',
    make: () =>
      mail(`Content-Type: multipart/mixed; boundary=${'b'.repeat(100_000)}\r\n\r\n--${'b'.repeat(100_000)}\r\n\r\nx`),
  },
  {
    name: 'two boundaries, one of which is said twice',
    becomes: 'text',
    make: () =>
      mail('Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n--c\r\n\r\ny\r\n--b\r\n\r\nx\r\n--b--'),
  },
  { name: 'a boundary that never ends', becomes: 'text', make: () => mixed(PART.repeat(3)) },
  { name: 'a part that is nothing but its boundary', becomes: 'text', make: () => mixed('--b\r\n--b\r\n--b--') },
  {
    name: 'base64 that is none',
    becomes: 'text',
    make: () => text('*#!~\u0000=='.repeat(100_000), 'Content-Transfer-Encoding: base64\r\n'),
  },
  {
    name: 'base64 that ends all the time',
    becomes: 'either',
    make: () => text('A='.repeat(10_000_000), 'Content-Transfer-Encoding: base64\r\n'),
  },
  {
    name: 'quoted-printable that is none',
    becomes: 'text',
    make: () => text('=ZZ=\r\n=='.repeat(100_000), 'Content-Transfer-Encoding: quoted-printable\r\n'),
  },
  {
    name: 'a file name of 100,000 pieces',
    becomes: 'header-too-long',
    make: () =>
      mail(
        `Content-Disposition: attachment; ${Array.from({ length: 100_000 }, (_, piece) => `filename*${piece}*=%41`).join(';')}\r\n\r\nx`,
      ),
  },
  {
    name: 'a file name that climbs and lies',
    becomes: 'text',
    make: () =>
      mixed(
        `--b\r\nContent-Type: application/pdf; name="..\\\\..\\\\a\u202efdp.exe"\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n`,
      ),
  },
  {
    name: 'a hundred forwarded messages of 25,000 paragraphs',
    becomes: 'text',
    make: () =>
      mixed(
        `${`--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: y\r\nContent-Type: text/html\r\n\r\n${'<p>z</p>'.repeat(25_000)}\r\n`.repeat(100)}--b--\r\n`,
      ),
  },
];
