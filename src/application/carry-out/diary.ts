/**
 * What became of a meeting in Outlook, told to those whom it concerns: the meeting's card in a new message, because an edit rings no
 * bell, and in the channel of the team that owes it. Once for each thing that happened, and only while it is still so.
 */
import { type Booking, type Effect, PROGRAM, type RecordedFact } from '../../domain/case/types.ts';
import type { MeetStep, RoleId } from '../../domain/protocol/types.ts';
import { attendeesOf } from '../attendees.ts';
import { inOfficeHours, unlessStopped } from '../later.ts';
import { channelOf, owingRole, ownersOf } from '../owners.ts';
import type { ClaimedItem } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';
import { about } from './card.ts';
import { draw, journeyOf, type Place, postKey, postNew } from './post.ts';

type Diary = Extract<Effect, { kind: 'diary' }>;

export async function carryOutDiary(world: World, item: ClaimedItem, effect: Diary): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  const step = sheet?.protocol.steps[effect.step];
  if (!sheet || step?.kind !== 'meet' || sheet.status.steps[step.id]?.state !== 'open') return;
  const fact = factBehind(sheet, step, effect);
  if (fact === undefined) return;
  unlessStopped(sheet);
  inOfficeHours(sheet.now, sheet.calendar);
  for (const place of await placesOf(world, sheet, step, effect, fact)) {
    // One message for each event, whoever could not be reached at the first try.
    const key = postKey(journeyOf(sheet.case), `diary.${step.id}.${effect.by}`, place);
    if (await world.store.post(key)) continue;
    const drawn = await draw(world, sheet, step.id, place);
    if (drawn) await postNew(world, { ...about(sheet), key, place, drawn });
  }
}

/** What happened, where it is still so and still asks something of somebody. */
function factBehind(sheet: CaseSheet, { id }: MeetStep, { what, by }: Diary): RecordedFact | undefined {
  const { booking, lost, noTime } = sheet.status.steps[id] ?? {};
  const facts = (): RecordedFact | undefined => {
    switch (what) {
      case 'lost':
        return lost ?? noTime;
      case 'kept':
        return booking?.pastLimit === undefined ? undefined : booking.kept;
      case 'declined':
        return booking?.declined?.find((each) => each.by.seq === by)?.by;
      case 'past-limit':
        return booking && isPast(booking) ? sheet.case.facts.findLast(({ fact }) => fact === `${id}.moved`) : undefined;
    }
  };
  const found = facts();
  return found?.seq === by ? found : undefined;
}

function isPast({ pastLimit, inOutlook, kept }: Booking): boolean {
  return pastLimit !== undefined && inOutlook !== undefined && kept === undefined;
}

async function placesOf(
  world: World,
  sheet: CaseSheet,
  step: MeetStep,
  { what }: Diary,
  fact: RecordedFact,
): Promise<readonly Place[]> {
  const channel = channelPlace(world, sheet, step);
  if (what === 'kept') return channel;
  // Whoever chairs a session answers for all who sit in it.
  if (step.sessionOf !== undefined && channel.length > 0) return channel;
  const people = what === 'declined' ? await whoCanHelp(world, sheet, step, fact) : whoAttends(world, sheet, step);
  // What somebody did on a card they know, and Outlook tells the others; the team is told of what happened behind its back.
  const teams = what === 'declined' || fact.by !== PROGRAM ? [] : channel;
  return [...teams, ...[...people].filter((id) => !isBy(fact, id)).map((person) => ({ person }))];
}

function channelPlace({ directory }: World, { protocol, status }: CaseSheet, step: MeetStep): readonly Place[] {
  const role = owingRole(step, status);
  const channel = role === undefined ? null : channelOf(directory, protocol, status, role);
  return channel === null ? [] : [{ channel }];
}

function isBy({ by, answers }: RecordedFact, person: string): boolean {
  return by === person || answers.person === person;
}

function whoAttends({ directory }: World, sheet: CaseSheet, step: MeetStep): ReadonlySet<string> {
  return new Set(attendeesOf(directory, sheet, step).required.map(({ id }) => id));
}

/** Who owns the meeting, on whose calendar it stands, and who could name another worker. */
async function whoCanHelp(
  world: World,
  sheet: CaseSheet,
  step: MeetStep,
  { answers }: RecordedFact,
): Promise<ReadonlySet<string>> {
  const { protocol, status, holders } = sheet;
  const there = attendeesOf(world.directory, sheet, step);
  const owners = there.required.filter(({ id }) =>
    step.by.some((role) => holders[role]?.some((person) => person.id === id)),
  );
  const people = new Set([...(there.organiser ? [there.organiser] : []), ...owners].map(({ id }) => id));
  const namers: readonly RoleId[] = Object.values(protocol.steps).flatMap((each) =>
    each.kind === 'assign' && (each.fills === answers.role || status.named[each.fills] === answers.person)
      ? each.by
      : [],
  );
  for (const role of [...new Set(namers)])
    for (const { id } of await ownersOf(world.directory, protocol, status, role)) people.add(id);
  return people;
}
