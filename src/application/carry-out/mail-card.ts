/** The card of a mail that waits for a person, in the channel of those who read its mailbox: posted once, edited in place from then on. */
import { PROGRAM } from '../../domain/case/types.ts';
import { addMinutes } from '../../domain/time/instant.ts';
import { inOfficeHours, Later } from '../later.ts';
import type { MailNotice } from '../mail/sheet.ts';
import { isUnreadable } from '../mail/unreadable.ts';
import { boxesOf, boxOf, councilCalled, placesOf } from '../mail/watched.ts';
import type { MailEntry, OutboxEffect } from '../ports.ts';
import type { World } from '../world.ts';
import { atEach, edit, type Place, postNew } from './post.ts';

const UNSERVED_MINUTES = 60;

export async function carryOutMailCard(
  world: World,
  { mail: id }: Extract<OutboxEffect, { kind: 'mail-card' }>,
): Promise<void> {
  const entry = await world.store.mails.entry(id);
  const box = entry && boxOf(world, entry);
  const council = entry && councilCalled(world, entry.council);
  if (!entry) return;
  // No mailbox of the council is read at present: a mail that waits goes on waiting for its card.
  if (!box || !council) throw new Later(addMinutes(world.clock.now(), UNSERVED_MINUTES));
  const now = world.clock.now();
  const drawn = world.drawing.mail(await noticeOf(world, entry));
  const roles = new Set((await boxesOf(world, entry)).map(({ watchedBy }) => watchedBy));
  const places = (await Promise.all([...roles].map((role) => placesOf(world, council, role)))).flat();
  await atEach([...new Map(places.map((place) => [whereOf(place), place])).values()], async (place) => {
    const key = mailPostKey(id, place);
    const post = await world.store.post(key);
    if (post) return edit(world, post, drawn, now);
    // Somebody has dealt with it before anybody was asked; what could not be read is for Outlook.
    const forOutlook = entry.state === 'set-aside' && entry.by === PROGRAM && isUnreadable(entry.why);
    if (entry.state !== 'waiting' && !forOutlook) return;
    if (!entry.urgent) inOfficeHours(now, world.protocols.calendar(council.id));
    await postNew(world, { council: council.id, caseId: null, key, place, drawn, now });
  });
}

async function noticeOf(world: World, entry: MailEntry): Promise<MailNotice> {
  const { store, directory, clock } = world;
  const council = councilCalled(world, entry.council);
  if (!council) throw new Error(`There is no council ${entry.council}.`);
  const of = entry.caseId === null ? undefined : await store.caseById(entry.caseId);
  const person = entry.by === PROGRAM ? undefined : await directory.person(entry.by);
  return {
    id: entry.id,
    council,
    mailboxName: boxOf(world, entry)?.title ?? entry.mailbox,
    state: entry.state,
    receivedAt: entry.receivedAt,
    urgent: entry.urgent,
    ...(of ? { reference: of.reference } : {}),
    ...(person ? { doneByName: person.name } : {}),
    at: entry.at,
    ...(entry.why === null ? {} : { why: entry.why }),
    now: clock.now(),
  };
}

function mailPostKey(id: string, place: Place): string {
  return `mail/${id}/${whereOf(place)}`;
}

export function whereOf(place: Place): string {
  return 'channel' in place ? `channel/${place.channel}` : `person/${place.person}`;
}
