/** A draft, as the engine reads it: the command that sending it is, and what still stands in its way. */
import { decide } from '../domain/case/decide.ts';
import * as refusals from '../domain/case/refusals.ts';
import type { Answers, CaseEvent, CaseId, ChildId, Command, PersonId, Refusal } from '../domain/case/types.ts';
import type { Protocol } from '../domain/protocol/types.ts';
import { rolesInCouncil } from './case-roles.ts';
import { documentFaults } from './documents.ts';
import { mustHave } from './drafts.ts';
import { WORKER } from './mail/sheet.ts';
import { boxSeenBy, type WatchedMailbox } from './mail/watched.ts';
import type { Draft } from './ports.ts';
import { type ReadCase, readCase } from './read-case.ts';
import type { World } from './world.ts';

/** Stands where a reference belongs as long as nothing is sent. */
const NO_REFERENCE = 'AAA-2222';

/** Where a draft keeps what got in the way, under `reason`. No page of a protocol is called so. */
export const LATE = 'late~';

/** What sending it would write down. */
export interface Sending {
  readonly protocol: Protocol;
  readonly events: readonly CaseEvent[];
  /** The case that is taken up again, as it stands. */
  readonly before: ReadCase | undefined;
}

/** @returns the events of the new case, or of the one that is taken up again; or what is still to be put right */
export async function decideSending(
  world: World,
  person: PersonId,
  draft: Draft,
  reference: string,
  key: string,
): Promise<Sending | Refusal> {
  const protocol = world.protocols.get(draft.pathway);
  const council = protocol.council.id;
  const before = draft.from?.how === 'take-up' ? await readCase(world, draft.from.case) : undefined;
  if (draft.from?.how === 'take-up' && before?.case.council !== council) return noSuchCase;
  const roles = await rolesInCouncil(world.directory, council, person);
  const from = draft.mail && (await fromMail(world, person, protocol, draft));
  if (from && 'refused' in from) return from;
  const opening = { ...openingCommand(protocol, draft, reference), ...(from ? { mail: from.mail } : {}) };
  const { children, pages, reason } = opening;
  const late = reason === undefined ? {} : { reason };
  const events = decide(
    before?.protocol ?? protocol,
    before?.case,
    before ? { type: 'take-up', pathway: protocol.id, children, pages, ...late } : opening,
    { person, roles },
    world.clock.now(),
    world.protocols.calendar(council),
    key,
    (id) => world.protocols.all().find((each) => each.id === id),
  );
  const unusable = await unusableDocuments(world, person, before?.case.id, opening.pages);
  // Nobody is named on a case whom somebody has not chosen, whoever the mail says that it is from.
  if (from?.fault !== undefined) Object.assign(unusable, { [`${WORKER}.worker`]: from.fault });
  if ('refused' in events) {
    if (events.code === 'faults') return { ...events, ...refusals.faulty({ ...unusable, ...events.faults }) };
    // The agreement of the family comes first, and its words; what else is to be put right is said beside its field.
    return from ? { ...events, faults: { ...unusable, ...events.faults } } : events;
  }
  return Object.keys(unusable).length > 0 ? refusals.faulty(unusable) : { protocol, events, before };
}

async function unusableDocuments(
  world: World,
  person: PersonId,
  caseId: CaseId | undefined,
  pages: Readonly<Record<string, Answers>>,
): Promise<Record<string, string>> {
  const faults = await Promise.all(
    Object.entries(pages).map(([page, answers]) => documentFaults(world, person, caseId, answers, `${page}.`)),
  );
  return Object.assign({}, ...faults);
}

/** The mail that the draft was begun from, as the engine wants to know of it; and what is wrong with who made the referral. */
async function fromMail(
  world: World,
  person: PersonId,
  protocol: Protocol,
  { mail, pages }: Draft,
): Promise<{ readonly mail: NonNullable<Opening['mail']>; readonly fault?: string } | Refusal> {
  const entry = mail && (await world.store.mails.entry(mail.id));
  const box = entry && (await boxSeenBy(world, person, entry));
  if (!entry || !box || box.council.id !== protocol.council.id) return noSuchMail;
  const { worker } = pages[WORKER] ?? {};
  const as = typeof worker === 'string' && worker !== '' ? await mayOpenAs(world, protocol, worker) : undefined;
  const chosen = as === undefined ? undefined : String(worker);
  return {
    mail: {
      id: entry.id,
      mailbox: boxFor(protocol, box),
      receivedAt: entry.receivedAt,
      worker: chosen ?? person,
      as: as ?? protocol.opening.by[0] ?? '',
    },
    ...(chosen === undefined ? { fault: 'Choose the worker who made the referral.' } : {}),
  };
}

type Opening = Extract<Command, { type: 'open' }>;

/** Of several names of one mailbox, the one that the opening sends to. */
export function boxFor({ opening, steps }: Protocol, { names }: Pick<WatchedMailbox, 'names'>): string {
  const sends = steps[opening.sends];
  const to = sends?.kind === 'send' ? sends.to : [];
  return names.find((name) => to.includes(`mailbox/${name}`)) ?? names[0] ?? '';
}

/** The role under which this person may open such a case. */
async function mayOpenAs({ directory }: World, { council, opening }: Protocol, person: PersonId) {
  const roles = await rolesInCouncil(directory, council.id, person);
  return opening.by.find((role) => roles.includes(role));
}

const noSuchMail: Refusal = {
  refused: true,
  code: 'unknown',
  words: 'The mail that this was begun from is no longer here. Type "mails" to see those that wait.',
  rules: [],
};

const noSuchCase: Refusal = {
  refused: true,
  code: 'unknown',
  words: 'The case that this takes up again is no longer here. Type "my cases" to see yours.',
  rules: [],
};

/** Answers of a child's page get the child in front: `c1.name`. */
export function openingCommand(
  protocol: Protocol,
  draft: Draft,
  reference: string = NO_REFERENCE,
): Extract<Command, { type: 'open' }> {
  const children = Array.from({ length: draft.children }, (_, index) => childId(index + 1));
  const answersOf = (page: string) => draft.pages[page] ?? {};
  const ofEach = (page: string): Answers =>
    Object.assign({}, ...children.map((child, index) => prefixed(child, answersOf(`${page}.${index + 1}`))));
  const pages = protocol.opening.pages.map(({ id, each }) => [id, each ? ofEach(id) : answersOf(id)] as const);
  const linked = draft.from?.how === 'starts' ? { linked: draft.from.case } : {};
  const { reason } = answersOf(LATE);
  const late = typeof reason === 'string' ? { reason } : {};
  return {
    ...{ type: 'open', reference, pathway: protocol.id, children, pages: Object.fromEntries(pages) },
    ...linked,
    ...late,
  };
}

function childId(n: number): ChildId {
  return `c${n}`;
}

function prefixed(child: ChildId, answers: Answers): Answers {
  return Object.fromEntries(Object.entries(answers).map(([field, answer]) => [`${child}.${field}`, answer]));
}

/**
 * Faults by `page.field` or `child.c1.field`, from the engine itself; under '' what concerns no field.
 * @param page `plan`, or `child.2`: only its own
 * @throws DraftGone
 */
export async function draftFaults(
  world: World,
  person: PersonId,
  id: string,
  page?: string,
): Promise<Readonly<Record<string, string>>> {
  const draft = await mustHave(world, person, id);
  const decided = await decideSending(world, person, draft, NO_REFERENCE, 'faults');
  // Late is no fault of the form: the last page asks what got in the way.
  if (!('refused' in decided) || decided.code === 'late-reason-needed') return {};
  const faults = decided.faults ?? { '': decided.words };
  if (!page) return faults;
  const [name, number] = page.split('.');
  const own = number ? `${name}.${childId(Number(number))}.` : `${name}.`;
  return Object.fromEntries(Object.entries(faults).filter(([field]) => field.startsWith(own)));
}

/**
 * "The limit was Fri 18 Dec 2026. What got in the way?", where that has to be said, and what has been said: of a draft that has no other
 * fault.
 * @throws DraftGone
 */
export async function draftLate(
  world: World,
  person: PersonId,
  id: string,
): Promise<{ readonly words: string; readonly said: string } | undefined> {
  const draft = await mustHave(world, person, id);
  const unsaid = { ...draft, pages: { ...draft.pages, [LATE]: {} } };
  const decided = await decideSending(world, person, unsaid, NO_REFERENCE, 'late');
  if (!('refused' in decided) || decided.code !== 'late-reason-needed') return undefined;
  const { reason } = draft.pages[LATE] ?? {};
  return { words: decided.words, said: typeof reason === 'string' ? reason : '' };
}
