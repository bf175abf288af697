/** Mails one under another (class P): those that wait in the boxes that somebody reads, or those of one case. */
import type { MailSheet } from '../../src/application/mail/sheet.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import type { Block } from './blocks.ts';
import { type Action, IMMEDIATE_RISK, type Ink, rows } from './buttons.ts';
import { frame } from './frame.ts';
import { SHOWN } from './lists.ts';
import { caseButton, endRows, title } from './looking.ts';
import type { MailFrame } from './mail-card.ts';
import { addressWords } from './mail-card.ts';
import { oneLine } from './mail-text.ts';
import { becameWords, URGENT } from './mail-words.ts';
import { bold, type Line, line, run } from './text.ts';

const plainMail = { urgent: [], safety: [] };

/** Those that may be urgent first, then oldest first. */
export function waitingFrame(mails: readonly MailSheet[], from: number, ink: Ink): MailFrame {
  const all = [...mails.filter(({ entry }) => entry.urgent), ...mails.filter(({ entry }) => !entry.urgent)];
  const shown = all.slice(from, from + SHOWN);
  const after = from + SHOWN;
  const several = new Set(all.map(({ mailboxName }) => mailboxName)).size > 1;
  const more: Action[] = [
    ...(after < all.length ? [ink.button('Show more', { a: 'mails', n: after })] : []),
    ...(from > 0 ? [ink.button('Show those before', { a: 'mails', n: Math.max(0, from - SHOWN) })] : []),
  ];
  return {
    ...plainMail,
    ...frame({
      title: all.length === 0 ? 'No mail waits in a mailbox that you read.' : `Mails that wait: ${all.length}`,
      lines: all.length > SHOWN ? [line(`From ${from + 1} to ${from + shown.length}, oldest first.`)] : [],
      blocks: shown.map((mail, index) =>
        mailBlock(mail, from + index + 1, several, (words) =>
          ink.button(words, { a: 'mail', m: mail.entry.id, i: mail.entry.at }),
        ),
      ),
      buttonRows: rows(more, ink.button(IMMEDIATE_RISK, { a: 'risk' })),
    }),
  };
}

/** Mails of a case, for somebody who may see it; the newest are what is looked for. */
export function mailsOfCaseFrame(sheet: CaseSheet, mails: readonly MailSheet[], from: number, ink: Ink): MailFrame {
  const shown = mails.slice(from, from + SHOWN);
  const after = from + SHOWN;
  const to = (words: string, n: number) => ink.button(words, { a: 'mail-of', c: sheet.case.id, n });
  return {
    ...plainMail,
    ...frame({
      title: title({ sheet }, mails.length === 0 ? 'no mails' : `mails: ${mails.length}`),
      blocks: shown.map((mail, index) =>
        mailBlock(mail, from + index + 1, false, (words) =>
          ink.button(words, { a: 'mail-of', c: sheet.case.id, m: mail.entry.id }),
        ),
      ),
      buttonRows: endRows({ sheet, ink }, [
        caseButton({ sheet, ink }),
        ...(after < mails.length ? [to('Show more', after)] : []),
        ...(from > 0 ? [to('Show those before', Math.max(0, from - SHOWN))] : []),
      ]),
    }),
  };
}

const LONGEST_IN_LIST = 100;

function mailBlock(mail: MailSheet, number: number, several: boolean, button: (words: string) => Action): Block {
  const { case: of, content, entry, mailboxName } = mail;
  const became = becameWords({
    council: mail.council,
    state: entry.state,
    ...(of ? { reference: of.reference } : {}),
    ...(mail.doneBy ? { doneByName: mail.doneBy.name } : {}),
    ...(entry.why ? { why: entry.why } : {}),
  });
  const from = content?.from ? addressWords(content.from) : 'Sender not known';
  const said: Line[] = [
    ...(entry.urgent && became === undefined ? [line(bold(URGENT))] : []),
    line(bold(`${number}. ${writeInstant(entry.receivedAt)}. `), run(oneLine(from, LONGEST_IN_LIST))),
    line(oneLine(content?.subject ?? '', LONGEST_IN_LIST) || 'No subject.'),
    ...(several ? [line(mailboxName)] : []),
    ...(became === undefined && of ? [line(`It may belong to ${of.reference}.`)] : []),
  ];
  return { heading: '', lines: said, long: [], buttons: [{ actions: [button(`Open mail ${number}`)] }] };
}

/** Mails that belong to a case as its log has it: the one that it was opened from, and those that were joined and not taken away again. */
export function mailsOf({ case: { facts } }: CaseSheet): number {
  const ids = new Map<string, boolean>();
  for (const { fact, answers } of facts) {
    if (!fact.startsWith('mail.') || typeof answers.mail !== 'string') continue;
    ids.set(answers.mail, fact !== 'mail.left');
  }
  return [...ids.values()].filter((joined) => joined).length;
}
