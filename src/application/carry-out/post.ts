/**
 * Cards in Teams: posted once, edited in place from then on. An equal card is not sent again.
 */
import type { Case, PersonId } from '../../domain/case/types.ts';
import type { StepId } from '../../domain/protocol/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { Later } from '../later.ts';
import type { Drawn, Post } from '../ports.ts';
import { readCase } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import { viewerOf } from '../viewer.ts';
import type { World } from '../world.ts';

/** One place where a card stands: a channel by its name, or a person's own chat. */
export type Place = { readonly channel: string } | { readonly person: PersonId };

/**
 * What a card is about. `safety.<when it was stopped>`: each stop is a message of its own, since an edit rings no bell.
 * `held.<step>.<end>`: what became of a meeting. `escalation.<step>.<due>`: a manager's card about an overdue step.
 * `unsent.<step>`: what Microsoft 365 has not taken yet. `resumed.<day>`: the case, when its pause has ended. `begin.<draft>`: the draft of
 * a linked case. `expected.<fact>.<day>`: whether it was so. `next.<step>.<event>`: the next time of a series, after that one.
 */
export type Topic = StepId | 'case';

/**
 * The case, or its second journey: a family that comes back after the end is news to everybody, and news is no edit of last year's card.
 */
export function journeyOf({ id, earlier }: Pick<Case, 'id' | 'earlier'>): string {
  const takenUp = earlier.filter(({ facts }) => facts.length > 0).length;
  return takenUp === 0 ? id : `${id}~${takenUp + 1}`;
}

export function postKey(journey: string, topic: Topic, place: Place): string {
  return `${journey}/${topic}/${'channel' in place ? `channel/${place.channel}` : `person/${place.person}`}`;
}

/** The topic and place of a key made by `postKey`, whatever `adopt` has added to it. */
export function readPostKey(
  key: string,
): { readonly journey: string; readonly topic: Topic; readonly place: Place } | undefined {
  const [journey = '', topic, kind, ...rest] = key.split('/');
  const [person] = rest;
  if (!topic || person === undefined) return undefined;
  return { journey, topic, place: kind === 'channel' ? { channel: rest.join('/') } : { person } };
}

/**
 * A message in somebody's own chat that shows a card from now on, because of what was pressed or typed there. Where another message
 * shows the same one, both are edited from now on: no card may go on saying what is no longer so.
 * @param journey where the case is about to begin another one
 */
export async function adopt(
  world: World,
  person: PersonId,
  caseId: string,
  topic: Topic,
  origin: Pick<Post, 'conversationId' | 'activityId' | 'serviceUrl'>,
  journey?: string,
): Promise<void> {
  const read = journey === undefined ? await readCase(world, caseId) : undefined;
  const key = postKey(journey ?? (read ? journeyOf(read.case) : caseId), topic, { person });
  const first = await world.store.post(key);
  const another = first !== undefined && first.activityId !== origin.activityId;
  await world.store.savePost({
    ...origin,
    key: another ? `${key}/${origin.activityId}` : key,
    caseId,
    digest: '',
    postedAt: world.clock.now(),
  });
}

export async function draw(
  world: World,
  sheet: CaseSheet,
  step: StepId | 'case',
  place: Place,
): Promise<Drawn | undefined> {
  if ('channel' in place) return world.drawing.step(sheet, step, place);
  return world.drawing.step(sheet, step, { viewer: await viewerOf(world, sheet, place.person) });
}

export async function edit(world: World, post: Post, drawn: Drawn, now: Instant): Promise<void> {
  const digest = world.digest(JSON.stringify(drawn.card));
  if (digest === post.digest) return;
  await world.chat.edit(post, drawn.card);
  await world.store.savePost({ ...post, digest, postedAt: now });
}

/**
 * At each place, whatever happens at another: one that cannot be reached keeps nobody else from hearing of it.
 * @throws what went wrong first, once every place has had its turn; what was done is found again at the next try
 */
export async function atEach<P>(places: readonly P[], act: (place: P) => Promise<void>): Promise<void> {
  const faults: unknown[] = [];
  for (const place of places) {
    try {
      await act(place);
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults.find((fault) => !(fault instanceof Later)) ?? faults[0];
}

export interface Posting {
  readonly council: string;
  /** null for what belongs to no single case. */
  readonly caseId: string | null;
  readonly key: string;
  readonly place: Place;
  readonly drawn: Drawn;
  readonly now: Instant;
}

/** A new message. @throws Error where the directory file names no Teams channel of that name */
export async function postNew(world: World, { council, caseId, key, place, drawn, now }: Posting): Promise<void> {
  const to = 'person' in place ? place : world.directory.channel(council, place.channel);
  if (!to)
    throw new Error(
      `No Teams channel is set for "${'channel' in place ? place.channel : ''}". Add it to the directory file.`,
    );
  const where = await world.chat.post(to, drawn.card, drawn.bell);
  const digest = world.digest(JSON.stringify(drawn.card));
  await world.store.savePost({ ...where, key, caseId, digest, postedAt: now });
}
