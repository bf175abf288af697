/**
 * Looks into the mailboxes that the protocols name and records that a mail of ours has arrived: the clock of the answer starts
 * with its arrival, whoever looks when (CAM-A-14: T0). Everything else that arrives there is left as it is, for people to read.
 */
import { readCase as readFacts } from '../domain/case/reading.ts';
import type { Council } from '../domain/protocol/types.ts';
import { record } from './perform.ts';
import { type ArrivedMail, PlatformFault } from './ports.ts';
import { readCase } from './read-case.ts';
import type { World } from './world.ts';

/** A mailbox that does not answer holds nothing else up: it is looked into again at the next round. @returns how many mails were matched to a case */
export async function watchMailboxes(world: World): Promise<number> {
  let matched = 0;
  for (const id of world.councils) {
    const council = world.protocols.all().find((each) => each.council.id === id)?.council;
    if (!council) continue;
    for (const [address, names] of namesByAddress(world, council))
      matched += await watch(world, council, names, address);
  }
  return matched;
}

/** Two mailboxes of a protocol may be one in Exchange (requests that go where referrals go): it is read once, for both. */
function namesByAddress(world: World, council: Council): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const name of Object.keys(council.mailboxes)) {
    const address = world.directory.mailbox(council.id, name);
    if (address) found.set(address, [...(found.get(address) ?? []), name]);
  }
  return found;
}

async function watch(world: World, council: Council, names: readonly string[], address: string): Promise<number> {
  const cursorName = `mailbox/${address}`;
  let matched = 0;
  try {
    const { mails, cursor } = await world.mailboxes.arrived(address, await world.store.cursor(cursorName));
    for (const mail of mails) if (await join(world, council, names, mail)) matched += 1;
    // Kept last: a crash in between reads the same mails again, and the record knows them by their key.
    await world.store.saveCursor(cursorName, cursor);
  } catch (fault) {
    if (!(fault instanceof PlatformFault)) throw fault;
    world.log.warn('mailbox-not-read', { mailbox: names.join(', '), status: fault.status });
  }
  return matched;
}

async function join(world: World, council: Council, mailboxes: readonly string[], mail: ArrivedMail): Promise<boolean> {
  const reference = referenceIn(mail.subject, council.referencePrefix);
  const row = reference ? await world.store.caseByReference(reference) : undefined;
  if (!row || row.council !== council.id) return false;
  const read = await readCase(world, row.id);
  if (!read) return false;
  // Facts in force: a request that was sent back and sent again arrives a second time.
  const { factsOf } = readFacts(read.protocol, read.case);
  const awaited = Object.values(read.protocol.steps).find(
    (step) =>
      step.kind === 'send' &&
      step.done === 'received' &&
      mailboxes.some((mailbox) => step.to.includes(`mailbox/${mailbox}`)) &&
      factsOf(step.id, '').length > 0 &&
      factsOf(step.id, 'received').length === 0,
  );
  if (!awaited) return false;
  const performed = await record(
    world,
    row.id,
    { type: 'record', step: awaited.id, part: 'received', at: mail.receivedAt, answers: {} },
    `received/${mail.internetMessageId}`,
  );
  return performed.ok && !performed.repeated;
}

/** `CAM-7K3F` anywhere in a subject, also behind Re: and Fwd:. */
function referenceIn(subject: string, prefix: string): string | undefined {
  return new RegExp(`\\b${prefix}-[2-9A-HJKMNP-Z]{4}\\b`, 'i').exec(subject)?.[0].toUpperCase();
}
