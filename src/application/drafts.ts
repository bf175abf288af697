/**
 * A referral that is not sent yet. Saved at each press, right or wrong, so that nothing typed is lost: to a closed chat, a restart, a night.
 */
import { decide } from '../domain/case/decide.ts';
import { evolve } from '../domain/case/evolve.ts';
import { readCase } from '../domain/case/reading.ts';
import type { Actor, Answers, CaseEvent, ChildId, Command, PersonId, Refusal } from '../domain/case/types.ts';
import { dateOf } from '../domain/due.ts';
import type { MeetStep, PathwayId, Protocol } from '../domain/protocol/types.ts';
import type { Counted } from '../domain/time/count.ts';
import { dayOf, instantAt } from '../domain/time/instant.ts';
import { rolesInCouncil } from './case-roles.ts';

import type { Draft } from './ports.ts';
import type { OfferedTimes } from './sheet.ts';
import { freeTimesForOne } from './times.ts';
import type { World } from './world.ts';

/** At most this many children on one referral; the ledger knows no limit, a card does. */
export const MOST_CHILDREN = 12;

export function childId(n: number): ChildId {
  return `c${n}`;
}

export async function beginDraft(world: World, person: PersonId, pathway: PathwayId): Promise<Draft> {
  const inHand = (await world.store.draftsOf(person)).find((draft) => draft.pathway === pathway);
  if (inHand) return inHand;
  const protocol = world.protocols.get(pathway);
  const draft: Draft = {
    id: world.newId(),
    owner: person,
    pathway,
    updatedAt: world.clock.now(),
    pages: {},
    children: 1,
    page: protocol.opening.pages[0]?.id ?? '',
  };
  await world.store.saveDraft(draft);
  return draft;
}

/** Only its owner ever reads a draft. */
export async function draftOf(world: World, person: PersonId, id: string): Promise<Draft | undefined> {
  const draft = await world.store.draft(id);
  return draft?.owner === person ? draft : undefined;
}

export async function saveDraftPage(
  world: World,
  person: PersonId,
  id: string,
  page: string,
  answers: Answers,
  moveTo?: string,
): Promise<Draft> {
  const draft = await mustHave(world, person, id);
  const saved: Draft = {
    ...draft,
    updatedAt: world.clock.now(),
    pages: { ...draft.pages, [page]: { ...draft.pages[page], ...answers } },
    page: moveTo ?? draft.page,
  };
  await world.store.saveDraft(saved);
  return saved;
}

/** @param removed number of the child to take out, from 1; those after it move up */
export async function setDraftChildren(
  world: World,
  person: PersonId,
  id: string,
  children: number,
  removed?: number,
): Promise<Draft> {
  const draft = await mustHave(world, person, id);
  const pages: Record<string, Answers> = {};
  for (const [page, answers] of Object.entries(draft.pages)) {
    const [name, number] = page.split('.');
    const n = Number(number);
    if (removed === undefined || !number) pages[page] = answers;
    else if (n < removed) pages[page] = answers;
    else if (n > removed) pages[`${name}.${n - 1}`] = answers;
  }
  const saved: Draft = {
    ...draft,
    pages,
    updatedAt: world.clock.now(),
    children: Math.min(Math.max(children, 1), MOST_CHILDREN),
  };
  await world.store.saveDraft(saved);
  return saved;
}

async function mustHave(world: World, person: PersonId, id: string): Promise<Draft> {
  const draft = await draftOf(world, person, id);
  if (!draft) throw new DraftGone(id);
  return draft;
}

/** The draft was sent or deleted, or is another person's. */
export class DraftGone extends Error {
  constructor(id: string) {
    super(`There is no draft ${id} of this person.`);
    this.name = 'DraftGone';
  }
}

/** The command that sending the draft is. Answers of a child's page get the child in front: `c1.name`. */
export function openingCommand(
  protocol: Protocol,
  draft: Draft,
  reference: string,
): Extract<Command, { type: 'open' }> {
  const children = Array.from({ length: draft.children }, (_, index) => childId(index + 1));
  const pages: Record<string, Answers> = {};
  for (const page of protocol.opening.pages) {
    pages[page.id] =
      page.each === 'children'
        ? Object.assign(
            {},
            ...children.map((child, index) => prefixed(child, draft.pages[`${page.id}.${index + 1}`] ?? {})),
          )
        : (draft.pages[page.id] ?? {});
  }
  return { type: 'open', reference, pathway: protocol.id, children, pages };
}

function prefixed(child: ChildId, answers: Answers): Answers {
  return Object.fromEntries(Object.entries(answers).map(([field, answer]) => [`${child}.${field}`, answer]));
}

export async function decideOpening(
  world: World,
  person: PersonId,
  draft: Draft,
  reference: string,
  key: string,
): Promise<CaseEvent[] | Refusal> {
  const protocol = world.protocols.get(draft.pathway);
  const actor: Actor = { person, roles: await rolesInCouncil(world.directory, protocol.council.id, person) };
  const calendar = world.protocols.calendar(protocol.council.id);
  return decide(
    protocol,
    undefined,
    openingCommand(protocol, draft, reference),
    actor,
    world.clock.now(),
    calendar,
    key,
  ) as CaseEvent[] | Refusal;
}

/** Faults by `page.field` or `child.c1.field`, from the engine itself. Under '' what concerns no field. */
export async function draftFaults(
  world: World,
  person: PersonId,
  id: string,
  page?: string,
): Promise<Readonly<Record<string, string>>> {
  const draft = await mustHave(world, person, id);
  const decided = await decideOpening(world, person, draft, 'AAA-2222', 'faults');
  if (!('refused' in decided)) return {};
  const faults = decided.faults ?? { '': decided.words };
  if (!page) return faults;
  const [name, number] = page.split('.');
  const prefix = number ? `${name}.${childId(Number(number))}.` : `${name}.`;
  return Object.fromEntries(Object.entries(faults).filter(([field]) => field.startsWith(prefix)));
}

/** The clock that the opening's dates must keep to, as far as the draft lets it be known. */
export async function draftLimit(world: World, id: string): Promise<Counted | undefined> {
  const draft = await world.store.draft(id);
  if (!draft) return undefined;
  const protocol = world.protocols.get(draft.pathway);
  const due = protocol.opening.pages
    .flatMap((page) => Object.values(page.fields))
    .find((field) => field.notAfter)?.notAfter;
  if (!due) return undefined;
  const calendar = world.protocols.calendar(protocol.council.id);
  const now = world.clock.now();
  let imagined = evolve(undefined, {
    type: 'case-opened',
    reference: 'AAA-2222',
    council: protocol.council.id,
    pathway: protocol.id,
    version: protocol.version,
    children: ['c1'],
    settings: {},
    recordedAt: now,
    by: draft.owner,
    commandKey: 'limit',
  });
  for (const page of protocol.opening.pages) {
    const at = draft.pages[page.id]?.at;
    if (!('fact' in page.records) || typeof at !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(at)) continue;
    imagined = evolve(imagined, {
      type: 'fact-recorded',
      fact: page.records.fact,
      at: at as never,
      answers: {},
      recordedAt: now,
      by: draft.owner,
      commandKey: 'limit',
    });
  }
  return dateOf(readCase(protocol, imagined), due, calendar, now)?.counted;
}

/** A consultation within five working days of today is a fair guess of when a worker will be named. */
const WORKING_DAYS_UNTIL_NAMED = 5;

/** Times on which the person's own diary is free, up to the limit; past it, or where it is not known yet, for the next ten working days. */
export async function draftFreeTimes(world: World, person: PersonId, id: string): Promise<OfferedTimes> {
  const draft = await mustHave(world, person, id);
  const protocol = world.protocols.get(draft.pathway);
  const calendar = world.protocols.calendar(protocol.council.id);
  const limit = await draftLimit(world, id);
  const now = world.clock.now();
  const today = dayOf(now);
  const meeting = Object.values(protocol.steps).find(
    (step): step is MeetStep => step.kind === 'meet' && step.chooseFrom.length > 0,
  );
  const owner = await world.directory.person(person);
  if (!owner || !meeting) return { times: [], blockers: [], limit: limit?.due, diariesUnread: true };
  return freeTimesForOne(world, owner, {
    from: instantAt(calendar.addWorkingDays(today, 1), '00:00'),
    until: limit && limit.dueAt > now ? limit.dueAt : instantAt(calendar.addWorkingDays(today, 10), '17:00'),
    limit: limit?.due,
    calendar,
    minutes: meeting.minutes,
    bufferMinutes: meeting.bufferMinutes,
    ratherAfter: calendar.addWorkingDays(today, WORKING_DAYS_UNTIL_NAMED),
  });
}
