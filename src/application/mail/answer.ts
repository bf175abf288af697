/**
 * The answer to a mail: drafted here, read, changed and sent by a person. It says what was decided, why, what comes next, and what to do if
 * somebody is worried; of the family it repeats nothing. A mail of a machine, a list or ourselves is never answered, so that two programs
 * cannot talk to each other.
 */
import type { PersonId, Reference } from '../../domain/case/types.ts';
import type { Council, Option } from '../../domain/protocol/types.ts';
import { addHours, writeInstant } from '../../domain/time/instant.ts';
import { addressOf } from '../addresses.ts';
import { safeguardingSentences } from '../mail-words.ts';
import type { MailAnswer, MailEntry, OutboxItem, ReadMail } from '../ports.ts';
import type { World } from '../world.ts';
import { answerHead, domainOf, leadsElsewhere } from './answer-head.ts';
import type { MailForPathway } from './sheet.ts';
import type { WatchedMailbox } from './watched.ts';

/** To one sender within a day, whatever is pressed: nobody wants a fourth, and a machine that passes for a person gets no more. */
const MOST_ANSWERS = 3;
const WITHIN_HOURS = 24;

/** Why it cannot be answered from here, as a sentence; undefined where it can. */
export async function whyNoAnswer(
  world: World,
  box: WatchedMailbox,
  entry: MailEntry,
  content: ReadMail | undefined,
): Promise<string | undefined> {
  if (!content) return 'This mail could not be read here. Open it in Outlook.';
  if (content.kind !== 'person') return NOT_A_PERSON[content.kind];
  const from = content.from?.address.toLowerCase() ?? '';
  if (isOurs(world, from)) return 'This mail comes from a mailbox of our own. There is nobody to answer.';
  if (/^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster)@/.test(from))
    return 'Nobody reads what is sent to the address that this mail came from.';
  if (leadsElsewhere(content))
    return 'This mail asks for its answer at another address than it came from. Check with the sender by phone first.';
  if (answerHead(content, box.title) === undefined) return 'This mail names no address that could be answered.';
  const since = addHours(world.clock.now(), -WITHIN_HOURS);
  const gone = await world.store.mails.answersTo(from, since);
  const pending = (await answersOf(world, entry)).filter(({ gone, at }) => !gone && at > since).length;
  return gone + pending >= MOST_ANSWERS
    ? `This sender has had ${MOST_ANSWERS} answers in ${WITHIN_HOURS} hours. Ring them instead.`
    : undefined;
}

const NOT_A_PERSON: Readonly<Record<Exclude<ReadMail['kind'], 'person'>, string>> = {
  'automatic-reply': 'This is an automatic reply. Nobody would read an answer.',
  bounce: 'This is a report of a mail that did not arrive. Nobody would read an answer.',
  list: 'This was sent to a list. It is not answered from here.',
  meeting: 'This is an answer to an invitation. It is answered in the calendar.',
};

/** Any mailbox of any council here, watched or not: an answer to ourselves is a loop. */
function isOurs(world: World, address: string): boolean {
  return world.protocols
    .all()
    .some(({ council }) =>
      Object.keys(council.mailboxes).some(
        (name) => addressOf(world.directory, council, name)?.toLowerCase() === address,
      ),
    );
}

export interface Drafted {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Exactly what is missing for the pathway, and nothing else. */
export function askFor(box: WatchedMailbox, entry: MailEntry, content: ReadMail, of: MailForPathway): Drafted {
  const { missing, due } = of;
  return letter(box, entry, content, [
    `To begin the ${of.protocol.title} we still need:`,
    ...missing.map((each) => `- ${each}`),
    '',
    'Please answer this mail. Use a secure way of sending, and no name in the subject.',
    ...(due ? [`The time for our answer counts from the arrival of your mail: ${writeInstant(due.due)}.`] : []),
  ]);
}

/**
 * Anybody may write in and ask after a family, also whoever it is protected from: that it is known here is said to colleagues alone. The
 * answer goes to the address that the mail says it came from, so a forged one tells the forger nothing.
 */
export function sayNotForUs(box: WatchedMailbox, entry: MailEntry, content: ReadMail, why: Option): Drafted {
  if (why.id === KNOWN && domainOf(content.from?.address ?? '') !== domainOf(box.address))
    return letter(box, entry, content, [
      'We have not opened a case from it.',
      'Why: by e-mail we cannot say whether a family is known to us.',
      'Next: if you work with the family, please ring us.',
    ]);
  return letter(box, entry, content, [
    'We have not opened a case from it.',
    `Why: ${why.label}.`,
    NEXT[why.id] ?? 'Next: if you think that this is a mistake, please answer this mail.',
  ]);
}

/** Only of a case that was opened from it: that a family has been known before is told to nobody who asks by mail. */
export function sayOpened(
  box: WatchedMailbox,
  entry: MailEntry,
  content: ReadMail,
  { reference, next }: { readonly reference: Reference; readonly next: string | undefined },
): Drafted {
  return letter(box, entry, content, [
    `We have opened a case from it: ${reference}.`,
    ...(next === undefined ? [] : [next]),
    `Please write ${reference} into the subject of whatever else you send about it, and no name.`,
  ]);
}

const KNOWN = 'already-on-a-case';

const NEXT: Readonly<Record<string, string>> = {
  [KNOWN]: 'Next: nothing for you to do. It stays with the team that works with the family.',
  'for-another-team': 'Next: please send it to the team that it is for. We have not passed it on.',
};

function letter(box: WatchedMailbox, { receivedAt }: MailEntry, content: ReadMail, lines: readonly string[]): Drafted {
  const { to, subject } = answerHead(content, box.title) ?? { to: '', subject: '' };
  const text = [
    `Thank you for your e-mail of ${writeInstant(receivedAt)}.`,
    '',
    ...lines,
    '',
    ...ifWorried(box.council),
    '',
    box.title,
    box.council.name,
  ].join('\n');
  return { to, subject, text };
}

function ifWorried(council: Council): readonly string[] {
  return ['If you are worried about a child:', ...safeguardingSentences(council)];
}

/** Kept with the mail, and the item that sends it. The same press again is the same answer. */
export function answerOf(
  world: World,
  person: PersonId,
  { id: mail }: MailEntry,
  text: string,
  key: string,
): { readonly answer: MailAnswer; readonly item: OutboxItem } {
  const at = world.clock.now();
  const id = world.digest(`answer ${mail} ${key}`);
  const item = answerKey(mail, id);
  return {
    answer: { id, mail, by: person, at, text: text.trim() },
    item: { key: item, caseId: null, effect: { kind: 'mail-answer', key: item, mail, answer: id }, notBefore: at },
  };
}

function answerKey(mail: string, answer: string): string {
  return `mail-answer/${mail}/${answer}`;
}

/** Oldest first, each with whether it has gone. */
export async function answersOf(
  { store }: World,
  { id }: MailEntry,
): Promise<readonly (MailAnswer & { readonly gone: boolean })[]> {
  const answers = await store.mails.answersOf(id);
  const sent = await Promise.all(answers.map((each) => store.mails.sentBy(answerKey(id, each.id))));
  return answers.map((each, index) => ({ ...each, gone: sent[index] !== undefined }));
}
