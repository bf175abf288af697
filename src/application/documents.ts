/**
 * Documents that people drop into their chat. One is its giver's until a case takes it: from then on it is the case's, goes with its
 * mails, and is erased with it.
 */
import { documentId, givenDocument, takesFiles } from '../domain/case/document.ts';
import { everRecorded } from '../domain/case/recorded.ts';
import * as refusals from '../domain/case/refusals.ts';
import type { Answers, Case, CaseEvent, CaseId, Command, PersonId, Refusal } from '../domain/case/types.ts';
import type { Protocol } from '../domain/protocol/types.ts';
import { addMinutes } from '../domain/time/instant.ts';
import type { StoredDocument, Unfetched } from './ports.ts';
import type { Stepwise } from './sheet.ts';
import type { World } from './world.ts';

/** Given to no case for so long, a document is removed: nobody is waiting for it any more. */
const KEPT_DAYS = 28;

/** A chat is no archive: more than this in hand at once are not taken. */
const MOST_IN_HAND = 50;

const LONGEST_NAME = 120;

export async function ownDocuments({ store }: World, person: PersonId): Promise<readonly StoredDocument[]> {
  return (await store.documents.of(person)).filter(({ caseId }) => caseId === null);
}

/** The same file dropped once and delivered twice is one document: its address is made anew each time that somebody drops one. */
export async function takeFile(
  world: World,
  person: PersonId,
  file: { readonly name: string; readonly url: string },
): ReturnType<Stepwise['documents']['take']> {
  const no = (words: string) => ({ ok: false, words }) as const;
  if (!world.files) return no('Files cannot be taken here. Paste a link instead.');
  const name = fileName(file.name);
  const id = world.digest(`document ${person} ${file.url}`);
  const known = await world.store.documents.document(id);
  if (known) return { ok: true, document: known };
  if ((await ownDocuments(world, person)).length >= MOST_IN_HAND)
    return no(
      `${quoted(name)} was not kept: you have ${MOST_IN_HAND} documents here that are on no form yet. Paste a link instead.`,
    );
  const bytes = await world.files.fetch(file.url);
  if ('unfetched' in bytes) {
    world.log.warn('file-not-fetched', { why: bytes.unfetched });
    return no(`${quoted(name)} was not kept: ${WHY[bytes.unfetched]}`);
  }
  const document: StoredDocument = {
    id,
    owner: person,
    name,
    contentType: contentTypeOf(name),
    size: bytes.byteLength,
    givenAt: world.clock.now(),
    caseId: null,
  };
  await world.store.documents.save(document, bytes);
  return { ok: true, document };
}

const WHY: Readonly<Record<Unfetched, string>> = {
  elsewhere: 'it does not lie in your OneDrive or SharePoint, and nothing is fetched from anywhere else.',
  gone: 'it is no longer where Teams put it, or may not be opened. Drop it again.',
  'too-large': 'it is larger than 150 MB. Put it where the reader may open it, and paste its link.',
  empty: 'there is nothing in it.',
  'too-slow': 'fetching it took too long. Drop it again, or paste its link.',
  refused: 'it could not be fetched. Drop it again, or paste its link.',
};

function quoted(name: string): string {
  return `'${name}'`;
}

/** A name, without the folders and the characters that a mail program or a disk would trip over. */
function fileName(given: string): string {
  const last = given.split(/[\\/]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out, with the marks that turn the reading direction
  const plain = last.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069"<>|:*?]/g, '').trim();
  if (plain === '' || /^\.+$/.test(plain)) return 'document';
  if (plain.length <= LONGEST_NAME) return plain;
  const dot = plain.lastIndexOf('.');
  const ending = dot > 0 && plain.length - dot <= 10 ? plain.slice(dot) : '';
  return `${plain.slice(0, LONGEST_NAME - ending.length).trimEnd()}${ending}`;
}

const TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  odt: 'application/vnd.oasis.opendocument.text',
  rtf: 'application/rtf',
  txt: 'text/plain',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
};

/** By its ending, and no other that a reader's program would run by itself. */
function contentTypeOf(name: string): string {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return (Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined) ?? 'application/octet-stream';
}

// ---- on a form ------------------------------------------------------------------------------------------------------

/** Faults beside the fields that name a document which is not there any more, or is somebody else's. @param prefix `plan.` */
export async function documentFaults(
  world: World,
  person: PersonId,
  caseId: CaseId | undefined,
  answers: Answers,
  prefix = '',
): Promise<Readonly<Record<string, string>>> {
  const faults: Record<string, string> = {};
  for (const [key, answer] of Object.entries(answers)) {
    const id = documentId(answer);
    if (id === undefined) continue;
    const found = await world.store.documents.document(id);
    const mayUse = found && (found.caseId === null ? found.owner === person : found.caseId === caseId);
    if (!mayUse)
      faults[`${prefix}${key}`] =
        'This document is not here for this case. Drop it into our chat again, or paste a link.';
  }
  return faults;
}

/** Of what is about to be recorded. */
export async function documentsRefused(
  world: World,
  protocol: Protocol,
  person: PersonId,
  caseId: CaseId,
  command: Command,
): Promise<Refusal | undefined> {
  if (command.type !== 'record') return undefined;
  const step = protocol.steps[command.step];
  const faults = {
    ...(await documentFaults(world, person, caseId, command.answers)),
    ...(step && !takesFiles(step) ? linksOnly(command.answers) : {}),
  };
  return Object.keys(faults).length === 0 ? undefined : refusals.faulty(faults, { step: command.step });
}

function linksOnly(answers: Answers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([key, answer]) =>
      documentId(answer) === undefined
        ? []
        : [
            [
              key,
              'No document leaves here but to a mailbox of the protocol. Put it where they may open it, and paste its link.',
            ],
          ],
    ),
  );
}

/** What was recorded takes its documents along: from now on they are the case's. */
export async function giveDocuments({ store }: World, caseId: CaseId, events: readonly CaseEvent[]): Promise<void> {
  for (const event of events) {
    if (event.type !== 'fact-recorded') continue;
    for (const id of idsIn(event.answers, event.personal)) {
      const document = await store.documents.document(id);
      if (document?.caseId === null && document.owner === event.by) await store.documents.give(id, caseId);
    }
  }
}

/** Documents that answers of a case name and that are its own, by the answer. */
export async function documentsOf({ store }: World, of: Case): Promise<Readonly<Record<string, StoredDocument>>> {
  const found: Record<string, StoredDocument> = {};
  for (const { answers, personal } of everRecorded(of)) {
    for (const id of idsIn(answers, personal)) {
      const document = await store.documents.document(id);
      if (document?.caseId === of.id) found[givenDocument(id)] = document;
    }
  }
  return found;
}

function idsIn(...answers: readonly (Answers | undefined)[]): readonly string[] {
  const ids = answers.flatMap((each) => Object.values(each ?? {}).map(documentId));
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** @returns how many were removed */
export async function removeOldDocuments({ store, clock }: World): Promise<number> {
  return store.documents.removeOlderThan(addMinutes(clock.now(), -KEPT_DAYS * 24 * 60));
}
