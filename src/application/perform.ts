/**
 * A press, from the person to the record: decided by the engine on the case as it stands, written in one transaction
 * together with what follows from it. Two at once: one is written, the other decides again and is told who was first.
 */
import { decide } from '../domain/case/decide.ts';
import { evolve } from '../domain/case/evolve.ts';
import { pressedBefore } from '../domain/case/recorded.ts';
import { statusOf } from '../domain/case/status.ts';
import type { Actor, Case, CaseEvent, CaseId, CaseStatus, Command, PersonId, Refusal } from '../domain/case/types.ts';
import { PROGRAM } from '../domain/case/types.ts';
import type { Protocol } from '../domain/protocol/types.ts';
import type { Instant } from '../domain/time/instant.ts';
import { rolesInCouncil, rolesOnCase, teamsOnCase } from './case-roles.ts';
import { documentsRefused } from './documents.ts';
import type { MailMove, OutboxItem } from './ports.ts';
import { type ReadCase, readCase, toSheet } from './read-case.ts';
import type { Performed } from './sheet.ts';
import type { World } from './world.ts';
import { write } from './write.ts';

/** Appends lost to somebody quicker before giving up. Each loss means that another press was written, so this is far away. */
const TRIES = 12;

export interface Performing {
  readonly caseId: CaseId;
  /** All of them or none. */
  readonly commands: readonly Command[];
  readonly key: string;
  /** Outbox item whose carrying out this is. */
  readonly finishes?: string;
  /** The mail that is joined to it: its line in the same transaction. */
  readonly mail?: MailMove;
  /** To be carried out besides, in the same transaction. */
  readonly also?: readonly OutboxItem[];
}

export async function perform(world: World, person: PersonId, doing: Performing): Promise<Performed> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const read = await readCase(world, doing.caseId);
    if (!read) return { ok: false, sheet: undefined, refusal: noSuchCase };
    if (pressedBefore(read.case, doing.key)) {
      if (doing.finishes) await world.store.done(doing.finishes, world.clock.now());
      return { ok: true, sheet: await toSheet(world, read), repeated: true };
    }
    const now = world.clock.now();
    const decided = await decideAll(world, read, person, doing, now);
    if ('refused' in decided) return { ok: false, refusal: decided, sheet: await toSheet(world, read) };
    const { protocol: was, calendar, case: before } = read;
    const { appended, written } = await write(world, {
      ...{ was, calendar, before, now },
      ...decided,
      finishes: doing.finishes,
      mail: doing.mail,
      also: doing.also,
    });
    if (appended === 'appended') return { ok: true, sheet: await toSheet(world, written), repeated: false };
    if (appended === 'mail-moved-on') return { ok: false, refusal: mailMovedOn, sheet: await toSheet(world, read) };
    if (appended === 'erased') return { ok: false, refusal: erased, sheet: await toSheet(world, read) };
    // Somebody was quicker, or the same press came in at the same moment: what stands now is read, and decided on again.
  }
  throw new Error(`Case ${doing.caseId} was written to ${TRIES} times while one press was being decided.`);
}

/** Each command is decided on the case as the ones before it leave it, under the pathway that it is on then. */
async function decideAll(
  world: World,
  { case: before, protocol: was, calendar, status }: ReadCase,
  person: PersonId,
  { commands, key }: Performing,
  now: Instant,
): Promise<{ events: readonly CaseEvent[]; after: Case; protocol: Protocol } | Refusal> {
  const pathways = (id: string) => world.protocols.all().find((each) => each.id === id);
  const events: CaseEvent[] = [];
  let after = before;
  let protocol = was;
  for (const command of commands) {
    const standing = after === before ? status : statusOf(protocol, after, calendar, now);
    const actor = await actorOn(world, protocol, standing, person, command);
    const decided = decide(protocol, after, command, actor, now, calendar, key, pathways);
    if ('refused' in decided) return decided;
    const refused = await documentsRefused(world, protocol, person, before.id, command);
    if (refused) return refused;
    events.push(...decided);
    after = decided.reduce((theCase, event) => evolve(theCase, event), after);
    if (after.pathway !== protocol.id) protocol = world.protocols.get(after.pathway, after.version);
  }
  return { events, after, protocol };
}

/** A case that has ended is taken up again by whoever may open one, and a mail is joined by whoever reads the mailbox: nobody has to be named on it for that. */
async function actorOn(
  { directory }: World,
  protocol: Protocol,
  status: CaseStatus,
  person: PersonId,
  command: Command,
): Promise<Actor> {
  const roles = await rolesOnCase(directory, protocol, status, person);
  const teams = await teamsOnCase(directory, protocol, status, person);
  const anywhere = command.type === 'take-up' || (command.type === 'fact' && command.fact.startsWith('mail.'));
  const others = anywhere ? await rolesInCouncil(directory, protocol.council.id, person) : [];
  return { person, roles: [...new Set([...roles, ...others])], teams };
}

/** What the program itself saw or did: a mail taken, an event in the diary, a mail in the mailbox. */
export function record(
  world: World,
  caseId: CaseId,
  command: Command,
  key: string,
  finishes?: string,
): Promise<Performed> {
  return perform(world, PROGRAM, { caseId, commands: [command], key, ...(finishes ? { finishes } : {}) });
}

/** What is personal of this case was destroyed for good, and so is nothing kept on it that is. */
export const erased: Refusal = {
  refused: true,
  code: 'not-open',
  words:
    'What was known of this family has been erased, so nothing about it can be kept on this case. Start a new case.',
  rules: [],
};

/** Whoever asked about the mail says who was quicker. */
export const mailMovedOn: Refusal = {
  refused: true,
  code: 'already-done',
  words: 'Somebody was quicker with this mail. Your press changed nothing.',
  rules: [],
};

const noSuchCase: Refusal = {
  refused: true,
  code: 'unknown',
  words: 'There is no such case. Type "my cases" to see yours.',
  rules: [],
};
