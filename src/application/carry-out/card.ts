/**
 * Cards: posted once, edited in place from then on. What a card says is drawn when it is sent, from the case as it stands then,
 * so that a reminder of a step that has been done meanwhile is never shown.
 */
import type { Audience, Effect, PersonId } from '../../domain/case/types.ts';
import type { StepId } from '../../domain/protocol/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { isOfficeTime, nextOfficeMoment } from '../../domain/time/office-hours.ts';
import { rolesOnCase } from '../case-roles.ts';
import type { ClaimedItem, Drawn, Post } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet, Viewer } from '../sheet.ts';
import type { World } from '../world.ts';

/** Not now: the item waits for office hours. */
export class Later extends Error {
  readonly at: Instant;
  constructor(at: Instant) {
    super(`Waits for office hours: ${at}.`);
    this.name = 'Later';
    this.at = at;
  }
}

const SAFETY = 'safety';

export function postKey(
  caseId: string,
  step: StepId | 'case' | 'safety',
  audience: { readonly channel: string } | { readonly person: PersonId },
): string {
  return `${caseId}/${step}/${'channel' in audience ? `channel/${audience.channel}` : `person/${audience.person}`}`;
}

export async function carryOutCard(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'card' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  if (!sheet) return;
  const office = isOfficeTime(sheet.now, sheet.calendar);
  const mayPost = office || effect.urgent === true;
  // A safety stop is a message of its own beside the case card: an edit would ring no bell.
  const topic = effect.step === 'case' && effect.urgent ? SAFETY : effect.step;
  let waits = false;
  for (const audience of audiencesOf(sheet, effect.audience)) {
    const drawn = await draw(world, sheet, topic, audience);
    if (!drawn) continue;
    const key = postKey(sheet.case.id, topic, audience);
    const post = await world.store.post(key);
    if (post) await edit(world, post, drawn, sheet.now);
    else if (effect.edit) continue;
    else if (mayPost) await postNew(world, sheet, key, audience, drawn);
    else waits = true;
  }
  if (waits) throw new Later(nextOfficeMoment(sheet.now, sheet.calendar));
}

/** A question that has come up again (did the meeting take place?): a new message, because an edit rings no bell. */
export async function carryOutAskHeld(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'ask-held' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  const step = sheet?.protocol.steps[effect.step];
  const view = sheet?.status.steps[effect.step];
  if (
    !sheet ||
    step?.kind !== 'meet' ||
    view?.state !== 'open' ||
    view.booking?.state !== 'booked' ||
    view.booking.end > sheet.now
  )
    return;
  if (sheet.status.stopped || sheet.status.ended) return;
  if (!isOfficeTime(sheet.now, sheet.calendar)) throw new Later(nextOfficeMoment(sheet.now, sheet.calendar));
  for (const target of step.with) {
    const role = target.startsWith('role/') ? target.slice('role/'.length) : undefined;
    for (const person of role ? (sheet.holders[role] ?? []) : []) {
      const audience = { person: person.id };
      const drawn = await draw(world, sheet, effect.step, audience);
      if (!drawn) continue;
      const key = postKey(sheet.case.id, effect.step, audience);
      if (item.progress[key]) continue;
      await world.store.note(item.key, { [key]: 'asked' });
      await postNew(world, sheet, key, audience, drawn);
    }
  }
}

/** Every card of the case, wherever it stands, made to show the present. Equal ones are not sent again. */
export async function carryOutRedraw(world: World, item: ClaimedItem): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  if (!sheet) return;
  for (const post of await world.store.postsOf(sheet.case.id)) {
    const [, topic, kind, ...rest] = post.key.split('/');
    const id = rest.join('/');
    const drawn =
      topic && kind
        ? await drawAgain(world, sheet, topic, kind === 'channel' ? { channel: id } : { person: id })
        : undefined;
    if (drawn) await edit(world, post, drawn, sheet.now);
  }
}

/** A manager's card about an overdue step stays as it is while the step is open, and becomes the step's once it is not. */
async function drawAgain(
  world: World,
  sheet: CaseSheet,
  topic: string,
  audience: { channel: string } | { person: PersonId },
) {
  const [, escalated] = topic.split('.');
  if (escalated === undefined) return draw(world, sheet, topic, audience);
  return sheet.status.steps[escalated]?.state === 'open' ? undefined : draw(world, sheet, escalated, audience);
}

function audiencesOf(sheet: CaseSheet, audience: Audience): readonly ({ channel: string } | { person: PersonId })[] {
  if ('channel' in audience || 'person' in audience) return [audience];
  return (sheet.holders[audience.role] ?? []).map(({ id }) => ({ person: id }));
}

async function draw(
  world: World,
  sheet: CaseSheet,
  step: StepId | 'case' | 'safety',
  audience: { channel: string } | { person: PersonId },
): Promise<Drawn | undefined> {
  if ('channel' in audience) return world.drawing.step(sheet, step, audience);
  return world.drawing.step(sheet, step, { viewer: await viewerOf(world, sheet, audience.person) });
}

export async function viewerOf(world: World, sheet: CaseSheet, person: PersonId): Promise<Viewer> {
  const roles = await rolesOnCase(world.directory, sheet.protocol, sheet.status, person);
  const name = (await world.directory.person(person))?.name ?? 'you';
  return { person, roles, name };
}

export async function edit(world: World, post: Post, drawn: Drawn, now: Instant): Promise<void> {
  const digest = world.digest(JSON.stringify(drawn.card));
  if (digest === post.digest) return;
  await world.chat.edit(post, drawn.card);
  await world.store.savePost({ ...post, digest, postedAt: now });
}

async function postNew(
  world: World,
  sheet: CaseSheet,
  key: string,
  audience: { channel: string } | { person: PersonId },
  drawn: Drawn,
): Promise<void> {
  await postTo(world, { council: sheet.case.council, caseId: sheet.case.id, key, audience, drawn, now: sheet.now });
}

export interface Posting {
  readonly council: string;
  readonly caseId: string | null;
  readonly key: string;
  readonly audience: { readonly channel: string } | { readonly person: PersonId };
  readonly drawn: Drawn;
  readonly now: Instant;
}

export async function postTo(world: World, { council, caseId, key, audience, drawn, now }: Posting): Promise<void> {
  const to = 'person' in audience ? audience : world.directory.channel(council, audience.channel);
  if (!to)
    throw new Error(
      `No Teams channel is set for "${'channel' in audience ? audience.channel : ''}". Add it to the directory file.`,
    );
  const where = await world.chat.post(to, drawn.card, drawn.bell);
  await world.store.savePost({
    ...where,
    key,
    caseId,
    digest: world.digest(JSON.stringify(drawn.card)),
    postedAt: now,
  });
}
