/**
 * What a channel sees of mails (class C): when one arrived and what became of it, how many there were, and whether a mailbox can be read.
 * Drawn from what holds nothing of a mail: neither sender nor subject can get here.
 */
import type { MailLine, MailNotice } from '../../src/application/mail/sheet.ts';
import { isUnreadable } from '../../src/application/mail/unreadable.ts';
import type { Drawing } from '../../src/application/sheet.ts';
import type { Council } from '../../src/domain/protocol/types.ts';
import { addDays } from '../../src/domain/time/day-number.ts';
import { dayOf, parseInstant, timeOf } from '../../src/domain/time/instant.ts';
import { IMMEDIATE_RISK, type Ink, rows } from './buttons.ts';
import { type OpenBanner, type OpenFrame, openFrame } from './frame.ts';
import { arrived, asideWords, becameWords, doneBy, mailboxWords, readsSeveral, URGENT } from './mail-words.ts';
import {
  type Bell,
  bell,
  NOTHING,
  type Open,
  open,
  openList,
  openShortDay,
  openTime,
  protocolWords,
} from './privacy.ts';
import { type SafetyPanel, safetyPanel } from './safety.ts';
import type { Press } from './signed.ts';
import { type OpenLine, openLine } from './text.ts';
import { countOf } from './words.ts';

/** A card of mails in a channel: nothing of it is typed by anybody. */
export interface OpenMailFrame extends OpenFrame {
  readonly urgent: readonly { readonly words: Open }[];
  readonly safety: readonly SafetyPanel[];
  readonly errors: readonly never[];
  readonly blocks: readonly never[];
  readonly fields: readonly never[];
}

function mailFrame(parts: Parameters<typeof openFrame>[0], urgent?: Council): OpenMailFrame {
  return {
    ...openFrame(parts),
    urgent: urgent ? [{ words: URGENT }] : [],
    safety: urgent ? [safetyPanel(urgent)] : [],
    errors: [],
    fields: [],
  };
}

export function noticeFrame(
  notice: MailNotice,
  ink: Ink,
  banner: readonly OpenBanner[] = [],
): { readonly frame: OpenMailFrame; readonly bell: Bell } {
  const { council, receivedAt, reference, at, urgent } = notice;
  const became = becameWords(notice);
  const title = became ? open`${became}.` : TITLE;
  const where = readsSeveral(council, notice.mailboxName) ? open` ${protocolWords(notice.mailboxName)}.` : NOTHING;
  const found = reference ? open`It may belong to ${protocolWords(reference)}.` : protocolWords('No case found.');
  const risk = urgent && became === undefined;
  return {
    frame: mailFrame(
      {
        banner,
        title,
        lines: became
          ? [openLine(open`${openTime(at)}. The mail arrived ${openTime(receivedAt)}.${where}${inOutlook(notice)}`)]
          : [openLine(open`${arrived(receivedAt)} ${found}${where}`)],
        buttonRows: rows(
          [ink.button('Open', { a: 'mail', m: notice.id, i: at, x: noticeText(notice) })],
          ink.button(IMMEDIATE_RISK, { a: 'risk', m: notice.id }),
        ),
      },
      risk ? council : undefined,
    ),
    bell: bell(risk ? open`Please read a mail now` : became ? open`A mail was dealt with` : TITLE),
  };
}

/** Nobody has looked at what the program itself could not read. */
function inOutlook({ state, why, doneByName }: MailNotice): Open {
  return state === 'set-aside' && doneByName === undefined && isUnreadable(why)
    ? protocolWords(' Please look at it in Outlook.')
    : NOTHING;
}

const TITLE = protocolWords('A mail may be a referral');

/**
 * The notice as its button carries it, signed: whoever may not read the mail gets the same card with a line above it, and nothing about the
 * mail is looked up for them.
 */
function noticeText({
  council,
  mailboxName,
  state,
  receivedAt,
  urgent,
  reference,
  doneByName,
  why,
}: MailNotice): string {
  return JSON.stringify([
    council.id,
    mailboxName,
    state,
    receivedAt,
    urgent ? 1 : 0,
    reference ?? '',
    doneByName ?? '',
    why ?? '',
  ]);
}

/** @returns undefined where the button came from another card */
export function noticeOf(press: Press, councils: readonly Council[]): MailNotice | undefined {
  if (!press.x?.startsWith('[') || !press.m || !press.i) return undefined;
  const [councilId, mailboxName, state, receivedAt, urgent, reference, doneByName, why] = JSON.parse(
    press.x,
  ) as string[];
  const council = councils.find(({ id }) => id === councilId);
  if (!council || !receivedAt || !mailboxName) return undefined;
  const at = parseInstant(press.i);
  return {
    id: press.m,
    council,
    mailboxName,
    state: state as MailNotice['state'],
    receivedAt: parseInstant(receivedAt),
    urgent: Boolean(urgent),
    ...(reference ? { reference } : {}),
    ...(doneByName ? { doneByName } : {}),
    ...(why ? { why } : {}),
    at,
    now: at,
  };
}

/** "Mails since yesterday: 12 = 7 joined + 2 opened + 1 set aside + 2 waiting." (story 3.4) */
export function lineFrame(mails: MailLine, ink: Ink): { readonly frame: OpenMailFrame; readonly bell: Bell } {
  const { count, waiting, notCompared } = mails;
  const aside = count.setAside.reduce((sum, each) => sum + each.count, 0);
  const title = open`Mails ${sinceWords(mails)}: ${count.in}`;
  const sum = [
    open`${count.joined} joined`,
    open`${count.opened} opened`,
    open`${aside} set aside`,
    open`${count.waiting} waiting`,
    ...(count.unread > 0 ? [open`${count.unread} not read yet`] : []),
  ].reduce((text, part) => open`${text} + ${part}`);
  const missing = unaccounted(mails);
  const inAll = waiting.count > count.waiting ? open` Waiting in all: ${waiting.count}.` : NOTHING;
  const oldest = waiting.oldest ? open` Oldest waiting: ${openTime(waiting.oldest)}.` : NOTHING;
  return {
    frame: mailFrame({
      title,
      lines: [
        openLine(open`= ${sum}.${inAll}${oldest}`),
        ...(missing > 0
          ? [openLine(open`I cannot account for ${countOf(missing, 'mail', 'mails')}. The administrator knows.`)]
          : []),
        ...asideLines(mails),
        ...(notCompared.length > 0
          ? [
              openLine(
                open`I could not compare this with Outlook just now: ${openList(notCompared.map(protocolWords))}.`,
              ),
            ]
          : []),
      ],
      buttonRows: waiting.count > 0 ? rows([ink.button('Show waiting', { a: 'mails' })]) : [],
    }),
    bell: bell(open`${title}, ${waiting.count} waiting`),
  };
}

/** What the sum itself does not hold counts too, whatever was found besides. */
function unaccounted({ count, unaccounted: found }: MailLine): number {
  const sum = count.setAside.reduce(
    (all, each) => all + each.count,
    count.joined + count.opened + count.waiting + count.unread,
  );
  return Math.max(found, Math.abs(count.in - sum));
}

function sinceWords({ since, to }: MailLine): Open {
  if (since === null) return protocolWords('since I began');
  if (dayOf(since) === dayOf(to)) return open`since ${protocolWords(timeOf(since))}`;
  return dayOf(since) === addDays(dayOf(to), -1)
    ? protocolWords('since yesterday')
    : open`since ${openShortDay(dayOf(since))}`;
}

const MOST_REASONS = 10;

function asideLines({ council, count, people }: MailLine): OpenLine[] {
  if (count.setAside.length === 0) return [];
  const shown = count.setAside
    .slice(0, MOST_REASONS)
    .map(
      ({ why, by, count: n }) =>
        open`${n} by ${doneBy(by === 'program' ? undefined : (people[by] ?? 'a colleague'))} (${asideWords(council, why)})`,
    );
  const more = count.setAside.length - shown.length;
  return [openLine(open`Set aside: ${openList(shown)}${more > 0 ? open`, and for ${more} more reasons` : NOTHING}.`)];
}

export function alarmFrame({ mailboxName, since, over, now }: Parameters<Drawing['mailboxAlarm']>[0]): {
  readonly frame: OpenMailFrame;
  readonly bell: Bell;
} {
  const mailbox = mailboxWords(mailboxName);
  const title = over ? open`I read ${mailbox} again.` : open`I cannot read ${mailbox} since ${openTime(since)}.`;
  return {
    frame: mailFrame({
      title,
      lines: over
        ? [
            openLine(
              open`I read it again since ${openTime(now)}. Before that I could not since ${openTime(since)}. Nothing was lost: I read on from there.`,
            ),
          ]
        : [openLine(protocolWords('Please look into it in Outlook. Nothing is lost: I read on from there.'))],
    }),
    bell: bell(over ? open`A mailbox is read again` : open`A mailbox cannot be read`),
  };
}
