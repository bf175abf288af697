/**
 * Children of a draft that are on an open case of the same council already: the person is told before she sends, and goes on with a
 * reason. Found without a name (the store compares digests), and said without one.
 */
import { readDay } from '../domain/case/form.ts';
import type { ChildId, FactRecorded, PersonId, Reference, Refusal } from '../domain/case/types.ts';
import { dayOf, writeDay } from '../domain/time/instant.ts';
import { mustHave } from './drafts.ts';
import { maySee } from './may-see.ts';
import { owingRole, ownersOf } from './owners.ts';
import type { Draft, NamedChild, Overlap } from './ports.ts';
import { readSheet } from './read-case.ts';
import type { CaseSheet } from './sheet.ts';
import { viewerOf } from './viewer.ts';
import type { World } from './world.ts';

/** @throws DraftGone */
export async function overlapsOf(world: World, person: PersonId, id: string): Promise<readonly Overlap[]> {
  return overlapsOfDraft(world, person, await mustHave(world, person, id));
}

/** Oldest case first. */
export async function overlapsOfDraft(world: World, person: PersonId, draft: Draft): Promise<readonly Overlap[]> {
  const { council } = world.protocols.get(draft.pathway);
  const found = await world.store.casesWithChildren(council.id, childrenOf(world, draft));
  const byCase = Map.groupBy(
    found.filter(({ caseId }) => caseId !== draft.from?.case),
    ({ caseId }) => caseId,
  );
  const overlaps: Overlap[] = [];
  for (const [caseId, children] of byCase) {
    const sheet = await readSheet(world, caseId);
    if (sheet) overlaps.push(await overlapOf(world, person, sheet, [...new Set(children.map(({ child }) => child))]));
  }
  return overlaps.sort((one, other) => (one.openedAt < other.openedAt ? -1 : 1));
}

async function overlapOf(
  world: World,
  person: PersonId,
  sheet: CaseSheet,
  children: readonly ChildId[],
): Promise<Overlap> {
  const { id: caseId, reference, pathway, openedAt } = sheet.case;
  const mayOpen = maySee(await viewerOf(world, sheet, person), sheet);
  return { caseId, reference, pathway, openedAt, children, mayOpen, askWhom: await askWhom(world, sheet) };
}

/**
 * Who is named on it for the service that holds the family, else who owes its next step, else the roles that open such a case.
 * @example 'Ben Adeyemi, social worker'
 */
async function askWhom({ directory }: World, { protocol, status, people, case: of }: CaseSheet): Promise<string> {
  const { roles } = protocol.council;
  const nameOf = (role: string) => roles[role]?.name ?? role;
  for (const [role, person] of Object.entries(status.named)) {
    const name = people[person]?.name;
    if (roles[role]?.service === status.holder && name !== undefined) return `${name}, ${nameOf(role)}`;
  }
  for (const step of Object.values(protocol.steps)) {
    if (step.optional || status.steps[step.id]?.state !== 'open') continue;
    const role = owingRole(step, status);
    const owners = role ? await ownersOf(directory, protocol, status, role) : [];
    const [only, ...others] = owners;
    if (role && only) return others.length === 0 ? `${only.name}, ${nameOf(role)}` : `any ${nameOf(role)}`;
  }
  const opener = people[of.openedBy]?.name;
  const openers = protocol.opening.by.map(nameOf).join(' or ');
  return opener === undefined ? `any ${openers}` : `${opener}, ${openers}`;
}

/** Children of whom a name and a birth date are there, as typed so far. */
export function childrenOf(world: World, draft: Draft): readonly NamedChild[] {
  const { opening } = world.protocols.get(draft.pathway);
  const page = opening.pages.find(({ each, fields }) => each === 'children' && fields.name && fields['birth-date']);
  if (!page) return [];
  return Array.from({ length: draft.children }, (_, index) => index + 1).flatMap((n) => {
    const { name, 'birth-date': born } = draft.pages[`${page.id}.${n}`] ?? {};
    const birthDate = typeof born === 'string' ? readDay(born) : undefined;
    if (typeof name !== 'string' || name.trim() === '' || birthDate === undefined) return [];
    return [{ child: `c${n}`, name, birthDate }];
  });
}

/** The same, out of the answers with which a case was opened or taken up again. */
export function childrenIn(events: readonly { readonly type: string }[]): readonly NamedChild[] {
  const named = new Map<ChildId, { name?: string; birthDate?: NamedChild['birthDate']; councilId?: string }>();
  for (const event of events) {
    if (event.type !== 'fact-recorded') continue;
    const { answers, personal } = event as FactRecorded;
    for (const [key, answer] of Object.entries({ ...answers, ...personal })) {
      const [, child, field] = /^(c\d+)\.(name|birth-date|mosaic)$/.exec(key) ?? [];
      if (child === undefined || typeof answer !== 'string') continue;
      const birthDate = field === 'birth-date' ? readDay(answer) : undefined;
      const number = field === 'mosaic' ? /(?<!\d)\d{5,10}(?!\d)/.exec(answer)?.[0] : undefined;
      named.set(child, {
        ...named.get(child),
        ...(field === 'name' ? { name: answer } : {}),
        ...(birthDate ? { birthDate } : {}),
        // "Not known, and why" is an answer too, and no number.
        ...(number === undefined ? {} : { councilId: number }),
      });
    }
  }
  return [...named].flatMap(([child, { name, birthDate, councilId }]) =>
    name && birthDate ? [{ child, name, birthDate, ...(councilId === undefined ? {} : { councilId }) }] : [],
  );
}

/** The person has seen these cases, and goes on: with the reason. */
export async function acceptOverlap(
  world: World,
  person: PersonId,
  id: string,
  shown: readonly Reference[],
  why: string,
): Promise<Draft> {
  const draft = await mustHave(world, person, id);
  const saved: Draft = {
    ...draft,
    updatedAt: world.clock.now(),
    overlap: { shown: [...new Set(shown)], why: why.trim() },
  };
  await world.store.saveDraft(saved);
  return saved;
}

/** Those that were not shown yet, or passed without a reason. */
export function notAccepted({ overlap }: Draft, overlaps: readonly Overlap[]): readonly Overlap[] {
  if (!overlap || overlap.why.trim() === '') return overlaps;
  return overlaps.filter(({ reference }) => !overlap.shown.includes(reference));
}

/** Names the cases and the way forward; never a child. */
export function overlapRefusal(world: World, overlaps: readonly Overlap[]): Refusal {
  const cases = overlaps.map(
    ({ reference, pathway, openedAt }) =>
      `${reference} (${world.protocols.get(pathway).title}, since ${writeDay(dayOf(openedAt))})`,
  );
  const ask = [...new Set(overlaps.map((each) => each.askWhom))];
  const what = overlaps.length === 1 ? 'an open case' : 'open cases';
  const words = `Not sent: a child on it is already on ${what}, ${cases.join(' and ')}. Ask ${ask.join(' and ')}. To go on all the same, say why.`;
  return { refused: true, code: 'gate', words, rules: [] };
}
