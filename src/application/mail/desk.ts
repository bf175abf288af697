/** What people do about mails that came to a mailbox of theirs: read them, open a case, join one, answer, set aside. */
import { type PersonId, PROGRAM, type Refusal } from '../../domain/case/types.ts';
import { writeInstant } from '../../domain/time/instant.ts';
import { maySee } from '../may-see.ts';
import type { MailEntry, MailId, Person } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import { viewerOf } from '../viewer.ts';
import type { World } from '../world.ts';
import { answerOf, answersOf, askFor, sayNotForUs, sayOpened, whyNoAnswer } from './answer.ts';
import { beginFromMail, mailFor, pathwaysFor, workersFor } from './begin-from-mail.ts';
import { reasonsNotForUs } from './not-for-us.ts';
import type { MailDesk, MailDone, MailSheet } from './sheet.ts';
import { joinMail, mayPutBack, notAReader, notWaiting, putMailBack, readable, setMailAside } from './triage.ts';
import { boxesOf, boxesReadBy, boxOf, boxSeenBy } from './watched.ts';

export function mailDesk(world: World): MailDesk {
  const { mails } = world.store;
  /** What was done, with the mail as it is now. */
  const done = async (person: PersonId, id: MailId, refusal: Refusal | undefined): Promise<MailDone> => {
    const entry = await mails.entry(id);
    const sheet = entry && (await mailSheet(world, person, entry, true));
    if (refusal) return { ok: false, refusal, ...(sheet ? { sheet } : {}) };
    if (!sheet) throw new Error(`Mail ${id} is gone in the middle of a press.`);
    return { ok: true, sheet };
  };
  const asReader = async (
    person: PersonId,
    id: MailId,
    act: (entry: MailEntry) => Promise<Refusal | undefined>,
  ): Promise<MailDone> => {
    const entry = await readable(world, person, id);
    if (!entry) return { ok: false, refusal: await notAReader(world, person, id) };
    return done(person, id, await act(entry));
  };

  return {
    async waiting(person) {
      const own = await boxesReadBy(world, person);
      const reads = new Set(own.map(({ address }) => address));
      const entries: MailEntry[] = [];
      for (const council of new Set(own.map((box) => box.council.id))) {
        for (const entry of await mails.waiting(council))
          if ((await boxesOf(world, entry)).some(({ address }) => reads.has(address))) entries.push(entry);
      }
      entries.sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
      return sheets(world, person, entries);
    },
    async read(person, id) {
      const entry = await readable(world, person, id);
      return entry && mailSheet(world, person, entry, true);
    },
    async ofCase(person, { case: { id } }) {
      const sheet = await readSheet(world, id);
      const may = sheet && maySee(await viewerOf(world, sheet, person), sheet);
      return may ? sheets(world, person, await mails.ofCase(id)) : [];
    },
    async begin(person, id, pathway) {
      const entry = await readable(world, person, id);
      if (!entry) return notAReader(world, person, id);
      const gone = await notWaiting(world, entry);
      return gone ?? (await beginFromMail(world, person, entry, pathway)) ?? noSuchPathway;
    },
    workers: (pathway) => workersFor(world, world.protocols.get(pathway)),
    join: (person, id, reference, key) =>
      asReader(person, id, (entry) => joinMail(world, person, entry, reference, key)),
    setAside: (person, id, why, note, answer, key) =>
      asReader(person, id, async (entry) => {
        const text = answer?.trim() ?? '';
        const refusal = text === '' || entry.state !== 'waiting' ? undefined : await noAnswer(world, entry);
        const sent = text === '' ? undefined : answerOf(world, person, entry, text, key);
        return refusal ?? setMailAside(world, person, entry, why, note, key, sent);
      }),
    async putBack(person, id, key) {
      const entry = await mayPutBack(world, person, id);
      if (!entry) return { ok: false, refusal: await notAReader(world, person, id) };
      return done(person, id, await putMailBack(world, person, entry, key));
    },
    async draftAnswer(person, id, about) {
      const entry = await readable(world, person, id);
      if (!entry) return notAReader(world, person, id);
      const opened = 'opened' in about && entry.state === 'opened';
      const refusal = (opened ? undefined : await notWaiting(world, entry)) ?? (await noAnswer(world, entry));
      if (refusal) return refusal;
      const box = await boxSeenBy(world, person, entry);
      const content = await mails.content(id);
      if (!box || !content) return notAnswered('This mail could not be read here. Open it in Outlook.');
      if ('opened' in about) {
        const sheet = entry.caseId === null ? undefined : await readSheet(world, entry.caseId);
        if (!sheet) return notAnswered('No case has been opened from this mail.');
        return sayOpened(box, entry, content, { reference: sheet.case.reference, next: nextOf(sheet) });
      }
      if ('notForUs' in about) {
        const why = reasonsNotForUs(box.council).find((each) => each.id === about.notForUs);
        return why ? sayNotForUs(box, entry, content, why) : notAnswered('Choose why.');
      }
      const protocol = pathwaysFor(world, box).find((each) => each.id === about.missingFor);
      if (!protocol) return noSuchPathway;
      const of = await mailFor(world, person, entry, protocol);
      return of.missing.length > 0 ? askFor(box, entry, content, of) : notAnswered('Nothing is missing in this mail.');
    },
    sendAnswer: (person, id, text, key) =>
      asReader(person, id, async (entry) => {
        if (text.trim() === '') return { ...notAnswered('Write the answer.'), code: 'faults' };
        const { answer, item } = answerOf(world, person, entry, text, key);
        // The same press again: it stands already, and counts once.
        if ((await mails.answersOf(id)).some((each) => each.id === answer.id)) return undefined;
        const opened = entry.state === 'opened';
        const refusal = (opened ? undefined : await notWaiting(world, entry)) ?? (await noAnswer(world, entry));
        if (refusal) return refusal;
        await mails.saveAnswer(answer, [item]);
        world.wake();
        return undefined;
      }),
  };
}

/** Of two that came in one second the one written in first; and always in the same order. */
function orderOf({ receivedAt, takenAt, id }: MailEntry): string {
  return `${receivedAt}/${takenAt}/${id}`;
}

async function noAnswer(world: World, entry: MailEntry): Promise<Refusal | undefined> {
  const box = boxOf(world, entry);
  const words = box && (await whyNoAnswer(world, box, entry, await world.store.mails.content(entry.id)));
  return words === undefined ? undefined : notAnswered(words);
}

/** What its opening has called for, where it has a date: "Next: answer the social worker, due Tue 22 Dec 2026, 17:00." */
function nextOf({ protocol, status }: CaseSheet): string | undefined {
  const sent = protocol.steps[protocol.opening.sends];
  const [due] = status.deadlines
    .filter(({ step, effective, metAt }) => {
      const after = protocol.steps[step]?.after ?? [];
      return effective && metAt === undefined && after.some((ref) => ref.split('.')[0] === sent?.id);
    })
    .sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
  return due && `Next: ${protocol.steps[due.step]?.title}, due ${writeInstant(due.dueAt)}.`;
}

function notAnswered(words: string): Refusal {
  return { refused: true, code: 'not-permitted', words, rules: [] };
}

const noSuchPathway: Refusal = {
  refused: true,
  code: 'unknown',
  words: 'That pathway is not opened from a mail to this mailbox.',
  rules: [],
};

async function sheets(world: World, person: PersonId, entries: readonly MailEntry[]): Promise<readonly MailSheet[]> {
  const found: MailSheet[] = [];
  for (const entry of entries) {
    const sheet = await mailSheet(world, person, entry, false);
    if (sheet) found.push(sheet);
  }
  return found;
}

/** @param whole with what it says for each pathway, which takes longer than a list can wait for */
async function mailSheet(
  world: World,
  person: PersonId,
  entry: MailEntry,
  whole: boolean,
): Promise<MailSheet | undefined> {
  const { store, directory, clock } = world;
  const box = await boxSeenBy(world, person, entry);
  if (!box) return undefined;
  const content = await store.mails.content(entry.id);
  const doneBy = entry.by === PROGRAM || entry.state === 'unread' ? undefined : await directory.person(entry.by);
  const moves = await store.mails.moves(entry.id);
  const note = moves.at(-1)?.note;
  const of = await caseOf(world, person, entry);
  const [begun] = await store.draftsOfMail(entry.id);
  const begunBy = begun && (await directory.person(begun.owner));
  const refusal = await whyNoAnswer(world, box, entry, content);
  const waits = whole && entry.state === 'waiting' ? pathwaysFor(world, box) : [];
  return {
    ...{ entry, council: box.council, mailboxName: box.title, now: clock.now(), lines: moves.length },
    ...(content ? { content } : {}),
    ...(doneBy ? { doneBy } : {}),
    ...(note === undefined ? {} : { note }),
    ...(of ? { case: of } : {}),
    pathways: await Promise.all(waits.map((protocol) => mailFor(world, person, entry, protocol))),
    ...(begun && begunBy ? { begun: { by: begunBy, mine: begun.owner === person, pathway: begun.pathway } } : {}),
    answers: await answersShown(world, entry),
    ...(refusal === undefined ? {} : { noAnswer: refusal }),
  };
}

async function answersShown(world: World, entry: MailEntry): Promise<MailSheet['answers']> {
  const shown: MailSheet['answers'][number][] = [];
  for (const { at, by, gone } of await answersOf(world, entry)) {
    const person: Person = (await world.directory.person(by)) ?? { id: by, name: 'somebody who has left', mail: '' };
    shown.push({ at, by: person, gone });
  }
  return shown;
}

async function caseOf(world: World, person: PersonId, entry: MailEntry): Promise<MailSheet['case']> {
  if (entry.caseId === null) return undefined;
  const sheet: CaseSheet | undefined = await readSheet(world, entry.caseId);
  if (!sheet) return undefined;
  const { id, reference } = sheet.case;
  const mayOpen = maySee(await viewerOf(world, sheet, person), sheet);
  return { id, reference, matchedBy: entry.matchedBy ?? 'person', confidence: entry.confidence ?? 'certain', mayOpen };
}
