/**
 * A referral that is not sent yet. Saved at each press, right or wrong, so that nothing typed is lost: to a closed chat, a restart, a night.
 */
import type { Answers, CaseId, PersonId } from '../domain/case/types.ts';
import type { PathwayId, Protocol } from '../domain/protocol/types.ts';
import { maySee } from './may-see.ts';
import type { Draft } from './ports.ts';
import { prefilled } from './prefill.ts';
import { readSheet } from './read-case.ts';
import { viewerOf } from './viewer.ts';
import type { World } from './world.ts';

/** At most this many children on one referral; the ledger knows no limit, a card does. */
export const MOST_CHILDREN = 12;

/** Makes one, filled in from the case that it comes from; or gives back the one in hand, as it was left. */
export async function beginDraft(
  world: World,
  person: PersonId,
  pathway: PathwayId,
  from?: Draft['from'],
): Promise<Draft> {
  const own = await world.store.draftsOf(person);
  const inHand = own.find(
    (draft) =>
      draft.pathway === pathway &&
      draft.mail === undefined &&
      draft.from?.case === from?.case &&
      draft.from?.how === from?.how,
  );
  return inHand ?? newDraft(world, person, pathway, { id: world.newId(), ...(from ? { from } : {}) });
}

/** @param of its id, and the case that it comes from */
export async function newDraft(
  world: World,
  person: PersonId,
  pathway: PathwayId,
  { id, from }: Pick<Draft, 'id' | 'from'>,
): Promise<Draft> {
  const protocol = world.protocols.get(pathway);
  const known = from && (await knownOf(world, person, protocol, from.case));
  const draft: Draft = {
    id,
    owner: person,
    pathway,
    updatedAt: world.clock.now(),
    pages: known?.pages ?? {},
    children: Math.min(known?.children ?? 1, MOST_CHILDREN),
    page: firstPage(protocol),
    ...(from ? { from } : {}),
  };
  await world.store.saveDraft(draft);
  return draft;
}

/** What the case says of the family, for somebody who may open it; to anybody else a draft tells nothing of it. */
async function knownOf(world: World, person: PersonId, target: Protocol, caseId: CaseId) {
  const sheet = await readSheet(world, caseId);
  if (!sheet || sheet.case.council !== target.council.id) return undefined;
  if (!maySee(await viewerOf(world, sheet, person), sheet)) return undefined;
  return prefilled(target, sheet.case, (id, version) => world.protocols.get(id, version));
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
    ...(draft.mail ? { mail: { ...draft.mail, filled: untouched(draft, page, answers) } } : {}),
  };
  await world.store.saveDraft(saved);
  return saved;
}

/** What somebody has written over is theirs, and no longer what the mail says. */
function untouched({ mail, pages }: Draft, page: string, answers: Answers): readonly string[] {
  const before = pages[page] ?? {};
  return (mail?.filled ?? []).filter((key) => {
    const field = key.slice(page.length + 1);
    if (key !== `${page}.${field}` || answers[field] === undefined) return true;
    return String(answers[field]) === String(before[field]);
  });
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
    ...(draft.mail
      ? { mail: { ...draft.mail, filled: draft.mail.filled.flatMap((key) => movedUp(key, removed)) } }
      : {}),
  };
  await world.store.saveDraft(saved);
  return saved;
}

/** `child.3.name`, where the second child is taken out, is now `child.2.name`. */
function movedUp(key: string, removed: number | undefined): readonly string[] {
  const [page, number, field] = key.split('.');
  const n = Number(number);
  if (removed === undefined || field === undefined || n < removed) return [key];
  return n === removed ? [] : [`${page}.${n - 1}.${field}`];
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

/** A page that is asked for each child begins with the first one's. */
export function firstPage({ opening }: Protocol): string {
  const [first] = opening.pages;
  return first === undefined ? '' : first.each === 'children' ? `${first.id}.1` : first.id;
}
