/** Sentences about a mail of the book. Those of type `Open` are fit for a channel: they say where it stands and never what is in it. */
import { reasonsNotForUs } from '../../src/application/mail/not-for-us.ts';
import type { MailNotice } from '../../src/application/mail/sheet.ts';
import type { Council, Mailbox } from '../../src/domain/protocol/types.ts';
import type { Instant } from '../../src/domain/time/instant.ts';
import { andList, capital } from '../../src/domain/wording.ts';
import { NOTHING, type Open, open, openTime, protocolWords } from './privacy.ts';
import { titleText } from './text.ts';

export const URGENT = protocolWords('Please read it now. It may say that a child is at risk.');

/** Above the values that were read from a mail. */
export const PLEASE_CHECK = '(from the mail, please check)';

export function arrived(at: Instant): Open {
  return open`Arrived ${openTime(at)}.`;
}

/** Why the program itself sets a mail aside. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'automatic-reply': 'automatic reply',
  list: 'mailing list',
  bounce: 'a mail that did not get through',
  meeting: 'answer to an invitation',
  'own-mail': 'our own mail',
  gone: 'deleted before it was read',
  'too-large': 'too large to read',
  'too-many-parts': 'too many parts to read',
  'too-deep': 'too deeply nested to read',
  'header-too-long': 'header too long to read',
  'took-too-long': 'took too long to read',
  'not-a-mail': 'could not be read',
};

const WORD_OF_OURS = /^[a-z][a-z0-9-]{1,40}$/;

/** In the words of the council's list, or ours. Nothing that somebody has typed. */
export function asideWords(council: Council, why: string | null | undefined): Open {
  if (!why) return NOTHING;
  const option = reasonsNotForUs(council).find(({ id }) => id === why);
  if (option) return protocolWords(lowered(option.label));
  const own = PROGRAMS[why];
  if (own) return protocolWords(own);
  return protocolWords(WORD_OF_OURS.test(why) ? why.replaceAll('-', ' ') : 'another reason');
}

function lowered(label: string): string {
  return /^[A-Z]{2}/.test(label) ? label : `${label.charAt(0).toLowerCase()}${label.slice(1)}`;
}

/** The name of somebody of the staff, fit for a heading; the program's own where nobody is named. */
export function doneBy(name: string | undefined): Open {
  return protocolWords(name ? titleText(name) : 'Stepwise');
}

/** What became of it: "CAM-7K3F opened by Dawn Ellery". undefined while it waits. */
export function becameWords(
  notice: Pick<MailNotice, 'state' | 'reference' | 'doneByName' | 'why' | 'council'>,
): Open | undefined {
  const who = doneBy(notice.doneByName);
  const reference = protocolWords(notice.reference ?? 'a case');
  switch (notice.state) {
    case 'opened':
      return open`${reference} opened by ${who}`;
    case 'joined':
      return open`Joined to ${reference} by ${who}`;
    case 'set-aside': {
      const why = asideWords(notice.council, notice.why);
      return why === NOTHING ? open`Set aside by ${who}` : open`Set aside by ${who}: ${why}`;
    }
    default:
      return undefined;
  }
}

/** "front-door managers", "team managers of the duty team"; a team is several already: "people of the Family Centre Development Team". */
function severalOf(role: string): string {
  if (/\b(team|panel|support)$/i.test(role) && !/ of /.test(role)) return `people of the ${role}`;
  return role.replace(/^(.*?)( of .*)?$/, '$1s$2');
}

/** As a sentence about it names a mailbox: "the Early Help step-down mailbox". */
export function mailboxWords(name: string): Open {
  return protocolWords(/mailbox$/i.test(name) ? `the ${name}` : `the mailbox ${name}`);
}

/** "Front-door managers read this mailbox. Ask one of them." */
export function askReaders(council: Council, mailboxName: string): Open {
  const roles = mailboxesCalled(council, mailboxName).flatMap(({ watchedBy }) => (watchedBy ? [watchedBy] : []));
  const names = [...new Set(roles)].map((role) => severalOf(council.roles[role]?.name ?? role));
  if (names.length === 0) return protocolWords('You do not read this mailbox. Ask your manager who does.');
  return protocolWords(`${capital(andList(names))} read this mailbox. Ask one of them.`);
}

function mailboxesCalled(council: Council, name: string): readonly Mailbox[] {
  return Object.values(council.mailboxes).filter((mailbox) => mailbox.name === name);
}

/** Whether its readers have more than one, so that a card has to say which. */
export function readsSeveral(council: Council, mailboxName: string): boolean {
  const roles = mailboxesCalled(council, mailboxName).map(({ watchedBy }) => watchedBy);
  const own = Object.values(council.mailboxes).filter(({ watchedBy }) => watchedBy && roles.includes(watchedBy));
  return new Set(own.map(({ address, name }) => address ?? name)).size > 1;
}
