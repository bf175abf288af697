/**
 * A mail as whoever reads its mailbox sees it, or somebody with a part in its case (class P): what it says, what was read from it, what is
 * missing, and what can be done. Whatever its sender has written is shown as typed.
 */
import type { MailForPathway, MailSheet } from '../../src/application/mail/sheet.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { dayOf, type Instant, timeOf, writeInstant } from '../../src/domain/time/instant.ts';
import { capital } from '../../src/domain/wording.ts';
import type { Block } from './blocks.ts';
import { type Action, type ButtonRow, IMMEDIATE_RISK, type Ink, rows, short } from './buttons.ts';
import { type Banner, type Frame, frame } from './frame.ts';
import { caseButton, endRows } from './looking.ts';
import { whyJoined } from './mail-news.ts';
import { cutText, oneLine, paragraphLines, partsOf } from './mail-text.ts';
import { arrived, asideWords, becameWords, PLEASE_CHECK, URGENT } from './mail-words.ts';
import { type SafetyPanel, safetyPanel } from './safety.ts';
import type { Press, Verb } from './signed.ts';
import { bold, type Line, line, run } from './text.ts';

export interface MailLooking {
  readonly mail: MailSheet;
  readonly ink: Ink;
  readonly banner?: readonly Banner[];
  /** Opened from the case that it belongs to, by somebody who may see that one. */
  readonly of?: CaseSheet;
}

export interface MailFrame extends Frame {
  readonly urgent: readonly { readonly words: string }[];
  readonly safety: readonly SafetyPanel[];
}

/** With the numbers above everything where the mail may say that a child is at risk, for whoever may be the first to read it. */
export function ofMail({ mail, of }: Pick<MailLooking, 'mail' | 'of'>, drawn: Frame): MailFrame {
  const risk = mail.entry.urgent && (mail.entry.state === 'waiting' || of !== undefined);
  return {
    ...drawn,
    urgent: risk ? [{ words: URGENT }] : [],
    safety: risk ? [safetyPanel(mail.council)] : [],
  };
}

/** `i`: since when the mail stands as it is drawn; `n`: what was done so far. So each round's press is a press of its own. */
export function mailPress({ mail, of }: Pick<MailLooking, 'mail' | 'of'>, a: Verb, more: Partial<Press> = {}): Press {
  const { entry, answers, lines = 0 } = mail;
  return { a, m: entry.id, i: entry.at, n: lines + answers.length, ...(of ? { c: of.case.id } : {}), ...more };
}

export function mailRows(looking: Pick<MailLooking, 'mail' | 'ink' | 'of'>, buttons: readonly Action[]): ButtonRow[] {
  const { ink, mail, of } = looking;
  return of
    ? endRows({ sheet: of, ink }, buttons)
    : rows(buttons, ink.button(IMMEDIATE_RISK, { a: 'risk', m: mail.entry.id }));
}

/** Back to the mail from a page about it. */
export function mailButton(looking: Pick<MailLooking, 'mail' | 'ink' | 'of'>, words = 'Back'): Action {
  return looking.ink.button(words, mailPress(looking, looking.of ? 'mail-of' : 'mail'));
}

export function mailFrame(looking: MailLooking): MailFrame {
  const { mail, banner = [] } = looking;
  return ofMail(
    looking,
    frame({
      banner,
      title: `Mail of ${writeInstant(mail.entry.receivedAt)}`,
      lines: [...standingLines(mail), ...headerLines(looking)],
      blocks: [textBlock(looking), ...attachmentsBlock(mail), ...pathwayBlocks(looking), ...answerBlocks(mail)],
      buttonRows: mailRows(looking, buttonsOf(looking)),
    }),
  );
}

function waits({ entry }: MailSheet): boolean {
  return entry.state === 'waiting' || entry.state === 'unread';
}

// ---- where it stands ---------------------------------------------------------------------------------------------

/** What became of it, or what may become of it. */
function standingLines(mail: MailSheet): Line[] {
  const { case: of, begun, entry, note } = mail;
  const became = becameWords(noticeLike(mail));
  if (became !== undefined) {
    const why = entry.state === 'joined' ? whyJoined(mail) : '';
    return [
      line(bold(`${became}.`), run(` ${writeInstant(entry.at)}.${why ? ` ${why}` : ''}`)),
      ...(note ? [line(bold('Note: '), run(oneLine(note, LONGEST_NOTE)))] : []),
    ];
  }
  return [
    ...(of ? [line(`It may belong to ${of.reference}. ${whyJoined(mail)}`.trim())] : []),
    ...(begun
      ? [line(begun.mine ? 'You have begun a draft from it.' : `${begun.by.name} has begun a draft from it.`)]
      : []),
  ];
}

const LONGEST_NOTE = 600;

/** The part of it that is fit for a channel: what is said there is said here in the same words. */
function noticeLike({ case: of, council, doneBy, entry }: MailSheet) {
  return {
    council,
    state: entry.state,
    ...(of ? { reference: of.reference } : {}),
    ...(doneBy ? { doneByName: doneBy.name } : {}),
    ...(entry.why ? { why: entry.why } : {}),
  };
}

/** "Already joined to CAM-7K3F by Dawn Ellery, 11:20. Your press changed nothing." (story 3.5) */
export function staleBanner(mail: MailSheet): Banner {
  const { case: of, council, doneBy, entry, now } = mail;
  const who = doneBy?.name ?? 'Stepwise';
  const reference = of?.reference ?? 'a case';
  const at = whenWords(entry.at, now);
  const why = asideWords(council, entry.why);
  const became = {
    opened: `Already opened as ${reference} by ${who}, ${at}.`,
    joined: `Already joined to ${reference} by ${who}, ${at}.`,
    'set-aside': `Already set aside by ${who}, ${at}${why ? `: ${why}` : ''}.`,
    waiting: 'It waits already.',
    unread: 'I have not read it yet.',
  }[entry.state];
  return { title: 'Nothing changed.', lines: [line(`${became} Your press changed nothing.`)] };
}

function whenWords(at: Instant, now: Instant): string {
  return dayOf(at) === dayOf(now) ? timeOf(at) : writeInstant(at);
}

// ---- what it says ------------------------------------------------------------------------------------------------

const KINDS: Readonly<Record<string, string>> = {
  'automatic-reply': 'It is an automatic reply: no person has written it.',
  bounce: 'It says that a mail did not get through: no person has written it.',
  list: 'It came over a mailing list.',
  meeting: 'It belongs to an invitation.',
};

function headerLines({ mail, of }: MailLooking): Line[] {
  const { content, entry, mailboxName } = mail;
  const first = line(`${arrived(entry.receivedAt)} ${mailboxName}.`);
  if (!content) return [first, line('I could not read what it says. Please open it in Outlook.')];
  const { from, kind, replyTo, subject } = content;
  const elsewhere = replyTo && replyTo.address !== from?.address;
  return [
    first,
    line(bold('From: '), run(from ? addressWords(from) : 'It does not say.')),
    // It matters to whoever is about to act on it: a name in it opens nothing by itself.
    ...(waits(mail) && of === undefined && from ? [line('Anybody can write a From line: check who it is.')] : []),
    ...(elsewhere ? [line(bold('It asks for answers to: '), run(addressWords(replyTo)))] : []),
    line(bold('Subject: '), run(oneLine(subject) || 'None.')),
    // Why it cannot be answered says it too.
    ...(KINDS[kind] && !(mail.noAnswer && waits(mail)) ? [line(KINDS[kind])] : []),
  ];
}

const LONGEST_NAME = 120;

export function addressWords({ name, address }: { readonly name: string; readonly address: string }): string {
  const who = oneLine(name, LONGEST_NAME);
  const where = oneLine(address, LONGEST_NAME);
  return who === '' || who === where ? where : `${who} <${where}>`;
}

function textBlock(looking: MailLooking): Block {
  const { content } = looking.mail;
  if (!content) return { heading: '', lines: [], long: [], buttons: [] };
  const all = () => rows([looking.ink.button('Show all', mailPress(looking, 'mail-text', { x: '0' }))]);
  return { heading: '', lines: [], long: [cutText(content.text, all)], buttons: [] };
}

const MOST_ATTACHMENTS = 10;

function attachmentsBlock({ content }: MailSheet): Block[] {
  const all = content?.attachments ?? [];
  if (all.length === 0) return [];
  const shown = all.slice(0, MOST_ATTACHMENTS).map(({ name }) => line(oneLine(name, LONGEST_NAME) || 'Without a name'));
  const more = all.length - shown.length;
  return [
    {
      heading: `Attachments: ${all.length}`,
      lines: [...shown, ...(more > 0 ? [line(`${more} more.`)] : []), line('Open them in Outlook.')],
      long: [],
      buttons: [],
    },
  ];
}

/** Characters of what was found that one card shows, and of one value. The rest is seen on the pages of the draft. */
const ROOM = 2000;
const MOST_FOUND = 20;
const LONGEST_VALUE = 160;
const MOST_MISSING = 10;
const MOST_PATHWAYS = 4;

function pathwayBlocks({ mail }: MailLooking): Block[] {
  if (!waits(mail)) return [];
  const room = { left: ROOM, lines: MOST_FOUND };
  const [first, ...others] = mail.pathways.slice(0, MOST_PATHWAYS);
  if (!first) return [];
  // What several pathways ask for is said once.
  const common = first.found.filter((each) => others.every(({ found }) => found.some((other) => isSame(each, other))));
  const blocks = [
    {
      heading: `What I read from ${first.together ? `${first.together.mails} mails` : 'it'} ${PLEASE_CHECK}`,
      lines: foundLines(common, room),
      long: [],
      buttons: [],
    },
    ...[first, ...others].map((pathway) =>
      pathwayBlock(
        { ...pathway, found: pathway.found.filter((each) => !common.some((other) => isSame(each, other))) },
        others.length > 0,
        room,
      ),
    ),
  ];
  return blocks.filter(({ lines }) => lines.length > 0);
}

type Found = MailForPathway['found'][number];

function isSame(one: Found, other: Found): boolean {
  return one.label === other.label && one.value === other.value;
}

interface Room {
  left: number;
  lines: number;
}

function foundLines(found: readonly Found[], room: Room): Line[] {
  const shown: Line[] = [];
  for (const { label, value } of found) {
    const text = oneLine(value, LONGEST_VALUE);
    if (text === '' || text.length + label.length > room.left || room.lines === 0) continue;
    room.left -= text.length + label.length;
    room.lines -= 1;
    shown.push(line(bold(`${label}: `), run(text)));
  }
  const more = found.length - shown.length;
  return more > 0 ? [...shown, line(`${more} more on the pages of the form.`)] : shown;
}

function pathwayBlock({ protocol, found, missing, due, together }: MailForPathway, many: boolean, room: Room): Block {
  const left = missing.length - MOST_MISSING;
  // Some labels have commas of their own.
  const between = missing.some((each) => each.includes(',')) ? '; ' : ', ';
  const lacks = `Missing: ${missing.slice(0, MOST_MISSING).join(between)}${left > 0 ? ` and ${left} more` : ''}.`;
  return {
    heading: many ? capital(protocol.title) : '',
    lines: [
      ...(found.length > 0 ? [line(`${capital(PLEASE_CHECK.slice(1, -1))}:`), ...foundLines(found, room)] : []),
      ...(missing.length > 0 ? [line(lacks)] : []),
      ...(due
        ? [line(`${capital(due.title)}: due ${writeInstant(due.due)}, counted from ${arrivalWords(together)}.`)]
        : []),
    ],
    long: [],
    buttons: [],
  };
}

/** Of several mails of one conversation the first has started the clock. */
function arrivalWords(together: MailForPathway['together']): string {
  return together
    ? `the first of ${together.mails} mails in this conversation, ${writeInstant(together.first)}`
    : 'the arrival';
}

const MOST_ANSWERS = 5;

function answerBlocks(mail: MailSheet): Block[] {
  const { answers, noAnswer } = mail;
  const not = noAnswer && waits(mail) ? [{ heading: '', lines: [line(noAnswer)], long: [], buttons: [] }] : [];
  if (answers.length === 0) return not;
  const lines = answers
    .slice(-MOST_ANSWERS)
    .map(({ at, by, gone }) =>
      line(`${by.name}, ${writeInstant(at)}. ${gone ? 'E-mail sent.' : 'The e-mail is being sent.'}`),
    );
  return [{ heading: 'Answered', lines, long: [], buttons: [] }, ...not];
}

// ---- what can be done --------------------------------------------------------------------------------------------

function buttonsOf(looking: MailLooking): Action[] {
  const { ink, mail, of } = looking;
  const { case: belongs, entry } = mail;
  if (of) {
    return [
      ...(entry.state === 'joined' ? [ink.button('Not about this case', mailPress(looking, 'mail-back'))] : []),
      caseButton({ sheet: of, ink }),
    ];
  }
  const opens = belongs?.mayOpen ? [ink.button('Open case', { a: 'open', c: belongs.id, s: 'case' })] : [];
  switch (entry.state) {
    case 'joined':
      return [...opens, ink.button('Put it back', mailPress(looking, 'mail-back'))];
    case 'set-aside':
      return [ink.button('Put it back', mailPress(looking, 'mail-back'))];
    case 'opened':
      // Whoever wrote it may have no part in the case, and waits for a word.
      return mail.noAnswer === undefined
        ? [...opens, ink.button('Tell its sender', mailPress(looking, 'mail-told'))]
        : opens;
    default:
      return [
        ...openButtons(looking),
        ink.button('Join a case', mailPress(looking, 'mail-join')),
        ...(asksFor(mail).length > 0 ? [ink.button('Ask for what is missing', mailPress(looking, 'mail-ask'))] : []),
        ink.button('Not for us', mailPress(looking, 'mail-aside')),
      ];
  }
}

/** One for its pathway; where there are several, they are chosen from on a page. */
function openButtons(looking: MailLooking): Action[] {
  const { ink, mail } = looking;
  if (mail.begun?.mine) return [ink.button('Carry on', mailPress(looking, 'mail-open', { x: mail.begun.pathway }))];
  const [only, ...others] = mail.pathways;
  if (!only) return [];
  return [ink.button('Open a case', mailPress(looking, 'mail-open', others.length > 0 ? {} : { x: only.protocol.id }))];
}

/** The pathways for which something can be asked of the sender. */
export function asksFor({ noAnswer, pathways }: MailSheet): readonly MailForPathway[] {
  return noAnswer === undefined ? pathways.filter(({ missing }) => missing.length > 0) : [];
}

/** All that it says, part by part. */
export function mailTextFrame(looking: MailLooking, part: number): MailFrame | undefined {
  const { ink, mail } = looking;
  const parts = partsOf(mail.content?.text ?? '');
  const shown = parts[part];
  if (!shown) return undefined;
  const to = (words: string, at: number) => ink.button(words, mailPress(looking, 'mail-text', { x: String(at) }));
  const last = part === parts.length - 1;
  return ofMail(
    looking,
    frame({
      title: `Mail of ${writeInstant(mail.entry.receivedAt)}`,
      lines: [
        ...(parts.length > 1 ? [line(`Part ${part + 1} of ${parts.length}.`)] : []),
        ...paragraphLines(shown),
        ...(last && mail.content?.cut ? [line('It is longer than this. The rest is in Outlook.')] : []),
      ],
      buttonRows: mailRows(looking, [
        ...(last ? [] : [to('Next part', part + 1)]),
        ...(part > 0 ? [to('Part before', part - 1)] : []),
        mailButton(looking, short('Back to the mail')),
      ]),
    }),
  );
}
