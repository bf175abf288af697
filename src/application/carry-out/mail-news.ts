/**
 * A mail was joined to a case by the program: whoever owes its next step is told in their own chat, and where a mail of ours came back or
 * was answered by a machine, whoever sent it too. Once for each mail and person.
 */
import { type PersonId, PROGRAM } from '../../domain/case/types.ts';
import type { StepId } from '../../domain/protocol/types.ts';
import { inOfficeHours } from '../later.ts';
import type { MailSheet } from '../mail/sheet.ts';
import { putMailBack } from '../mail/triage.ts';
import { boxOf } from '../mail/watched.ts';
import { owingRoles, ownersOf } from '../owners.ts';
import type { ClaimedItem, MailEntry, MailNewsKind, OutboxEffect } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import { viewerOf } from '../viewer.ts';
import type { World } from '../world.ts';
import { atEach, journeyOf, postKey, postNew } from './post.ts';

/** When nobody of the case could be told by then, those who read the mailbox have the mail before them again. */
const TRIES = 4;

export async function carryOutMailNews(
  world: World,
  item: ClaimedItem,
  { mail: id, what }: Extract<OutboxEffect, { kind: 'mail-news' }>,
): Promise<void> {
  const entry = await world.store.mails.entry(id);
  const sheet = item.caseId === null ? undefined : await readSheet(world, item.caseId);
  // Put back, or given to another case, before anybody was told.
  if (!entry || !sheet || entry.state !== 'joined' || entry.caseId !== sheet.case.id) return;
  if (!entry.urgent) inOfficeHours(sheet.now, sheet.calendar);
  const mail = await mailOf(world, sheet, entry);
  const people = [...(await peopleToTell(world, sheet, entry, what))];
  const keyFor = (person: PersonId) => postKey(journeyOf(sheet.case), `mail.${id}`, { person });
  const tell = async (person: PersonId) => {
    const place = { person };
    const key = keyFor(person);
    if (await world.store.post(key)) return;
    const drawn = world.drawing.mailNews({ sheet, mail, what, viewer: await viewerOf(world, sheet, person) });
    // Of no case, so that it is not drawn again as one of its cards.
    await postNew(world, { council: sheet.case.council, caseId: null, key, place, drawn, now: sheet.now });
  };
  try {
    await atEach(people, tell);
  } catch (fault) {
    const heard = await Promise.all(people.map((person) => world.store.post(keyFor(person))));
    if (item.attempts < TRIES || entry.by !== PROGRAM || heard.some((post) => post !== undefined)) throw fault;
    await putMailBack(world, PROGRAM, entry, `unheard/${id}`);
  }
}

async function mailOf(world: World, sheet: CaseSheet, entry: MailEntry): Promise<MailSheet> {
  const content = await world.store.mails.content(entry.id);
  return {
    entry,
    council: sheet.protocol.council,
    mailboxName: boxOf(world, entry)?.title ?? entry.mailbox,
    now: sheet.now,
    ...(content ? { content } : {}),
    case: {
      id: sheet.case.id,
      reference: sheet.case.reference,
      matchedBy: entry.matchedBy ?? 'reference',
      confidence: entry.confidence ?? 'likely',
      mayOpen: true,
    },
    pathways: [],
    answers: [],
  };
}

async function peopleToTell(
  world: World,
  sheet: CaseSheet,
  { id }: MailEntry,
  what: MailNewsKind,
): Promise<ReadonlySet<PersonId>> {
  const people = new Set(await ownersOfNext(world, sheet));
  if (what === 'joined') return people;
  const about = sheet.case.facts.findLast(({ fact, answers }) => fact === `mail.${what}` && answers.mail === id);
  const step = about?.answers.step;
  const sender = typeof step === 'string' ? whoSent(sheet, step) : undefined;
  if (sender !== undefined) people.add(sender);
  return people;
}

/** Of the open step that is due first; of one without a date, the first in the order of the pathway. Where nothing is open, whoever opened the case. */
async function ownersOfNext(
  world: World,
  { protocol, status, case: { openedBy } }: CaseSheet,
): Promise<readonly PersonId[]> {
  const dueOf = (step: StepId) => status.deadlines.find((each) => each.step === step && each.effective)?.dueAt ?? '9';
  const open = Object.values(protocol.steps)
    .filter(({ id }) => status.steps[id]?.state === 'open')
    .toSorted((one, other) => (dueOf(one.id) < dueOf(other.id) ? -1 : dueOf(one.id) > dueOf(other.id) ? 1 : 0));
  for (const step of open) {
    const owners = await Promise.all(
      owingRoles(step, status).map((role) => ownersOf(world.directory, protocol, status, role, step.id)),
    );
    const ids = [...new Set(owners.flat().map(({ id }) => id))];
    if (ids.length > 0) return ids;
  }
  return [openedBy];
}

/** Who pressed for the mail of a step: it says which of several people should know that it did not arrive. */
function whoSent({ protocol, case: { facts, openedBy } }: CaseSheet, step: StepId): PersonId {
  const steps = [step, ...(protocol.steps[step]?.after ?? []).map((ref) => ref.split('.')[0])];
  const pressed = facts.findLast(({ fact, by }) => by !== PROGRAM && steps.includes(fact.split('.')[0]));
  return pressed?.by ?? openedBy;
}
