/**
 * Looks into the mailboxes that the protocols name and records that a mail of ours has arrived: the clock of the answer starts
 * with its arrival, whoever looks when (CAM-A-14: T0). Everything else that arrives there is left as it is, for people to read.
 */
import { record } from './perform.ts';
import type { ArrivedMail } from './ports.ts';
import { readCase } from './read-case.ts';
import type { World } from './world.ts';

/** @returns how many mails were matched to a case */
export async function watchMailboxes(world: World): Promise<number> {
  let matched = 0;
  for (const council of world.councils) {
    const protocol = world.protocols.all().find((each) => each.council.id === council);
    for (const name of Object.keys(protocol?.council.mailboxes ?? {})) {
      const address = world.directory.mailbox(council, name);
      if (!address) continue;
      const cursorName = `mailbox/${address}`;
      const { mails, cursor } = await world.mailboxes.arrived(address, await world.store.cursor(cursorName));
      for (const mail of mails) if (await join(world, council, name, mail)) matched += 1;
      // Kept last: a crash in between reads the same mails again, and the record knows them by their key.
      await world.store.saveCursor(cursorName, cursor);
    }
  }
  return matched;
}

async function join(world: World, council: string, mailbox: string, mail: ArrivedMail): Promise<boolean> {
  const reference = referenceIn(mail.subject);
  const row = reference ? await world.store.caseByReference(reference) : undefined;
  if (!row || row.council !== council) return false;
  const read = await readCase(world, row.id);
  if (!read) return false;
  const awaited = Object.values(read.protocol.steps).find(
    (step) =>
      step.kind === 'send' &&
      step.done === 'received' &&
      step.to.includes(`mailbox/${mailbox}`) &&
      read.case.facts.some((fact) => fact.fact === step.id) &&
      !read.case.facts.some((fact) => fact.fact === `${step.id}.received`),
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
function referenceIn(subject: string): string | undefined {
  return /\b[A-Z]{2,4}-[2-9A-HJKMNP-Z]{4}\b/.exec(subject)?.[0];
}
