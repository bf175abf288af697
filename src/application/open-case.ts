/**
 * A draft that is sent becomes a case: its facts, its first mail and the end of the draft are one transaction.
 */
import { replay } from '../domain/case/evolve.ts';
import type { PersonId, Refusal } from '../domain/case/types.ts';
import { referenceFrom } from '../domain/reference-code.ts';
import { postKey } from './carry-out/card.ts';
import { decideOpening } from './drafts.ts';
import { write } from './perform.ts';
import { readSheet } from './read-case.ts';
import type { CaseSheet, Origin, Performed } from './sheet.ts';
import type { World } from './world.ts';

/** Four characters of thirty-one: a collision is rare, two in a row rarer; more means that the random source is broken. */
const REFERENCE_TRIES = 20;

export async function openCase(
  world: World,
  person: PersonId,
  draftId: string,
  key: string,
  origin?: Origin,
): Promise<Performed> {
  // The draft's id is the case's: the same press again, or a second press on the same draft, finds the case that the first one made.
  const existing = await readSheet(world, draftId);
  if (existing)
    return existing.case.openedBy === person ? { ok: true, sheet: existing, repeated: true } : refused(noDraft);
  const draft = await world.store.draft(draftId);
  if (draft?.owner !== person) return refused(noDraft);

  const protocol = world.protocols.get(draft.pathway);
  const calendar = world.protocols.calendar(protocol.council.id);
  for (let attempt = 0; attempt < REFERENCE_TRIES; attempt += 1) {
    const reference = referenceFrom(protocol.council.referencePrefix, world.randomBytes(8));
    const decided = await decideOpening(world, person, draft, reference, key);
    if ('refused' in decided) return refused(decided);
    const after = replay(draftId, decided);
    const now = world.clock.now();
    if (origin)
      await world.store.savePost({
        ...origin,
        key: postKey(draftId, 'case', { person }),
        caseId: draftId,
        digest: '',
        postedAt: now,
      });
    const appended = await write(world, protocol, calendar, {
      before: undefined,
      after,
      events: decided,
      now,
      draft: draftId,
    });
    if (appended === 'reference-taken') continue;
    world.wake();
    return { ok: true, sheet: (await readSheet(world, draftId)) as CaseSheet, repeated: appended !== 'appended' };
  }
  throw new Error('No free case reference was found: the random source gives the same bytes again and again.');
}

function refused(refusal: Refusal): Performed {
  return { ok: false, refusal, sheet: undefined };
}

const noDraft: Refusal = {
  refused: true,
  code: 'unknown',
  words: 'This draft is no longer here: it was sent or deleted. Type "my cases" to see what you have sent.',
  rules: [],
};
