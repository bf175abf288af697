/**
 * A referral that is not sent yet. Saved at each press, right or wrong, so that nothing typed is lost: to a closed chat, a restart, a night.
 */
import type { Answers, PersonId } from '../domain/case/types.ts';
import type { PathwayId } from '../domain/protocol/types.ts';
import type { Draft } from './ports.ts';
import type { World } from './world.ts';

/** At most this many children on one referral; the ledger knows no limit, a card does. */
const MOST_CHILDREN = 12;

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

/** @throws DraftGone */
export async function mustHave(world: World, person: PersonId, id: string): Promise<Draft> {
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
