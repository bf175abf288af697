/**
 * A step began a second, linked case (`starts`): its draft, filled in from this one, is laid before the person who pressed. The key of
 * the effect is the draft's id, so that a second try finds the first one's.
 */
import type { Effect } from '../../domain/case/types.ts';
import { newDraft } from '../drafts.ts';
import { inOfficeHours } from '../later.ts';
import type { ClaimedItem } from '../ports.ts';
import { readSheetWith } from '../read-case.ts';
import { viewerOf } from '../viewer.ts';
import type { World } from '../world.ts';
import { about } from './card.ts';
import { journeyOf, postKey, postNew } from './post.ts';

export async function carryOutBegin(
  world: World,
  item: ClaimedItem,
  { key: effectKey, step, pathway, person }: Extract<Effect, { kind: 'begin' }>,
): Promise<void> {
  const sheet = await readSheetWith(world, item.caseId as string, step);
  if (!sheet) return;
  const id = world.digest(effectKey);
  const place = { person };
  const key = postKey(journeyOf(sheet.case), `begin.${id}`, place);
  if ((await world.store.post(key)) || (await world.store.caseById(id))) return;
  const draft =
    (await world.store.draft(id)) ??
    (await newDraft(world, person, pathway, { id, from: { case: sheet.case.id, how: 'starts' } }));
  // The draft is there at once, for whoever asks for it; the message waits for the morning.
  inOfficeHours(sheet.now, sheet.calendar);
  const protocol = world.protocols.get(pathway);
  const viewer = await viewerOf(world, sheet, person);
  const drawn = world.drawing.begin({ sheet, step, draft, protocol, viewer });
  await postNew(world, { ...about(sheet), key, place, drawn });
}
