/** From a mail to a draft: what it says put into the form, to be checked; and from the draft to the case. */
import { replay } from '../../domain/case/evolve.ts';
import { statusOf } from '../../domain/case/status.ts';
import { type Answers, type CaseEvent, type CaseId, type PersonId, PROGRAM } from '../../domain/case/types.ts';
import type { Field, PathwayId, Protocol } from '../../domain/protocol/types.ts';
import { type Day, type Instant, parseInstant, writeDay, writeInstant } from '../../domain/time/instant.ts';
import { rolesInCouncil } from '../case-roles.ts';
import { firstPage, MOST_CHILDREN } from '../drafts.ts';
import { boxFor, decideSending } from '../opening.ts';
import type { Draft, MailEntry, MailId, MailMove, Person, ReadMail } from '../ports.ts';
import type { World } from '../world.ts';
import type { Writing } from '../write.ts';
import { togetherWith } from './conversation.ts';
import { missingIn } from './missing.ts';
import { type MailForPathway, WORKER } from './sheet.ts';
import { cardOf, joinTo } from './triage.ts';
import { boxSeenBy, type WatchedMailbox } from './watched.ts';

/**
 * Pathways that may be opened from a mail to this box: those that begin with a mail to it; where there is none, those that send to it at
 * some time, and those that whoever reads it opens: a contact that comes to MASH by mail (KNO-N-01).
 */
export function pathwaysFor(world: World, { council, names, watchedBy }: WatchedMailbox): readonly Protocol[] {
  const offered = world.protocols.all().filter((each) => each.offered && each.council.id === council.id);
  const sendsHere = (protocol: Protocol, id: string) => {
    const step = protocol.steps[id];
    return step?.kind === 'send' && names.some((name) => step.to.includes(`mailbox/${name}`));
  };
  const begins = offered.filter((each) => sendsHere(each, each.opening.sends));
  if (begins.length > 0) return begins;
  return offered.filter(
    (each) => Object.keys(each.steps).some((id) => sendsHere(each, id)) || each.opening.by.includes(watchedBy),
  );
}

/** Who may have made such a referral, by name. */
export async function workersFor({ directory }: World, { council, opening }: Protocol): Promise<readonly Person[]> {
  const found = new Map<PersonId, Person>();
  for (const role of opening.by) {
    const teams = council.roles[role]?.held === 'team' ? Object.keys(council.teams) : [undefined];
    for (const team of teams)
      for (const person of await directory.holders(council.id, role, team)) found.set(person.id, person);
  }
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name));
}

/** The sender, where they may open it; else whoever reads the mailbox, where they may and what it opens is not a mail to it. */
async function workerOf(
  world: World,
  person: PersonId,
  protocol: Protocol,
  box: WatchedMailbox,
  content: ReadMail | undefined,
): Promise<PersonId | undefined> {
  const sender = content?.from?.address.toLowerCase();
  const workers = await workersFor(world, protocol);
  const wrote = workers.find(({ mail }) => mail.toLowerCase() === sender);
  if (wrote) return wrote.id;
  const sends = protocol.steps[protocol.opening.sends];
  const byMail = sends?.kind === 'send' && sends.to.includes(`mailbox/${boxFor(protocol, box)}`);
  const roles = await rolesInCouncil(world.directory, box.council.id, person);
  return !byMail && protocol.opening.by.some((role) => roles.includes(role)) ? person : undefined;
}

/** @returns the draft that the mail, with what its sender wrote afterwards, makes by itself; `faults` by the engine. What the form refuses is left out of it. */
async function filledIn(world: World, person: PersonId, protocol: Protocol, entry: MailEntry, id: string) {
  const box = await boxSeenBy(world, person, entry);
  const { entries, content, read } = await togetherWith(world, protocol, entry);
  const worker = box && (await workerOf(world, person, protocol, box, content));
  const draftOf = (pages: Draft['pages']): Draft => ({
    ...{ id, owner: person, pathway: protocol.id, updatedAt: world.clock.now(), page: firstPage(protocol) },
    children: Math.min(read.children, MOST_CHILDREN),
    pages: { ...pages, ...(worker === undefined ? {} : { [WORKER]: { worker } }) },
    mail: { id: entries[0].id, filled: [] },
  });
  const first = await faultsOf(world, person, draftOf(read.pages));
  const pages = withoutFaults(read.pages, first);
  const refused = keysOf(pages).length < keysOf(read.pages).length;
  const faults = refused ? await faultsOf(world, person, draftOf(pages)) : first;
  const filled = [...keysOf(pages), ...(worker === undefined ? [] : [`${WORKER}.worker`])];
  const draft: Draft = { ...draftOf(pages), mail: { id: entries[0].id, filled } };
  return { draft, pages, faults, box, entries, attached: read.attached };
}

async function faultsOf(world: World, person: PersonId, draft: Draft): Promise<Readonly<Record<string, string>>> {
  const decided = await decideSending(world, person, draft, 'AAA-2222', 'from-mail');
  return 'refused' in decided ? (decided.faults ?? {}) : {};
}

/** `child.2` and `name` of a draft are `child.c2.name` to the engine. */
function withoutFaults(pages: Draft['pages'], faults: Readonly<Record<string, string>>): Draft['pages'] {
  return Object.fromEntries(
    Object.entries(pages).map(([page, answers]) => {
      const engine = page.replace(/\.(\d+)$/, '.c$1');
      const good = Object.entries(answers).filter(([field]) => faults[`${engine}.${field}`] === undefined);
      return [page, Object.fromEntries(good)];
    }),
  );
}

function keysOf(pages: Draft['pages']): readonly string[] {
  return Object.entries(pages).flatMap(([page, answers]) => Object.keys(answers).map((field) => `${page}.${field}`));
}

/** The draft that this person has begun from the mail on that pathway, or a new one that is filled in from it. */
export async function beginFromMail(
  world: World,
  person: PersonId,
  entry: MailEntry,
  pathway: PathwayId,
): Promise<Draft | undefined> {
  const box = await boxSeenBy(world, person, entry);
  const protocol = box && pathwaysFor(world, box).find(({ id }) => id === pathway);
  if (!protocol) return undefined;
  const { draft, entries } = await filledIn(world, person, protocol, entry, world.newId());
  for (const { id } of entries) {
    const drafts = await world.store.draftsOfMail(id);
    const begun = drafts.find((each) => each.owner === person && each.pathway === pathway);
    if (begun) return begun;
  }
  await world.store.saveDraft(draft);
  return draft;
}

/** What the mail says for a pathway and what it does not: nothing is kept of it. */
export async function mailFor(
  world: World,
  person: PersonId,
  entry: MailEntry,
  protocol: Protocol,
): Promise<MailForPathway> {
  const { pages, faults, box, attached, entries } = await filledIn(world, person, protocol, entry, 'looked-at');
  const due = box && firstDue(world, protocol, entries[0], box);
  return {
    protocol,
    found: [...foundIn(protocol, pages), ...papersIn(protocol, pages, attached)],
    missing: missingIn(protocol, faults, pages, attached),
    ...(due ? { due } : {}),
    ...(entries.length > 1 ? { together: { mails: entries.length, first: entries[0].receivedAt } } : {}),
  };
}

function foundIn(protocol: Protocol, pages: Draft['pages']): MailForPathway['found'] {
  const children = Object.keys(pages).filter((page) => page.startsWith('child.')).length;
  return protocol.opening.pages.flatMap((page) =>
    Object.entries(pages)
      .filter(([key]) => (page.each === 'children' ? key.startsWith(`${page.id}.`) : key === page.id))
      .sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
      .flatMap(([key, answers]) => {
        const number = page.each === 'children' && children > 1 ? `Child ${key.split('.')[1]}: ` : '';
        return Object.values(page.fields).flatMap((field) => {
          const value = written(field, answers[field.id]);
          return value === undefined ? [] : [{ label: `${number}${field.label}`, value }];
        });
      }),
  );
}

/** Papers that lie in the mail: whoever opens the case drops them into the chat, where the form wants them. */
function papersIn(
  { opening }: Protocol,
  pages: Draft['pages'],
  attached: Readonly<Record<string, string>>,
): MailForPathway['found'] {
  return opening.pages.flatMap(({ id, fields }) =>
    Object.values(fields).flatMap((field) => {
      const name = attached[`${id}.${field.id}`];
      return name === undefined || pages[id]?.[field.id] ? [] : [{ label: field.label, value: `In the mail: ${name}` }];
    }),
  );
}

function written(field: Field, answer: Answers[string] | undefined): string | undefined {
  if (typeof answer !== 'string' || answer === '') return undefined;
  switch (field.type) {
    case 'date':
      return writeDay(answer as Day);
    case 'birth-date':
      return writeDay(answer as Day).replace(/^\w+ /, '');
    case 'times':
      return answer
        .split(',')
        .map((each) => writeInstant(parseInstant(each)))
        .join('; ');
    default:
      return answer
        .split(field.type === 'choices' ? ',' : '\u0000')
        .map((each) => field.options.find(({ id }) => id === each)?.label ?? each)
        .join(', ');
  }
}

/** The answer that the arrival of the mail starts the clock of: worked out by the engine, as if the case stood already. */
function firstDue(
  world: World,
  protocol: Protocol,
  { receivedAt }: MailEntry,
  box: WatchedMailbox,
): { readonly title: string; readonly due: Instant } | undefined {
  const { id } = protocol.steps[protocol.opening.sends] ?? {};
  const sends = protocol.steps[id ?? ''];
  if (sends?.kind !== 'send' || !sends.to.includes(`mailbox/${boxFor(protocol, box)}`)) return undefined;
  const base = { recordedAt: receivedAt, by: PROGRAM, commandKey: 'as-if' };
  const facts = ['', '.sent', '.received'].map(
    (part): CaseEvent => ({ ...base, type: 'fact-recorded', fact: `${sends.id}${part}`, at: receivedAt, answers: {} }),
  );
  const settings = Object.fromEntries(
    Object.entries(protocol.council.settings).map(([name, setting]) => [name, setting.default]),
  );
  const { council, version } = protocol;
  const opened: CaseEvent = {
    ...{ ...base, type: 'case-opened', reference: '', council: council.id, pathway: protocol.id, version },
    ...{ children: ['c1'], settings },
  };
  const status = statusOf(
    protocol,
    replay('as-if', [opened, ...facts]),
    world.protocols.calendar(council.id),
    receivedAt,
  );
  const answers = Object.values(protocol.steps).filter(({ after }) => after.includes(`${sends.id}.received`));
  const dated = status.deadlines
    .filter(({ step, effective }) => effective && answers.some(({ id }) => id === step))
    .sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
  const [first] = dated;
  return first && { title: protocol.steps[first.step]?.title ?? '', due: first.dueAt };
}

// ---- sent ----------------------------------------------------------------------------------------------------------

/** With the case, in one transaction: the mail is accounted for, and its card says so. */
export function openedFrom(world: World, id: MailId, by: PersonId, caseId: CaseId): Pick<Writing, 'mail' | 'also'> {
  const mail: MailMove = { id, to: 'opened', by, at: world.clock.now(), caseId, from: ['waiting'] };
  return { mail, also: [cardOf(world, id, `opened/${caseId}`)] };
}

/** What its sender wrote afterwards goes to the case too: an assessment that was sent behind, a "did you get this?". */
export async function joinRest(
  world: World,
  person: PersonId,
  protocol: Protocol,
  id: MailId,
  caseId: CaseId,
): Promise<void> {
  const entry = await world.store.mails.entry(id);
  if (!entry) return;
  for (const other of (await togetherWith(world, protocol, entry)).entries) {
    if (other.id === id) continue;
    // Somebody who is quicker with one of them is in the right.
    await joinTo(world, person, other, caseId, `${caseId}/conversation/${other.id}`);
  }
}
