/**
 * A mail that waits is somebody's: joined to a case, set aside with a reason, or put back where that was a mistake. Each is one line in
 * the book; of two who press at once the second is told who was quicker.
 */
import type { CaseId, PersonId, Refusal } from '../../domain/case/types.ts';
import type { Council } from '../../domain/protocol/types.ts';
import { writeInstant } from '../../domain/time/instant.ts';
import { capital } from '../../domain/wording.ts';
import { rolesInCouncil } from '../case-roles.ts';
import { maySee } from '../may-see.ts';
import { perform } from '../perform.ts';
import type { MailAnswer, MailEntry, MailId, MailMove, OutboxItem } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import { viewerOf } from '../viewer.ts';
import type { World } from '../world.ts';
import { reasonsNotForUs } from './not-for-us.ts';
import { boxOf, boxReadBy } from './watched.ts';

/** @returns the mail where this person reads its mailbox */
export async function readable(world: World, person: PersonId, id: MailId): Promise<MailEntry | undefined> {
  const entry = await world.store.mails.entry(id);
  return entry && (await boxReadBy(world, person, entry)) ? entry : undefined;
}

/** @returns what is in the way, or undefined */
export async function joinMail(
  world: World,
  person: PersonId,
  entry: MailEntry,
  reference: string,
  key: string,
): Promise<Refusal | undefined> {
  const row = await world.store.caseByReference(reference.trim().toUpperCase());
  if (!row || row.council !== entry.council) return noSuchReference(reference);
  if (entry.state === 'joined' && entry.caseId === row.id && entry.by === person) return undefined;
  return joinTo(world, person, entry, row.id, key);
}

/** The fact on the case and the line in the book are one transaction. */
export async function joinTo(
  world: World,
  person: PersonId,
  { id, receivedAt }: MailEntry,
  caseId: CaseId,
  key: string,
): Promise<Refusal | undefined> {
  const at = world.clock.now();
  const news = `mail-news/${id}/${world.digest(key)}`;
  const performed = await perform(world, person, {
    caseId,
    commands: [{ type: 'fact', fact: 'mail.joined', at: receivedAt, answers: { mail: id } }],
    key,
    mail: { id, to: 'joined', by: person, at, caseId, matchedBy: 'person', confidence: 'certain', from: ['waiting'] },
    also: [
      { key: news, caseId, effect: { kind: 'mail-news', key: news, mail: id, what: 'joined' }, notBefore: at },
      cardOf(world, id, key),
    ],
  });
  if (performed.ok) return undefined;
  return (await movedOn(world, id)) ?? performed.refusal;
}

export async function setMailAside(
  world: World,
  person: PersonId,
  entry: MailEntry,
  why: string,
  note: string,
  key: string,
  answer?: { readonly answer: MailAnswer; readonly item: OutboxItem },
): Promise<Refusal | undefined> {
  const council = boxOf(world, entry)?.council;
  const reason = council && reasonOfChoice(council, why);
  if (reason === undefined) return { ...nothing, code: 'faults', words: 'Choose why.', faults: { why: 'Choose why.' } };
  const move: MailMove = {
    ...{ id: entry.id, to: 'set-aside', by: person, at: world.clock.now(), why: reason, from: ['waiting'] },
    ...(note.trim() === '' ? {} : { note: note.trim() }),
  };
  const outbox = [cardOf(world, entry.id, key), ...(answer ? [answer.item] : [])];
  const moved = await world.store.mails.move(move, outbox, answer?.answer);
  world.wake();
  if (moved === 'moved') return undefined;
  const now = await world.store.mails.entry(entry.id);
  const repeated = now?.state === 'set-aside' && now.by === person && now.why === reason;
  return repeated ? undefined : movedOnRefusal(world, entry.id);
}

/** By who reads the mailbox; of one that is on a case also by whoever may see that case: it is not about this family. */
export async function mayPutBack(world: World, person: PersonId, id: MailId): Promise<MailEntry | undefined> {
  const entry = await readable(world, person, id);
  if (entry) return entry;
  const other = await world.store.mails.entry(id);
  const sheet = other?.state === 'joined' && other.caseId !== null ? await readSheet(world, other.caseId) : undefined;
  return sheet && maySee(await viewerOf(world, sheet, person), sheet) ? other : undefined;
}

export async function putMailBack(
  world: World,
  person: PersonId,
  entry: MailEntry,
  key: string,
): Promise<Refusal | undefined> {
  const { id, state, caseId } = entry;
  const at = world.clock.now();
  if (state === 'waiting') return undefined;
  if (state === 'opened') return movedOnRefusal(world, id);
  // Our own copy is the proof that what we sent has arrived: the clock runs by it.
  if (entry.matchedBy === 'sent-copy')
    return { ...nothing, words: 'This is our own mail, which says when it arrived. It stays on its case.' };
  if (state === 'joined' && caseId !== null) {
    const performed = await perform(world, person, {
      caseId,
      commands: [{ type: 'fact', fact: 'mail.left', answers: { mail: id } }],
      key,
      mail: { id, to: 'waiting', by: person, at, from: ['joined'] },
      also: [cardOf(world, id, key)],
    });
    if (performed.ok) return undefined;
    // A bounce or an automatic answer is on the case by what it said, and not as a mail that was joined.
    if (performed.refusal.code !== 'not-open') return performed.refusal;
  }
  const moved = await world.store.mails.move({ id, to: 'waiting', by: person, at, from: [state] }, [
    cardOf(world, id, key),
  ]);
  world.wake();
  return moved === 'moved' ? undefined : movedOn(world, id);
}

/** The card in the channel is drawn again; once for each press. */
export function cardOf(world: World, id: MailId, key: string): OutboxItem {
  const item = `mail-card/${id}/${world.digest(key)}`;
  return { key: item, caseId: null, effect: { kind: 'mail-card', key: item, mail: id }, notBefore: world.clock.now() };
}

/** As it stands in the book: the option's id, class C. Chosen by its id or its words. */
function reasonOfChoice(council: Council, why: string): string | undefined {
  return reasonsNotForUs(council).find(({ id, label }) => id === why || label === why)?.id;
}

/** "Dawn Reid has opened CAM-7K3F from it, Mon 21 Dec 2026, 09:10. Your press changed nothing." undefined: it waits still. */
async function movedOn(world: World, id: MailId): Promise<Refusal | undefined> {
  const entry = await world.store.mails.entry(id);
  if (!entry || entry.state === 'waiting') return undefined;
  const who = (await world.directory.person(entry.by))?.name ?? 'The program';
  const reference = entry.caseId === null ? undefined : (await world.store.caseById(entry.caseId))?.reference;
  const done = {
    unread: 'has not read it yet',
    opened: `has opened ${reference ?? 'a case'} from it`,
    joined: `has joined it to ${reference ?? 'a case'}`,
    'set-aside': 'has set it aside',
  }[entry.state];
  const words = `${who} ${done}, ${writeInstant(entry.at)}. Your press changed nothing.`;
  return { refused: true, code: 'already-done', words, rules: [] };
}

export async function movedOnRefusal(world: World, id: MailId): Promise<Refusal> {
  return (await movedOn(world, id)) ?? { ...nothing, words: 'The mail is no longer as it was. Look at it again.' };
}

/** Only what waits can be dealt with. */
export async function notWaiting(world: World, entry: MailEntry): Promise<Refusal | undefined> {
  return entry.state === 'waiting' ? undefined : movedOnRefusal(world, entry.id);
}

const nothing: Refusal = { refused: true, code: 'not-open', words: 'Your press changed nothing.', rules: [] };

function noSuchReference(reference: string): Refusal {
  const words = `There is no case ${reference.trim().toUpperCase().slice(0, 20)} in this council.`;
  return { refused: true, code: 'unknown', words, rules: [], faults: { reference: words } };
}

export async function notAReader(world: World, person: PersonId, id: MailId): Promise<Refusal> {
  const entry = await world.store.mails.entry(id);
  const box = entry && boxOf(world, entry);
  const roles = box ? await rolesInCouncil(world.directory, box.council.id, person) : [];
  const reader = box && roles.length > 0 ? box.council.roles[box.watchedBy]?.name : undefined;
  const words = reader ? `${capital(reader)}s read this mailbox. Ask one of them.` : 'There is no such mail here.';
  return { refused: true, code: 'not-permitted', words, rules: [] };
}
