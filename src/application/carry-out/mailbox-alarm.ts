/**
 * A mailbox cannot be read, for longer than the council lets pass, or is read again: said at any hour where its mails are read, and to
 * the council's administrator. What comes by other ways goes on.
 */
import { ADMINISTRATOR, councilCalled, peopleOf, placesOf, watchedAt } from '../mail/watched.ts';
import type { OutboxEffect } from '../ports.ts';
import type { World } from '../world.ts';
import { whereOf } from './mail-card.ts';
import { atEach, edit, postNew } from './post.ts';

export async function carryOutMailboxAlarm(
  world: World,
  { council: id, mailbox, since, over }: Extract<OutboxEffect, { kind: 'mailbox-alarm' }>,
): Promise<void> {
  const { store, drawing, clock } = world;
  const council = councilCalled(world, id);
  const box = watchedAt(world, mailbox);
  if (!council || !box) return;
  const state = await store.mails.mailbox(mailbox);
  // Read again before anybody could be told.
  if (!over && state?.failingSince === null) return;
  const now = clock.now();
  const drawn = drawing.mailboxAlarm({ council, mailboxName: box.title, since, over, now });
  const places = [
    ...(await placesOf(world, council, box.watchedBy)),
    ...(await peopleOf(world, council, ADMINISTRATOR)),
  ];
  const each = [...new Map(places.map((place) => [whereOf(place), place])).values()];
  await atEach(each, async (place) => {
    const raised = `mailbox-alarm/${mailbox}/${since}/${whereOf(place)}`;
    const key = over ? `${raised}/over` : raised;
    if (await store.post(key)) return;
    const alarm = over ? await store.post(raised) : undefined;
    if (over && !alarm) return;
    if (alarm) await edit(world, alarm, drawn, now);
    // An edit rings no bell.
    await postNew(world, { council: council.id, caseId: null, key, place, drawn, now });
  });
}
