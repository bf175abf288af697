/**
 * A mail that was written into the book is read, and it is found out where it belongs. It ends in exactly one state: joined to a case,
 * set aside with a reason, or waiting for a person. It approves, allocates and closes nothing, whoever it says it is from.
 */
import { PROGRAM } from '../../domain/case/types.ts';
import { mentionsDanger } from '../../domain/danger.ts';
import type { Council } from '../../domain/protocol/types.ts';
import { addMinutes } from '../../domain/time/instant.ts';
import { Later } from '../later.ts';
import { type Candidate, numbersIn, referencesIn, type Verdict, verdictOn } from '../mail/match.ts';
import { takeOwnCopy } from '../mail/own-copy.ts';
import { boxOf, councilCalled } from '../mail/watched.ts';
import { mayBeReferral, tellsOfAnotherChild } from '../mail/worth-a-look.ts';
import { safeguardingSentences } from '../mail-words.ts';
import { perform } from '../perform.ts';
import type {
  AsideReason,
  ClaimedItem,
  MailEntry,
  MailMove,
  MailNewsKind,
  OutboxEffect,
  OutboxItem,
  ReadMail,
  SentMail,
  Thread,
} from '../ports.ts';
import type { World } from '../world.ts';

/** A mail with more is read by a person, in Outlook. Documents of a family fit in. */
const MOST_BYTES = 25 * 1024 * 1024;

/** Graph may not find yet what it has just shown: somebody's deletion is believed at the third look. */
const LOOKS = 3;
const LOOKS_AGAIN_MINUTES = 2;
const UNSERVED_MINUTES = 60;

/** Within the hour (work.ts, WAITS). */
const TRIES_ALONE = 6;

export async function carryOutReadMail(
  world: World,
  item: ClaimedItem,
  { mail: id }: Extract<OutboxEffect, { kind: 'read-mail' }>,
): Promise<void> {
  const entry = await world.store.mails.entry(id);
  const council = entry && councilCalled(world, entry.council);
  if (!entry || !(await isStillToBeRead(world, entry))) return;
  // A program that reads no mailboxes at present, or serves another council: its time will come, and the mail is not forgotten.
  if (!world.mail || !council) throw new Later(addMinutes(world.clock.now(), UNSERVED_MINUTES));
  try {
    await read(world, world.mail, council, entry, item);
  } catch (fault) {
    // Whatever is in the way, a child does not wait for it: a person opens the mail in Outlook, and it is tried on.
    const late = item.attempts >= TRIES_ALONE && !(fault instanceof Later);
    if (late && entry.state === 'unread') await wait(world, entry, undefined, false);
    throw fault;
  }
}

async function read(
  world: World,
  { feed, reader }: NonNullable<World['mail']>,
  council: Council,
  entry: MailEntry,
  item: ClaimedItem,
): Promise<void> {
  const { mails } = world.store;
  const sent = await mails.sentCopy(entry.id);
  if (sent) return takeOwnCopy(world, entry, sent, [entry.state]);

  const address = boxOf(world, entry)?.address ?? entry.mailbox;
  const mime = await feed.mime(address, entry.messageId, MOST_BYTES);
  if (mime === 'gone') await lookAgain(world, item);
  // It lies in the mailbox that was watched before.
  if (mime === 'gone' && address !== entry.mailbox) return wait(world, entry, undefined, false);
  if (mime === 'gone' || mime === 'too-large') return setAside(world, entry, mime, mime === 'too-large');
  const content = await reader.read(mime);
  if ('unreadable' in content) return setAside(world, entry, content.unreadable, true);
  await mails.saveContent(entry.id, content);
  await place(world, council, entry, content);
}

/**
 * Counted by themselves: tries that failed for another reason are no looks.
 * @throws Later until it was looked for often enough
 */
async function lookAgain({ store, clock }: World, { key, progress }: ClaimedItem): Promise<void> {
  const looks = Number(progress.looks ?? 0) + 1;
  if (looks >= LOOKS) return;
  await store.note(key, { ...progress, looks: String(looks) });
  throw new Later(addMinutes(clock.now(), LOOKS_AGAIN_MINUTES));
}

/** Not read yet, or shown to people before it could be read, and nobody has dealt with it since. */
async function isStillToBeRead({ store }: World, { id, state, by }: MailEntry): Promise<boolean> {
  return state === 'unread' || (state === 'waiting' && by === PROGRAM && !(await store.mails.content(id)));
}

async function place(world: World, council: Council, entry: MailEntry, content: ReadMail): Promise<void> {
  const urgent = isUrgent(council, content);
  const ours = await oursBehind(world, content);
  const verdict = verdictOf(ours, await candidates(world, council, entry, content));
  // Somebody may be about to deal with it.
  if (entry.state === 'waiting') return wait(world, entry, verdict, urgent);
  if (verdict && (await joins(world, entry, content, verdict))) {
    if (await join(world, entry, content, verdict, ours, urgent)) return;
  }
  const why = asideReason(world, entry, content, urgent);
  if (why !== undefined) return setAside(world, entry, why, false);
  await wait(world, entry, verdict, urgent);
}

async function joins(
  world: World,
  entry: MailEntry,
  content: ReadMail,
  { confidence, caseId }: Verdict,
): Promise<boolean> {
  if (confidence === 'possible') return false;
  const mayBringOne = content.kind === 'person' || content.kind === 'list' || content.kind === 'meeting';
  const box = mayBringOne ? boxOf(world, entry) : undefined;
  return !box || !(await tellsOfAnotherChild(world, box, content, caseId));
}

/** Of a bounce or an automatic answer: the mail of ours that it is about, where there is one. */
async function oursBehind({ store }: World, content: ReadMail): Promise<SentMail | undefined> {
  if (content.kind !== 'bounce' && content.kind !== 'automatic-reply') return undefined;
  const ids = [...content.returned, ...content.inReplyTo, ...content.references];
  return (await store.mails.byMessageIds(ids)).find(({ sent }) => sent?.caseId)?.sent;
}

function verdictOf(ours: SentMail | undefined, found: readonly Candidate[]): Verdict | undefined {
  if (ours?.caseId) return { caseId: ours.caseId, by: 'in-reply-to', confidence: 'likely' };
  return verdictOn(found);
}

/**
 * What is never a referral is nobody's work, unless it belongs to a case. A bounce of something unknown is: a mail of somebody's did not
 * arrive. That it comes from a mailbox of ours says nothing: people write from shared mailboxes, and pass referrals on from one to another.
 */
function asideReason(world: World, entry: MailEntry, content: ReadMail, urgent: boolean): AsideReason | undefined {
  const { kind } = content;
  if ((kind !== 'automatic-reply' && kind !== 'list') || urgent) return undefined;
  const box = boxOf(world, entry);
  return box && mayBeReferral(world, box, content) ? undefined : kind;
}

/** In the sender's own words: what a reply quotes of ours names dangers too. */
function isUrgent(council: Council, { subject, text, attachments }: ReadMail): boolean {
  const said = [subject, text, ...attachments.map(({ name }) => name)].join('\n').replaceAll(/[>\s]+/g, ' ');
  const own = safeguardingSentences(council).map((sentence) => sentence.replaceAll(/[>\s]+/g, ' '));
  return mentionsDanger(own.reduce((rest, sentence) => rest.replaceAll(sentence, ' '), said));
}

async function candidates(
  world: World,
  council: Council,
  entry: MailEntry,
  content: ReadMail,
): Promise<readonly Candidate[]> {
  const { mails } = world.store;
  const inSubject = referencesIn(content.subject, council.referencePrefix);
  const inText = referencesIn(content.text, council.referencePrefix).filter((each) => !inSubject.includes(each));
  const numbers = numbersIn(`${content.subject}\n${content.text}`);
  const byNumber = numbers.length === 0 ? [] : await mails.casesWithChildIds(council.id, numbers);
  const byId = async (threads: readonly Thread[], by: Candidate['by']) =>
    (await Promise.all(threads.map((thread) => caseBehind(world, entry, thread)))).flatMap((caseId) =>
      caseId ? [{ caseId, by }] : [],
    );
  const found: readonly Omit<Candidate, 'ended'>[] = [
    ...(await byReferences(world, inSubject.slice(0, MOST), { inSubject: true })),
    ...(await byReferences(world, inText.slice(0, MOST - Math.min(MOST, inSubject.length)), {})),
    ...(await byId(await mails.byConversation(entry.mailbox, entry.conversationId), 'conversation')),
    ...(await byId(await mails.byMessageIds([...content.inReplyTo, ...content.references]), 'in-reply-to')),
    ...byNumber.map(({ caseId }) => ({ caseId, by: 'child-id' as const })),
  ];
  const known = new Map<string, boolean | undefined>();
  for (const { caseId } of found) {
    if (known.has(caseId)) continue;
    const row = await world.store.caseById(caseId);
    known.set(caseId, row?.council === council.id ? row.status === 'ended' : undefined);
  }
  return found.flatMap((each) => {
    const ended = known.get(each.caseId);
    return ended === undefined ? [] : [{ ...each, ended }];
  });
}

/** How many references of a mail are looked up. */
const MOST = 20;

async function byReferences({ store }: World, references: readonly string[], where: { readonly inSubject?: true }) {
  const rows = await Promise.all(references.map((reference) => store.caseByReference(reference)));
  return rows.flatMap((row) => (row ? [{ caseId: row.id, by: 'reference' as const, ...where }] : []));
}

/** The case of another mail, or of the mail that ours has answered; what is only proposed for that one says nothing about this one. */
async function caseBehind({ store }: World, { id }: MailEntry, { sent, mail }: Thread): Promise<string | undefined> {
  if (sent?.caseId) return sent.caseId;
  const other = sent?.answers ? await store.mails.entry(sent.answers) : mail;
  if (!other || other.id === id) return undefined;
  return other.state === 'joined' || other.state === 'opened' ? (other.caseId ?? undefined) : undefined;
}

/** @returns false where the case takes nothing any more: it was erased */
async function join(
  world: World,
  entry: MailEntry,
  content: ReadMail,
  { caseId, by, confidence }: Verdict,
  ours: SentMail | undefined,
  urgent: boolean,
): Promise<boolean> {
  const { id, receivedAt: at } = entry;
  const moved: MailMove = { ...byProgram(world, entry), to: 'joined', caseId, matchedBy: by, confidence, urgent };
  const box = boxOf(world, entry);
  if (content.kind === 'meeting' && !urgent && box && !mayBeReferral(world, box, content)) {
    // Invitations of ours and answers to them: noticed in the calendar, and no news to anybody.
    await world.store.mails.move(moved);
    return true;
  }
  const what = newsOf(content);
  const step = what === 'joined' ? undefined : ours?.step;
  const key = `mail-news/${id}`;
  const effect = { kind: 'mail-news', key, mail: id, what } as const;
  const performed = await perform(world, PROGRAM, {
    caseId,
    commands: [{ type: 'fact', fact: `mail.${what}`, at, answers: { mail: id, ...(step ? { step } : {}) } }],
    key: `mail/${id}`,
    mail: moved,
    also: [{ key, caseId, effect, notBefore: world.clock.now() }],
  });
  return performed.ok || performed.refusal.code === 'already-done';
}

function newsOf({ kind }: ReadMail): MailNewsKind {
  if (kind === 'bounce') return 'returned';
  return kind === 'automatic-reply' ? 'away' : 'joined';
}

async function wait(world: World, entry: MailEntry, verdict: Verdict | undefined, urgent: boolean): Promise<void> {
  const proposed = verdict && { caseId: verdict.caseId, matchedBy: verdict.by, confidence: verdict.confidence };
  const possible = proposed && { ...proposed, confidence: 'possible' as const };
  await world.store.mails.move({ ...byProgram(world, entry), to: 'waiting', ...possible, urgent }, [
    card(world, entry),
  ]);
}

/** @param shown whether somebody has to look at it in Outlook */
async function setAside(world: World, entry: MailEntry, why: AsideReason, shown: boolean): Promise<void> {
  await world.store.mails.move({ ...byProgram(world, entry), to: 'set-aside', why }, shown ? [card(world, entry)] : []);
}

function byProgram({ clock }: World, { id, state }: MailEntry): Pick<MailMove, 'id' | 'by' | 'at' | 'from'> {
  return { id, by: PROGRAM, at: clock.now(), from: [state] };
}

function card({ clock }: World, { id, state }: MailEntry): OutboxItem {
  const key = state === 'unread' ? `mail-card/${id}` : `mail-card/${id}/read`;
  return { key, caseId: null, effect: { kind: 'mail-card', key, mail: id }, notBefore: clock.now() };
}
