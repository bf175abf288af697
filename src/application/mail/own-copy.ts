/**
 * The copy of a mail of ours that came to a watched mailbox: the clock of the answer starts with its arrival, whoever looks when
 * (CAM-A-14: T0). Only such a copy can say that a mail has arrived: anybody can write a reference into a subject.
 */
import { readCase as readFacts } from '../../domain/case/reading.ts';
import { PROGRAM } from '../../domain/case/types.ts';
import { perform } from '../perform.ts';
import type { MailEntry, MailMove, SentMail } from '../ports.ts';
import { readCase } from '../read-case.ts';
import type { World } from '../world.ts';
import { cardOf } from './triage.ts';
import { watchedMailboxes } from './watched.ts';

/** @param from the states that it may be in */
export async function takeOwnCopy(
  world: World,
  entry: MailEntry,
  sent: SentMail,
  from: NonNullable<MailMove['from']>,
): Promise<void> {
  const move: MailMove =
    sent.caseId === null
      ? { ...moved(world, entry, from), to: 'set-aside', why: 'own-mail' }
      : {
          ...moved(world, entry, from),
          to: 'joined',
          caseId: sent.caseId,
          matchedBy: 'sent-copy',
          confidence: 'certain',
        };
  // Taken for somebody's before: its card says so still.
  const also = entry.state === 'unread' ? [] : [cardOf(world, entry.id, sent.key)];
  const step = await awaited(world, entry, sent);
  if (sent.caseId !== null && step !== undefined) {
    const performed = await perform(world, PROGRAM, {
      caseId: sent.caseId,
      commands: [{ type: 'record', step, part: 'received', at: entry.receivedAt, answers: {} }],
      key: `received/${sent.key}`,
      mail: move,
      also,
    });
    if (performed.ok && !performed.repeated) return;
  }
  await world.store.mails.move(move, also);
}

function moved({ clock }: World, { id }: MailEntry, from: NonNullable<MailMove['from']>) {
  return { id, by: PROGRAM, at: clock.now(), from };
}

/**
 * The step that waits for its arrival. In whichever watched mailbox of the council it was seen first: a mail that a rule redirects, or that
 * goes to two of them, is one mail. Facts in force: a request that was sent back and sent again arrives a second time.
 */
async function awaited(world: World, entry: MailEntry, { caseId, step: id }: SentMail): Promise<string | undefined> {
  const names = watchedMailboxes(world)
    .filter(({ council }) => council.id === entry.council)
    .flatMap((box) => box.names);
  const read = caseId === null ? undefined : await readCase(world, caseId);
  const step = id === null ? undefined : read?.protocol.steps[id];
  if (!read || step?.kind !== 'send' || step.done !== 'received') return undefined;
  const { factsOf } = readFacts(read.protocol, read.case);
  const waits =
    names.some((name) => step.to.includes(`mailbox/${name}`)) &&
    factsOf(step.id, '').length > 0 &&
    factsOf(step.id, 'received').length === 0;
  return waits ? step.id : undefined;
}

/**
 * A mail that has just been kept as sent, and may have been read as somebody's before that was known: an answer of Microsoft's was lost. It
 * says when it arrived, whatever a person has made of it meanwhile.
 */
export async function takeEarlierCopy(world: World, sent: SentMail): Promise<void> {
  const threads = await world.store.mails.byMessageIds([sent.internetMessageId]);
  for (const { mail } of threads) {
    if (!mail || mail.state === 'unread' || mail.state === 'opened' || mail.matchedBy === 'sent-copy') continue;
    if ((await world.store.mails.sentCopy(mail.id))?.key !== sent.key) continue;
    await takeOwnCopy(world, mail, sent, [mail.state]);
  }
}
