import { describe, expect, test } from '@jest/globals';
import { createInk } from '../../bot/cards/buttons.ts';
import { openInDialogs } from '../../bot/cards/dialogs.ts';
import { createDrawing } from '../../bot/cards/drawing.ts';
import { type MailFrame, mailFrame, mailTextFrame } from '../../bot/cards/mail-card.ts';
import { mailsOf, waitingFrame } from '../../bot/cards/mail-list.ts';
import { asideAnswerFrame, asideFrame, askFrame, joinFrame } from '../../bot/cards/mail-pages.ts';
import { askReaders } from '../../bot/cards/mail-words.ts';
import { render } from '../../bot/cards/render.ts';
import { createSigner } from '../../bot/cards/signed.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import type { MailLine, MailNotice, MailSheet } from '../../src/application/mail/sheet.ts';
import { LONGEST_TEXT, type MailEntry, type ReadMail } from '../../src/application/ports.ts';
import { PROGRAM } from '../../src/domain/case/types.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';
import { person, sheetOf } from './any-sheet.ts';
import { buttonsOf, faultsOf, inputsOf, walk, wordsOf } from './check-card.ts';

type Json = Readonly<Record<string, unknown>>;

const ink = createInk(createSigner('k'));
const drawing = createDrawing({ signingKey: 'k' });
const protocols = loadProtocols();
const protocol = protocols.get('camden/after-assessment');
const { council } = protocol;
const FRIDAY = parseInstant('2026-12-18T18:45:00Z');
const MONDAY = parseInstant('2026-12-21T11:20:00Z');
const HOSTILE = '[x](https://example.invalid) **y** <at>All</at>';

const entry: MailEntry = {
  id: 'mail-1',
  council: 'camden',
  mailbox: 'ehstepdown@camden.example',
  messageId: 'graph-1',
  conversationId: 'talk',
  receivedAt: FRIDAY,
  takenAt: FRIDAY,
  state: 'waiting',
  caseId: null,
  by: PROGRAM,
  at: FRIDAY,
  why: null,
  matchedBy: null,
  confidence: null,
  urgent: false,
};
const content: ReadMail = {
  kind: 'person',
  inReplyTo: [],
  references: [],
  returned: [],
  from: { name: 'Amara Obi', address: 'amara@camden.example' },
  to: [],
  copy: [],
  subject: 'The Quillfeather family',
  text: 'Please take them on.',
  cut: false,
  attachments: [],
};

function mail(more: Partial<MailSheet> = {}, of: Partial<MailEntry> = {}, said: Partial<ReadMail> = {}): MailSheet {
  return {
    entry: { ...entry, ...of },
    council,
    mailboxName: 'Early Help step-down mailbox',
    now: MONDAY,
    content: { ...content, ...said },
    pathways: [{ protocol, found: [], missing: ['3 visit dates', 'latest assessment'] }],
    answers: [],
    ...more,
  };
}

function notice(more: Partial<MailNotice> = {}): MailNotice {
  const { id, state, receivedAt, urgent } = entry;
  return {
    ...{ id, council, mailboxName: 'Early Help step-down mailbox', state, receivedAt, urgent, at: FRIDAY, now: MONDAY },
    ...more,
  };
}

function drawn(frame: MailFrame): Json {
  const card = render('mail', frame);
  expect(faultsOf(card)).toEqual([]);
  return card;
}

const titles = (card: Json) => buttonsOf(card).map(({ title }) => title);

describe('the card of a mail in the channel', () => {
  test('says when it arrived and nothing of what it says', () => {
    const { card, bell } = drawing.mail(notice());
    expect(faultsOf(card)).toEqual([]);
    expect(wordsOf(card)).toContain('A mail may be a referral');
    expect(wordsOf(card)).toContain('Arrived Fri 18 Dec 2026, 18:45. No case found.');
    expect(titles(card)).toEqual(['Open', 'Immediate risk']);
    expect(bell).toBe('A mail may be a referral');
  });

  test('names the case that it may belong to', () => {
    expect(wordsOf(drawing.mail(notice({ reference: 'CAM-7K3F' })).card)).toContain('It may belong to CAM-7K3F.');
  });

  test('begins with the numbers to ring where it may say that a child is at risk', () => {
    const { card, bell } = drawing.mail(notice({ urgent: true }));
    expect(faultsOf(card)).toEqual([]);
    const [first, second, third] = wordsOf(card).split('\n').slice(1);
    expect(wordsOf(card).split('\n')[0]).toBe('A mail may be a referral');
    expect(first).toBe('Please read it now. It may say that a child is at risk.');
    expect(second).toBe('Is a child in danger now? Ring 999.');
    expect(third).toContain('A child may be at risk of significant harm? Ring');
    expect(bell).toBe('Please read a mail now');
  });

  test.each([
    [{ state: 'opened', reference: 'CAM-7K3F', doneByName: 'Dawn Ellery' }, 'CAM-7K3F opened by Dawn Ellery.'],
    [{ state: 'joined', reference: 'CAM-7K3F', doneByName: 'Dawn Ellery' }, 'Joined to CAM-7K3F by Dawn Ellery.'],
    [
      { state: 'set-aside', doneByName: 'Dawn Ellery', why: 'for-another-team' },
      'Set aside by Dawn Ellery: for another team.',
    ],
    [{ state: 'set-aside', why: 'automatic-reply' }, 'Set aside by Stepwise: automatic reply.'],
  ] as const)('says afterwards what became of it: %j', (more, words) => {
    const { card } = drawing.mail(notice({ ...more, at: MONDAY, urgent: true }));
    expect(faultsOf(card)).toEqual([]);
    expect(wordsOf(card)).toContain(words);
    expect(wordsOf(card)).toContain('Mon 21 Dec 2026, 11:20. The mail arrived Fri 18 Dec 2026, 18:45.');
    expect(wordsOf(card)).not.toContain('Please read it now.');
  });

  test('sends whoever reads the mailbox to Outlook for what the program could not read', () => {
    const { card } = drawing.mail(notice({ state: 'set-aside', why: 'too-many-parts', at: MONDAY }));
    expect(wordsOf(card)).toContain('Set aside by Stepwise: too many parts to read.');
    expect(wordsOf(card)).toContain('Please look at it in Outlook.');
  });

  test('says no reason that somebody has typed', () => {
    const { card } = drawing.mail(notice({ state: 'set-aside', why: 'The Quillfeathers moved away' }));
    expect(wordsOf(card)).toContain('another reason');
    expect(JSON.stringify(card)).not.toContain('moved away</');
    expect(wordsOf(card)).not.toContain('Quillfeather');
  });

  test('opens in a dialog where the client has them', () => {
    const [open] = buttonsOf(openInDialogs(drawing.mail(notice()).card));
    expect(open).toMatchObject({ type: 'Action.Submit', data: { msteams: { type: 'task/fetch' } } });
  });
});

describe('the line of each working day', () => {
  const line: MailLine = {
    council,
    since: parseInstant('2026-12-17T08:30:00Z'),
    to: parseInstant('2026-12-18T08:30:00Z'),
    count: {
      ...{ in: 12, unread: 0, waiting: 2, joined: 7, opened: 2 },
      setAside: [{ why: 'automatic-reply', by: 'program', count: 1 }],
    },
    people: {},
    waiting: { count: 2, oldest: parseInstant('2026-12-17T09:10:00Z') },
    unaccounted: 0,
    notCompared: [],
  };
  const wordsFor = (more: Partial<MailLine>) => {
    const { card } = drawing.mailLine({ ...line, ...more });
    expect(faultsOf(card)).toEqual([]);
    return wordsOf(card);
  };

  test('says that mails in are joined, opened, set aside and waiting', () => {
    const words = wordsFor({});
    expect(words).toContain('Mails since yesterday: 12');
    expect(words).toContain('= 7 joined + 2 opened + 1 set aside + 2 waiting. Oldest waiting: Thu 17 Dec 2026, 09:10.');
    expect(words).toContain('Set aside: 1 by Stepwise (automatic reply).');
    expect(words).toContain('Show waiting');
    expect(words).not.toContain('cannot account');
  });

  test('names the day since when where that was not yesterday', () => {
    const to = parseInstant('2026-12-21T08:30:00Z');
    expect(wordsFor({ since: parseInstant('2026-12-18T08:30:00Z'), to })).toContain('Mails since Fri 18 Dec: 12');
    expect(wordsFor({ since: null })).toContain('Mails since I began: 12');
  });

  test('30. When joined, opened, set aside and waiting do not sum to the mails in, the line says so.', () => {
    expect(wordsFor({ count: { ...line.count, in: 13 } })).toContain(
      'I cannot account for 1 mail. The administrator knows.',
    );
    expect(wordsFor({ unaccounted: 3 })).toContain('I cannot account for 3 mails. The administrator knows.');
  });

  test('says which mailboxes it was not compared with, who set mails aside, and what waits from before', () => {
    const words = wordsFor({
      count: {
        ...line.count,
        setAside: [
          { why: 'spam', by: 'dawn', count: 1 },
          { why: 'list', by: 'program', count: 0 },
        ],
      },
      people: { dawn: 'Dawn Ellery' },
      notCompared: ['Early Help step-down mailbox'],
      waiting: { count: 5, oldest: FRIDAY },
    });
    expect(words).toContain('1 by Dawn Ellery (advertising or spam)');
    expect(words).toContain('I could not compare this with Outlook just now: Early Help step-down mailbox.');
    expect(words).toContain('Waiting in all: 5.');
  });
});

test('an alarm says since when a mailbox cannot be read, and that nothing is lost', () => {
  const input = { council, mailboxName: 'Early Help step-down mailbox', since: FRIDAY, now: MONDAY };
  const raised = drawing.mailboxAlarm({ ...input, over: false });
  expect(faultsOf(raised.card)).toEqual([]);
  expect(wordsOf(raised.card)).toContain(
    'I cannot read the Early Help step-down mailbox since Fri 18 Dec 2026, 18:45.',
  );
  expect(wordsOf(raised.card)).toContain('Please look into it in Outlook. Nothing is lost: I read on from there.');
  const over = drawing.mailboxAlarm({ ...input, over: true });
  expect(wordsOf(over.card)).toContain('I read it again since Mon 21 Dec 2026, 11:20.');
});

test.each([
  ['camden', 'step-down', 'Front-door managers read this mailbox. Ask one of them.'],
  ['knowsley', 'family-first-duty', 'Team managers of the Family First duty team read this mailbox. Ask one of them.'],
  ['barnsley', 'early-help', 'People of the Family Centre Development Team read this mailbox. Ask one of them.'],
  ['herefordshire', 'mash', 'You do not read this mailbox. Ask your manager who does.'],
])('in %s whoever may not read the mailbox %s is told whom to ask', (id, name, words) => {
  const of = protocols.all().find((each) => each.council.id === id)?.council;
  if (!of) throw new Error(`There is no ${id}.`);
  expect(askReaders(of, of.mailboxes[name]?.name ?? '')).toBe(words);
});

describe('the mail itself, for those who read its mailbox', () => {
  test('shows who wrote it as typed, what it says, what was read from it and what is missing', () => {
    const card = drawn(
      mailFrame({
        ink,
        mail: mail({
          pathways: [
            {
              protocol,
              found: [{ label: 'MOSAIC number', value: '4417720' }],
              missing: ['3 visit dates', 'latest assessment'],
              due: { title: 'answer the social worker', due: parseInstant('2026-12-22T17:00:00Z') },
            },
          ],
        }),
      }),
    );
    const words = wordsOf(card);
    for (const each of [
      'Arrived Fri 18 Dec 2026, 18:45. Early Help step-down mailbox.',
      'Amara Obi <amara@camden.example>',
      'Anybody can write a From line: check who it is.',
      'The Quillfeather family',
      'Please take them on.',
      'What I read from it (from the mail, please check)',
      '4417720',
      'Missing: 3 visit dates, latest assessment.',
      'Answer the social worker: due Tue 22 Dec 2026, 17:00, counted from the arrival.',
    ])
      expect(words).toContain(each);
    expect(titles(card)).toEqual([
      'Open a case',
      'Join a case',
      'Ask for what is missing',
      'Not for us',
      'Immediate risk',
    ]);
  });

  test('31. shows subject, sender and text as typed when they are written as Markdown', () => {
    const hostile = mail(
      { note: HOSTILE },
      { state: 'set-aside', why: 'spam' },
      { subject: HOSTILE, text: HOSTILE, from: { name: HOSTILE, address: 'x@example.invalid' } },
    );
    const waiting = mail({}, {}, { subject: HOSTILE, text: HOSTILE, from: { name: HOSTILE, address: 'x@y.invalid' } });
    const page = { ink, mail: waiting, typed: {}, faults: {} };
    const letter = { to: HOSTILE, subject: HOSTILE, text: HOSTILE };
    const cards = [
      drawn(mailFrame({ ink, mail: hostile })),
      drawn(mailFrame({ ink, mail: waiting })),
      drawn(mailTextFrame({ ink, mail: waiting }, 0) as MailFrame),
      drawn(waitingFrame([waiting], 0, ink)),
      drawn(joinFrame(page)),
      drawn(asideFrame(page, council.options['not-for-us'] ?? [])),
    ];
    for (const card of cards) {
      expect(wordsOf(card)).toContain(HOSTILE);
      walk(card, (node) => {
        if (node.type !== 'TextRun') for (const key of ['text', 'title', 'label']) expect(node[key]).not.toBe(HOSTILE);
      });
    }
    const [pathway] = waiting.pathways;
    if (!pathway) throw new Error('No pathway.');
    drawn(askFrame(page, pathway, letter));
    drawn(asideAnswerFrame(page, { id: 'spam', label: HOSTILE }, letter));
  });

  test.each([
    ['letters', 'A long story. '.repeat(LONGEST_TEXT / 14)],
    ['Chinese', '他们很好。'.repeat(LONGEST_TEXT / 5)],
    ['pictures', '🙂'.repeat(LONGEST_TEXT / 2)],
    ['empty lines', 'x\n\n'.repeat(LONGEST_TEXT / 3)],
    ['control characters', '\u0001'.repeat(LONGEST_TEXT)],
    ['half a picture', '\ud83d'.repeat(LONGEST_TEXT)],
  ])('of 100,000 characters (%s) is cut on its card, and all of it can be read', (_of, text) => {
    const file = { name: text.slice(0, 3000), contentType: 'x', size: 1 };
    const found = Array.from({ length: 60 }, () => ({ label: 'A label of the form', value: text.slice(0, 300) }));
    const long = mail(
      {
        note: text,
        case: { id: 'c', reference: 'CAM-7K3F', matchedBy: 'reference', confidence: 'possible', mayOpen: true },
        begun: { by: person, mine: false, pathway: protocol.id },
        pathways: [1, 2, 3, 4].map(() => ({
          protocol,
          found,
          missing: Array.from({ length: 30 }, () => 'MOSAIC number'),
        })),
        answers: Array.from({ length: 9 }, () => ({ at: MONDAY, by: person, gone: true })),
      },
      { urgent: true },
      {
        ...{
          text,
          cut: true,
          subject: text,
          from: { name: text, address: text },
          replyTo: { name: text, address: 'x@y' },
        },
        attachments: Array.from({ length: 200 }, () => file),
      },
    );
    const card = drawn(mailFrame({ ink, mail: long }));
    expect(
      wordsOf(card)
        .split('\n')
        .every((line) => line.length < 700),
    ).toBe(true);
    expect(titles(card)).toContain('Show all');
    drawn(mailFrame({ ink, mail: { ...long, entry: { ...long.entry, state: 'set-aside', why: 'other' } } }));
    drawn(
      waitingFrame(
        Array.from({ length: 30 }, () => long),
        10,
        ink,
      ),
    );
    let shown = '';
    let parts = 0;
    for (let part = 0; ; part += 1) {
      const frame = mailTextFrame({ ink, mail: long }, part);
      if (!frame) break;
      // What Microsoft's parser makes of it is seen by the first.
      if (part === 0) drawn(frame);
      else render('mail', frame);
      parts += 1;
      shown += frame.lines.flatMap(({ inlines }) => inlines.map((run) => run.text)).join('');
    }
    expect(parts).toBeLessThan(45);
    const solid = (all: string) => all.replaceAll(/\s/g, '');
    const without = solid(shown).replaceAll(/Part\d+of\d+\.|Itislongerthanthis\.TherestisinOutlook\./g, '');
    expect(without.length).toBe(solid(text.toWellFormed()).length);
    expect(without === solid(text.toWellFormed())).toBe(true);
  });

  test('says why it cannot be answered instead of offering it', () => {
    const noAnswer = 'This is an automatic reply. Nobody would read an answer.';
    const card = drawn(mailFrame({ ink, mail: mail({ noAnswer }, {}, { kind: 'automatic-reply' }) }));
    expect(wordsOf(card)).toContain(noAnswer);
    expect(titles(card)).not.toContain('Ask for what is missing');
    const page = { ink, mail: mail({ noAnswer }), typed: {}, faults: {} };
    expect(inputsOf(drawn(asideFrame(page, council.options['not-for-us'] ?? []))).map(({ id }) => id)).toEqual([
      'why',
      'note',
    ]);
  });

  test('that could not be read is for Outlook', () => {
    const { content: _unread, ...unread } = mail({}, { state: 'set-aside', why: 'too-large' });
    const words = wordsOf(drawn(mailFrame({ ink, mail: unread })));
    expect(words).toContain('Set aside by Stepwise: too large to read.');
    expect(words).toContain('I could not read what it says. Please open it in Outlook.');
  });
});

describe('on its case', () => {
  const sheet = sheetOf(protocols, protocol);
  const fact = (name: string, id: string, more: object = {}) => ({
    ...{ type: 'fact-recorded' as const, seq: 3, recordedAt: MONDAY, by: PROGRAM, commandKey: `${name} ${id}` },
    ...{ fact: name, at: FRIDAY, answers: { mail: id, ...more } },
  });
  const having = (...facts: ReturnType<typeof fact>[]) => ({
    ...sheet,
    case: { ...sheet.case, facts: [...sheet.case.facts, ...facts] },
  });
  const viewer = { person: 'somebody', name: 'Sam Green', roles: ['social-worker'] };

  test('the mails that were joined and not taken away again are counted on its card', () => {
    const of = having(
      fact('mail.joined', 'a'),
      fact('mail.joined', 'b'),
      fact('mail.left', 'a'),
      fact('mail.away', 'c'),
    );
    expect(mailsOf(of)).toBe(2);
    const card = drawing.step(of, 'case', { viewer })?.card ?? {};
    expect(wordsOf(card)).toContain('Mails: 2');
    expect(titles(card)).toContain('Read the mails');
    expect(wordsOf(drawing.step(sheet, 'case', { viewer })?.card ?? {})).not.toContain('Mails:');
  });

  test('whoever owes its next step is told that a mail came, did not get through, or was answered by a machine', () => {
    const news = (what: 'joined' | 'returned' | 'away', id: string) => {
      const of = having(fact(`mail.${what}`, id, { step: protocol.opening.sends }));
      const joined = {
        id: 'case',
        reference: 'CAM-7K3F',
        matchedBy: 'reference',
        confidence: 'certain',
        mayOpen: true,
      };
      const sheetOfMail = mail({ case: joined as NonNullable<MailSheet['case']> }, { id, state: 'joined' });
      const shown = drawing.mailNews({ sheet: of, mail: sheetOfMail, what, viewer });
      expect(faultsOf(shown.card)).toEqual([]);
      return shown;
    };
    expect(wordsOf(news('joined', 'a').card)).toContain('A mail came for CAM-7K3F');
    expect(wordsOf(news('joined', 'a').card)).toContain('Its subject has the reference.');
    expect(titles(news('joined', 'a').card)[0]).toBe('Read it');
    const returned = wordsOf(news('returned', 'a').card);
    expect(returned).toContain('An e-mail of CAM-7K3F did not get through');
    expect(returned).toContain('to Early Help step-down mailbox');
    expect(wordsOf(news('away', 'a').card)).toContain('Amara Obi\n is away: an automatic reply came.');
    for (const what of ['joined', 'returned', 'away'] as const) {
      expect(news(what, 'a').bell).toContain('CAM-7K3F');
      expect(news(what, 'a').bell).not.toMatch(/Amara|Quillfeather/);
      expect(news(what, 'a').bell.length).toBeLessThanOrEqual(90);
    }
  });
});
