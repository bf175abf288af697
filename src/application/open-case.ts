/**
 * A draft that is sent becomes a case, or goes on with the one that it takes up again: its facts, its first mail and the end of the
 * draft are one transaction.
 */
import { evolve } from '../domain/case/evolve.ts';
import type { Case, CaseEvent, PersonId, Refusal } from '../domain/case/types.ts';
import { referenceFrom } from '../domain/reference-code.ts';
import { adopt, journeyOf } from './carry-out/post.ts';
import { joinRest, openedFrom } from './mail/begin-from-mail.ts';
import { movedOnRefusal } from './mail/triage.ts';
import { decideSending } from './opening.ts';
import { childrenIn, notAccepted, overlapRefusal, overlapsOfDraft } from './overlaps.ts';
import { erased } from './perform.ts';
import type { Draft, Overlap } from './ports.ts';
import { readSheet, toSheet } from './read-case.ts';
import type { Origin, Performed } from './sheet.ts';
import type { World } from './world.ts';
import { write } from './write.ts';

/** Four characters of thirty-one: a collision is rare, two in a row rarer; more means that the random source is broken. */
const TRIES = 20;

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
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const performed = await attemptToOpen(world, person, draft, key, origin);
    if (performed) return performed;
  }
  throw new Error(
    `Draft ${draftId} could not be sent in ${TRIES} tries: no free reference, or its case never stands still.`,
  );
}

/** @returns undefined where somebody was quicker: with the reference, on the case, or with a child. What stands now is decided on again */
async function attemptToOpen(
  world: World,
  person: PersonId,
  draft: Draft,
  key: string,
  origin: Origin | undefined,
): Promise<Performed | undefined> {
  const prefix = world.protocols.get(draft.pathway).council.referencePrefix;
  const sending = await decideSending(world, person, draft, referenceFrom(prefix, world.randomBytes(16)), key);
  if ('refused' in sending) return refused(sending);
  const overlaps = await overlapsOfDraft(world, person, draft);
  const unseen = notAccepted(draft, overlaps);
  if (unseen.length > 0) return refused(overlapRefusal(world, unseen));

  const { protocol, before } = sending;
  const now = world.clock.now();
  const events = [...sending.events, ...accepted(draft, overlaps, { recordedAt: now, by: person, commandKey: key })];
  const caseId = before?.case.id ?? draft.id;
  const after = events.reduce<Case | undefined>(
    (theCase, event) => evolve(theCase, event, caseId),
    before?.case,
  ) as Case;
  // First, so that the worker, which is woken by the writing, finds the message instead of posting a second one.
  // The message from which it was sent is the case's card from now on.
  if (origin) await adopt(world, person, caseId, 'case', origin, journeyOf(after));
  if (before) await world.store.saveCursor(sentAs(draft.id), caseId);
  const { appended, written } = await write(world, {
    ...{ protocol, now, events },
    calendar: world.protocols.calendar(protocol.council.id),
    before: before?.case,
    ...(before ? { was: before.protocol } : {}),
    after,
    draft: draft.id,
    children: { named: childrenIn(sending.events), seen: overlaps.map((each) => each.caseId) },
    ...(draft.mail ? openedFrom(world, draft.mail.id, person, caseId) : {}),
  });
  if (appended === 'mail-moved-on') return refused(await movedOnRefusal(world, draft.mail?.id ?? ''));
  if (appended === 'appended' && draft.mail) await joinRest(world, person, protocol, draft.mail.id, caseId);
  if (appended === 'appended') return { ok: true, sheet: await toSheet(world, written), repeated: false };
  if (appended === 'erased') return refused(erased);
  if (appended === 'repeated' || (appended === 'conflict' && !before)) return openedBefore(world, person, draft.id);
  return undefined;
}

/** That a child is on another open case was seen, and why it was sent all the same: kept with the case. */
function accepted(
  { overlap }: Draft,
  overlaps: readonly Overlap[],
  base: Pick<CaseEvent, 'recordedAt' | 'by' | 'commandKey'>,
): readonly CaseEvent[] {
  if (overlaps.length === 0 || !overlap) return [];
  return [
    {
      ...base,
      type: 'fact-recorded',
      fact: 'overlap.accepted',
      at: base.recordedAt,
      answers: { references: overlaps.map(({ reference }) => reference) },
      personal: { why: overlap.why },
    },
  ];
}

/** Name of the cursor that says which case a draft became that took one up again. */
function sentAs(draftId: string): string {
  return `draft/${draftId}`;
}

async function openedBefore(world: World, person: PersonId, draftId: string): Promise<Performed> {
  const sheet = await readSheet(world, (await world.store.cursor(sentAs(draftId))) ?? draftId);
  const own = sheet?.case.openedBy === person || sheet?.case.facts.some(({ by }) => by === person);
  return sheet && own ? { ok: true, sheet, repeated: true } : refused(noDraft);
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
