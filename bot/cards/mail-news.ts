/** What a mail means for a case, told to whoever owes its next step (class P): one came, one of ours came back, somebody is away. */
import type { MailSheet } from '../../src/application/mail/sheet.ts';
import type { Drawing } from '../../src/application/sheet.ts';
import type { Protocol, Target } from '../../src/domain/protocol/types.ts';
import type { Ink } from './buttons.ts';
import { frame } from './frame.ts';
import { caseButton, endRows } from './looking.ts';
import { arrived, URGENT } from './mail-words.ts';
import { type Bell, bell, open, openReference, protocolWords } from './privacy.ts';
import { safetyPanel } from './safety.ts';
import { bold, type Line, line, run, titleText } from './text.ts';

export function mailNewsFrame({ sheet, mail, what }: Parameters<Drawing['mailNews']>[0], ink: Ink) {
  const title = newsTitle(sheet, what);
  const risk = mail.entry.urgent;
  return {
    ...frame({
      title: titleText(title),
      lines: linesOf(sheet, mail, what),
      buttonRows: endRows({ sheet, ink }, [
        ink.button('Read it', { a: 'mail-of', c: sheet.case.id, m: mail.entry.id }),
        caseButton({ sheet, ink }),
      ]),
    }),
    urgent: risk ? [{ words: URGENT }] : [],
    safety: risk ? [safetyPanel(mail.council)] : [],
  };
}

export function newsBellOf({ sheet, what }: Parameters<Drawing['mailNews']>[0]): Bell {
  return bell(newsTitle(sheet, what));
}

type News = Parameters<Drawing['mailNews']>[0];

function newsTitle(sheet: News['sheet'], what: News['what']) {
  const reference = openReference(sheet);
  if (what === 'joined') return open`A mail came for ${reference}`;
  return what === 'returned'
    ? open`An e-mail of ${reference} did not get through`
    : open`${reference}: an automatic reply came`;
}

function linesOf(sheet: News['sheet'], mail: MailSheet, what: News['what']): Line[] {
  const { entry, content } = mail;
  const ours = whatWent(sheet, entry.id);
  if (what === 'joined') return [line(`${arrived(entry.receivedAt)} ${whyJoined(mail)}`.trim())];
  if (what === 'returned')
    return [
      line(`${arrived(entry.receivedAt)} ${ours ? `It was: ${ours}.` : 'Read what came back.'}`),
      line('It has not been delivered. Check the address, and tell them in another way.'),
    ];
  const who = content?.from?.name || content?.from?.address || 'Whoever you wrote to';
  return [
    line(bold(who.slice(0, LONGEST_NAME)), run(' is away: an automatic reply came.')),
    line(
      `${arrived(entry.receivedAt)} ${ours ? `It answers: ${ours}. ` : ''}Your e-mail has arrived, and may not be read yet.`,
    ),
  ];
}

const LONGEST_NAME = 120;

/** By what it was known to be of the case, for somebody who may see it. */
export function whyJoined({ case: of }: Pick<MailSheet, 'case'>): string {
  switch (of?.matchedBy) {
    case 'reference':
      return of.confidence === 'certain' ? 'Its subject has the reference.' : 'It names the reference.';
    case 'conversation':
      return 'It is in a conversation of this case.';
    case 'in-reply-to':
      return 'It answers a mail of this case.';
    case 'sent-copy':
      return 'It is the mail that was sent from here.';
    case 'child-id':
      return "It has the council's number of a child of this case.";
    default:
      return '';
  }
}

/** What we had sent, and to whom, where the fact says of which step it was: "referral, to Early Help step-down mailbox". */
function whatWent(sheet: News['sheet'], mail: string): string | undefined {
  const fact = sheet.case.facts.findLast(
    ({ fact: name, answers }) => (name === 'mail.returned' || name === 'mail.away') && answers.mail === mail,
  );
  const step = typeof fact?.answers.step === 'string' ? sheet.protocol.steps[fact.answers.step] : undefined;
  if (!step) return undefined;
  if (step.kind !== 'send') return step.title;
  return `${step.title}, to ${step.to.map((target) => targetName(sheet.protocol, target)).join(', ')}`;
}

/** A mailbox, role or person outside as the protocol names it. */
export function targetName({ council }: Protocol, target: Target): string {
  const [kind, name = ''] = target.split('/');
  if (kind === 'mailbox') return protocolWords(council.mailboxes[name]?.name ?? name);
  return kind === 'role' ? (council.roles[name]?.name ?? name) : name || target;
}
