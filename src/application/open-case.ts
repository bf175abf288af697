/**
 * A draft that is sent becomes a case: its facts, its first mail and the end of the draft are one transaction.
 */
import { replay } from '../domain/case/evolve.ts';
import type { PersonId, Refusal } from '../domain/case/types.ts';
import { referenceFrom } from '../domain/reference-code.ts';
import { adopt } from './carry-out/post.ts';
import { decideOpening } from './opening.ts';
import type { Draft } from './ports.ts';
import { readSheet, toSheet } from './read-case.ts';
import type { Origin, Performed } from './sheet.ts';
import type { World } from './world.ts';
import { write } from './write.ts';

/** Four characters of thirty-one: a collision is rare, two in a row rarer; more means that the random source is broken. */
const REFERENCE_TRIES = 20;

/** The draft's id is the case's: the same press again, or a second press on the same draft, finds the case that the first one made. */
export async function openCase(
  world: World,
  person: PersonId,
  draftId: string,
  key: string,
  origin?: Origin,
): Promise<Performed> {
  const draft = await world.store.draft(draftId);
  if (draft?.owner !== person) return openedBefore(world, person, draftId);
  for (let attempt = 0; attempt < REFERENCE_TRIES; attempt += 1) {
    const performed = await attemptToOpen(world, person, draft, key, origin);
    if (performed) return performed;
  }
  throw new Error('No free case reference was found: the random source gives the same bytes again and again.');
}

/** @returns undefined where the reference is another case's already */
async function attemptToOpen(
  world: World,
  person: PersonId,
  draft: Draft,
  key: string,
  origin: Origin | undefined,
): Promise<Performed | undefined> {
  const protocol = world.protocols.get(draft.pathway);
  const calendar = world.protocols.calendar(protocol.council.id);
  const reference = referenceFrom(protocol.council.referencePrefix, world.randomBytes(16));
  const events = await decideOpening(world, person, draft, reference, key);
  if ('refused' in events) return refused(events);
  const now = world.clock.now();
  // First, so that the worker, which is woken by the writing, finds the message instead of posting a second one.
  // The message from which it was sent is the case's card from now on.
  if (origin) await adopt(world, person, draft.id, 'case', origin);
  const { appended, written } = await write(world, {
    ...{ protocol, calendar, now, events },
    before: undefined,
    after: replay(draft.id, events),
    draft: draft.id,
  });
  if (appended === 'reference-taken') return undefined;
  if (appended !== 'appended') return openedBefore(world, person, draft.id);
  return { ok: true, sheet: await toSheet(world, written), repeated: false };
}

async function openedBefore(world: World, person: PersonId, caseId: string): Promise<Performed> {
  const sheet = await readSheet(world, caseId);
  return sheet?.case.openedBy === person ? { ok: true, sheet, repeated: true } : refused(noDraft);
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
