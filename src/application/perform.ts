/**
 * A press, from the person to the record: decided by the engine on the case as it stands, written in one transaction
 * together with what follows from it. Two at once: one is written, the other decides again and is told who was first.
 */
import { decide } from '../domain/case/decide.ts';
import { effects } from '../domain/case/effects.ts';
import { evolve } from '../domain/case/evolve.ts';
import { statusOf } from '../domain/case/status.ts';
import type { Actor, Case, CaseEvent, CaseId, Command, Effect, PersonId, Refusal } from '../domain/case/types.ts';
import { PROGRAM } from '../domain/case/types.ts';
import type { Protocol } from '../domain/protocol/types.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import type { Instant } from '../domain/time/instant.ts';
import { rolesOnCase } from './case-roles.ts';
import type { OutboxItem } from './ports.ts';
import { projectCase } from './projection.ts';
import { readCase, readSheet, toSheet } from './read-case.ts';
import type { CaseSheet, Performed } from './sheet.ts';
import type { World } from './world.ts';

/** Appends lost to somebody quicker before giving up. Each loss means that another press was written, so this is far away. */
const TRIES = 12;

export interface Performing {
  readonly caseId: CaseId;
  readonly commands: readonly Command[];
  readonly key: string;
  /** Outbox item whose carrying out this is. */
  readonly finishes?: string;
}

export async function perform(world: World, person: PersonId, doing: Performing): Promise<Performed> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const read = await readCase(world, doing.caseId);
    if (!read) return { ok: false, sheet: undefined, refusal: noSuchCase };
    const { protocol, calendar } = read;
    if (alreadyRecorded(read.case, doing.key)) {
      if (doing.finishes) await world.store.done(doing.finishes, world.clock.now());
      return { ok: true, sheet: await toSheet(world, read), repeated: true };
    }

    const now = world.clock.now();
    const decided = await decideAll(world, protocol, read.case, person, doing, calendar, now);
    if ('refused' in decided) return { ok: false, refusal: decided, sheet: await toSheet(world, read) };

    const appended = await write(world, protocol, calendar, {
      before: read.case,
      after: decided.after,
      events: decided.events,
      now,
      finishes: doing.finishes,
    });
    if (appended === 'conflict') continue;
    world.wake();
    const sheet = (await readSheet(world, doing.caseId)) as CaseSheet;
    return { ok: true, sheet, repeated: appended === 'repeated' };
  }
  throw new Error(`Case ${doing.caseId} was written to ${TRIES} times while one press was being decided.`);
}

async function decideAll(
  world: World,
  protocol: Protocol,
  before: Case,
  person: PersonId,
  doing: Performing,
  calendar: Calendar,
  now: Instant,
): Promise<{ events: CaseEvent[]; after: Case } | Refusal> {
  let after = before;
  const events: CaseEvent[] = [];
  for (const command of doing.commands) {
    const status = statusOf(protocol, after, calendar, now);
    const actor: Actor = { person, roles: await rolesOnCase(world.directory, protocol, status, person) };
    const decided = decide(protocol, after, command, actor, now, calendar, doing.key);
    if (!Array.isArray(decided)) return decided as Refusal;
    for (const event of decided as CaseEvent[]) {
      events.push(event);
      after = evolve(after, event);
    }
  }
  return { events, after };
}

export interface Writing {
  readonly before: Case | undefined;
  readonly after: Case;
  readonly events: readonly CaseEvent[];
  readonly now: Instant;
  readonly finishes?: string | undefined;
  readonly draft?: string | undefined;
}

export async function write(
  world: World,
  protocol: Protocol,
  calendar: Calendar,
  { before, after, events, now, finishes, draft }: Writing,
) {
  const status = statusOf(protocol, after, calendar, now);
  const { row, deadlines } = await projectCase(world.directory, protocol, after, status, now);
  const followUps: OutboxItem[] = effects(protocol, before, after, calendar, now).map((effect: Effect) => ({
    key: effect.key,
    caseId: after.id,
    effect,
    notBefore: effect.notBefore ?? now,
  }));
  const redraw = `${after.id}/redraw/${after.seq}`;
  followUps.push({ key: redraw, caseId: after.id, effect: { kind: 'redraw', key: redraw }, notBefore: now });
  const digest = `${after.id}/digest/${after.seq}`;
  followUps.push({
    key: digest,
    caseId: after.id,
    effect: { kind: 'digest-again', key: digest, council: after.council },
    notBefore: now,
  });
  return world.store.append({
    caseId: after.id,
    expectedSeq: before?.seq ?? 0,
    events,
    row,
    deadlines,
    outbox: followUps,
    ...(finishes ? { finishes } : {}),
    ...(draft ? { draft } : {}),
  });
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

function alreadyRecorded(of: Case, key: string): boolean {
  return of.facts.some((fact) => fact.commandKey === key);
}

const noSuchCase: Refusal = {
  refused: true,
  code: 'unknown',
  words: 'There is no such case. Type "my cases" to see yours.',
  rules: [],
};
