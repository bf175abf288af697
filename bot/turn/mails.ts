/** Presses on a mail: opened, joined, answered, set aside, put back. Whether the person reads its mailbox is asked of the use case each time. */
import { reasonsNotForUs } from '../../src/application/mail/not-for-us.ts';
import type { MailDone, MailSheet } from '../../src/application/mail/sheet.ts';
import type { AdaptiveCard, Person } from '../../src/application/ports.ts';
import type { Refusal } from '../../src/domain/case/types.ts';
import type { Council } from '../../src/domain/protocol/types.ts';
import { type Banner, banner } from '../cards/frame.ts';
import {
  asksFor,
  type MailFrame,
  type MailLooking,
  mailFrame,
  mailTextFrame,
  staleBanner,
} from '../cards/mail-card.ts';
import { mailsOfCaseFrame, waitingFrame } from '../cards/mail-list.ts';
import { noticeFrame, noticeOf } from '../cards/mail-notices.ts';
import {
  ANSWER,
  asideAnswerFrame,
  asideFrame,
  askFrame,
  choosePathwayFrame,
  joinFrame,
  LONGEST_ANSWER,
  NOTE,
  type Page,
  REFERENCE,
  TELL,
  textOf,
  toldFrame,
  WHY,
} from '../cards/mail-pages.ts';
import { askReaders } from '../cards/mail-words.ts';
import { render } from '../cards/render.ts';
import type { Verb } from '../cards/signed.ts';
import { line, titleText } from '../cards/text.ts';
import { answer, answerOpenly, type Desk, openFor, type Pressed, plain } from './answering.ts';
import { showDraft } from './drafts.ts';
import { type OnCase, show as showCase } from './on-case.ts';
import type { Reply } from './turn.ts';

interface OnMail extends Pressed {
  readonly mail: MailSheet;
}

type Replies = Promise<readonly Reply[]>;

export const ON_MAIL: readonly Verb[] = [
  'mail',
  'mails',
  'mail-text',
  'mail-open',
  'mail-join',
  'mail-ask',
  'mail-aside',
  'mail-back',
  'mail-told',
];

const HANDLERS: Partial<Record<Verb, (on: OnMail) => Replies>> = {
  'mail-text': whole,
  'mail-open': openCase,
  'mail-join': join,
  'mail-ask': ask,
  'mail-aside': aside,
  'mail-back': putBack,
  'mail-told': tell,
};

export async function pressOnMail(pressed: Pressed): Replies {
  const { desk, person, press } = pressed;
  if (press.a === 'mails') return answer(pressed, await waitingCard(desk, person, press.n ?? 0), 'Mails');
  const mail = press.m ? await desk.stepwise.mails.read(person.id, press.m) : undefined;
  if (!mail) return notTheirs(pressed);
  const on: OnMail = { ...pressed, mail };
  return HANDLERS[press.a]?.(on) ?? show(on);
}

export async function waitingCard({ stepwise, ink }: Desk, person: Person, from = 0): Promise<AdaptiveCard> {
  const mails = await stepwise.mails.waiting(person.id);
  return render('mail', waitingFrame(mails, from < mails.length ? from : 0, ink));
}

/** Whether there is anything that the person could be shown by "mails". */
export async function readsMails({ stepwise }: Desk, person: string): Promise<boolean> {
  const own = await stepwise.rolesOf(person);
  return councilsOf({ stepwise }).some(({ id, mailboxes }) =>
    Object.values(mailboxes).some(({ watchedBy }) =>
      own.some(({ council, role }) => council === id && role === watchedBy),
    ),
  );
}

function councilsOf({ stepwise }: Pick<Desk, 'stepwise'>): readonly Council[] {
  return [...new Map(stepwise.protocols().map(({ council }) => [council.id, council])).values()];
}

/** The card of the channel for that person only, with whom to ask above it: its post stays as it is for everybody else (story A9). */
async function notTheirs(pressed: Pressed): Replies {
  const { desk, press } = pressed;
  const notice = noticeOf(press, councilsOf(desk));
  if (!notice) return answerOpenly(pressed, plain('This mail is not here', 'Type "mails" to see those that wait.'));
  const words = askReaders(notice.council, notice.mailboxName);
  const { frame } = noticeFrame(notice, desk.ink, [{ title: words, lines: [] }]);
  return answerOpenly(pressed, render('mail', frame));
}

const TITLE = 'Mail';

function drawn(on: OnMail, frame: MailFrame): readonly Reply[] {
  return answer(on, render('mail', frame), TITLE);
}

function looking({ desk, mail }: OnMail, banners: readonly Banner[] = []): MailLooking {
  return { mail, ink: desk.ink, banner: banners };
}

async function show(on: OnMail, banners: readonly Banner[] = []): Replies {
  return drawn(on, mailFrame(looking(on, banners)));
}

function said(refusal: Refusal): Banner {
  return banner('Nothing changed.', refusal.words);
}

/** A card that is old: what happened since, and the mail as it is now. */
function stale(on: OnMail): Replies | undefined {
  return on.mail.entry.state === 'waiting' ? undefined : show(on, [staleBanner(on.mail)]);
}

/** @param again where what was typed has to be put right */
function done(
  on: OnMail,
  result: MailDone,
  again: (refusal: Refusal) => Replies,
  banners: readonly Banner[] = [],
): Replies {
  if (result.ok) return show({ ...on, mail: result.sheet }, banners);
  const now: OnMail = { ...on, mail: result.sheet ?? on.mail };
  return (
    stale(now) ?? (result.refusal.code === 'not-permitted' ? show(now, [said(result.refusal)]) : again(result.refusal))
  );
}

async function whole(on: OnMail): Replies {
  const frame = mailTextFrame(looking(on), Number(on.press.x ?? 0));
  return frame ? drawn(on, frame) : show(on);
}

async function openCase(on: OnMail): Replies {
  const { desk, mail, person, press } = on;
  const old = stale(on);
  if (old) return old;
  const chosen = mail.pathways.find(({ protocol }) => protocol.id === press.x);
  if (!chosen) return drawn(on, choosePathwayFrame(looking(on), mail.pathways, 'mail-open'));
  const begun = await desk.stepwise.mails.begin(person.id, mail.entry.id, chosen.protocol.id);
  return 'refused' in begun ? show(on, [said(begun)]) : showDraft(on, begun);
}

/** A page, with what was typed on it or on the one before. */
function pageOf(on: OnMail, faults: Readonly<Record<string, string>> = {}): Page {
  return { ...looking(on), typed: on.turn.data, faults };
}

async function join(on: OnMail): Replies {
  const { desk, key, mail, person, press, turn } = on;
  if (press.p !== 'do') return stale(on) ?? drawn(on, joinFrame(pageOf(on)));
  const reference = (press.x ?? textOf(turn.data[REFERENCE])).trim().toUpperCase();
  const again = async (words: string) => drawn(on, joinFrame(pageOf(on, { [REFERENCE]: titleText(words) })));
  if (reference === '') return again('Enter the reference of the case.');
  const result = await desk.stepwise.mails.join(person.id, mail.entry.id, reference, key);
  return done(on, result, (refusal) => again(refusal.faults?.[REFERENCE] ?? refusal.words));
}

async function ask(on: OnMail): Replies {
  const { desk, key, mail, person, press, turn } = on;
  const old = press.p === 'do' ? undefined : stale(on);
  if (old) return old;
  const asks = asksFor(mail);
  const chosen =
    mail.pathways.find(({ protocol }) => protocol.id === press.x) ?? (asks.length === 1 ? asks[0] : undefined);
  if (!chosen) return asks.length === 0 ? show(on) : drawn(on, choosePathwayFrame(looking(on), asks, 'mail-ask'));
  const page = async (faults: Readonly<Record<string, string>> = {}) => {
    const drafted = await desk.stepwise.mails.draftAnswer(person.id, mail.entry.id, { missingFor: chosen.protocol.id });
    return 'refused' in drafted ? show(on, [said(drafted)]) : drawn(on, askFrame(pageOf(on, faults), chosen, drafted));
  };
  if (press.p !== 'do') return page();
  const text = textOf(turn.data[ANSWER]).trim().slice(0, LONGEST_ANSWER);
  if (text === '') return page({ [ANSWER]: 'Write the answer.' });
  const result = await desk.stepwise.mails.sendAnswer(person.id, mail.entry.id, text, key);
  return done(on, result, (refusal) => page({ [ANSWER]: refusal.words }), [
    banner('Recorded. The e-mail is being sent.'),
  ]);
}

/** Of a mail that a case was opened from: its sender hears so, in words that a person has read. */
async function tell(on: OnMail): Replies {
  const { desk, key, mail, person, press, turn } = on;
  const { mails } = desk.stepwise;
  const page = async (faults: Readonly<Record<string, string>> = {}) => {
    const drafted = await mails.draftAnswer(person.id, mail.entry.id, { opened: true });
    return 'refused' in drafted ? show(on, [said(drafted)]) : drawn(on, toldFrame(pageOf(on, faults), drafted));
  };
  if (press.p !== 'do') return page();
  const text = textOf(turn.data[ANSWER]).trim().slice(0, LONGEST_ANSWER);
  if (text === '') return page({ [ANSWER]: 'Write the answer.' });
  const result = await mails.sendAnswer(person.id, mail.entry.id, text, key);
  if (result.ok) return show({ ...on, mail: result.sheet }, [banner('Recorded. The e-mail is being sent.')]);
  return show({ ...on, mail: result.sheet ?? mail }, [said(result.refusal)]);
}

async function aside(on: OnMail): Replies {
  const { desk, key, mail, person, press, turn } = on;
  const options = reasonsNotForUs(mail.council);
  if (press.p !== 'do') return stale(on) ?? drawn(on, asideFrame(pageOf(on), options));
  const why = options.find(({ id }) => id === (press.x ?? textOf(turn.data[WHY])));
  if (!why) return drawn(on, asideFrame(pageOf(on, { [WHY]: 'Choose why.' }), options));
  const told = mail.noAnswer === undefined && textOf(turn.data[TELL]) === 'true';
  const note = textOf(turn.data[NOTE]).trim().slice(0, LONGEST_ANSWER);
  const text = textOf(turn.data[ANSWER]).trim().slice(0, LONGEST_ANSWER);
  const words = async (faults: Readonly<Record<string, string>> = {}) => {
    const drafted = await desk.stepwise.mails.draftAnswer(person.id, mail.entry.id, { notForUs: why.id });
    return 'refused' in drafted
      ? show(on, [said(drafted)])
      : drawn(on, asideAnswerFrame(pageOf(on, faults), why, drafted));
  };
  // Nobody is written to in words that no person has read.
  if (told && press.x === undefined) return stale(on) ?? words();
  if (told && text === '') return words({ [ANSWER]: 'Write what its sender is told, or untick it.' });
  const { mails } = desk.stepwise;
  const result = await mails.setAside(person.id, mail.entry.id, why.id, note, told ? text : undefined, key);
  const again = (refusal: Refusal) =>
    told
      ? words({ [ANSWER]: refusal.words })
      : Promise.resolve(drawn(on, asideFrame(pageOf(on, { [WHY]: refusal.words }), options)));
  return done(on, result, again);
}

async function putBack(on: OnMail): Replies {
  const { desk, key, mail, person } = on;
  const result = await desk.stepwise.mails.putBack(person.id, mail.entry.id, key);
  if (result.ok) return show({ ...on, mail: result.sheet }, [banner('It waits again.')]);
  const now = result.sheet ?? mail;
  return show({ ...on, mail: now }, [now.entry.state === 'waiting' ? staleBanner(now) : said(result.refusal)]);
}

// ---- mails of a case, for whoever may see it -----------------------------------------------------------------------

export async function mailsOfCase(on: OnCase): Replies {
  const { desk, person, press, sheet } = on;
  // Our own mail is on the card of its step.
  const mails = (await desk.stepwise.mails.ofCase(person.id, sheet)).filter(
    ({ entry }) => entry.matchedBy !== 'sent-copy',
  );
  const [only, ...others] = mails;
  const chosen = mails.find(({ entry }) => entry.id === press.m) ?? (others.length === 0 ? only : undefined);
  if (press.m !== undefined && !mails.some(({ entry }) => entry.id === press.m))
    return showCase(on, 'case', [banner('Nothing changed.', 'This mail is no longer on the case.')]);
  if (!chosen) {
    const from = press.n !== undefined && press.n < mails.length ? press.n : 0;
    return answer(on, render('mail', mailsOfCaseFrame(sheet, mails, from, desk.ink)), sheet.case.reference);
  }
  const seen: MailLooking = { mail: chosen, ink: desk.ink, of: sheet };
  const text = press.a === 'mail-text' ? mailTextFrame(seen, Number(press.x ?? 0)) : undefined;
  return answer(on, render('mail', text ?? mailFrame(seen)), sheet.case.reference);
}

/** It is not about this case: those who read its mailbox have it before them again. */
export async function notThisCase(on: OnCase): Replies {
  const { desk, key, person, press, sheet } = on;
  const result = await desk.stepwise.mails.putBack(person.id, press.m ?? '', key);
  const now = await openFor(desk, person.id, sheet.case.id);
  const after: OnCase = now ? { ...on, sheet: now.sheet, viewer: now.viewer } : on;
  const words: Banner = result.ok
    ? { title: 'The mail is no longer on this case.', lines: [line('Those who read its mailbox look at it again.')] }
    : said(result.refusal);
  return showCase(after, 'case', [words]);
}
