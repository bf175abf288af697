/**
 * Writes a change down: the events, the rows that lists and reminders are read from, and what is to be carried out, all in one
 * transaction.
 */
import { statusOf } from '../domain/case/status.ts';
import type { Case, CaseEvent } from '../domain/case/types.ts';
import type { Protocol } from '../domain/protocol/types.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import type { Instant } from '../domain/time/instant.ts';
import { giveDocuments } from './documents.ts';
import { followUps } from './follow-ups.ts';
import type { Append, Appended } from './ports.ts';
import { projectCase } from './projection.ts';
import type { ReadCase } from './read-case.ts';
import type { World } from './world.ts';

export interface Writing {
  /** Under which the case is after the change; where it has moved, `was` is the one before. */
  readonly protocol: Protocol;
  readonly was?: Protocol;
  readonly calendar: Calendar;
  readonly before: Case | undefined;
  readonly after: Case;
  readonly events: readonly CaseEvent[];
  readonly now: Instant;
  /** Outbox item whose carrying out this is. */
  readonly finishes?: string | undefined;
  /** Draft that became this case. */
  readonly draft?: string | undefined;
  /** Where it is opened or taken up again. */
  readonly children?: Append['children'];
  /** The mail that it is opened from or that is joined to it. */
  readonly mail?: Append['mail'] | undefined;
  /** To be carried out besides what follows from the events. */
  readonly also?: Append['outbox'] | undefined;
}

/** @returns whether it was written, and the case as it then stands */
export async function write(
  world: World,
  writing: Writing,
): Promise<{ readonly appended: Appended; readonly written: ReadCase }> {
  const {
    protocol,
    was = protocol,
    calendar,
    before,
    after,
    events,
    now,
    finishes,
    draft,
    children,
    mail,
    also = [],
  } = writing;
  const status = statusOf(protocol, after, calendar, now);
  const projected = await projectCase(world.directory, { protocol, case: after, status, calendar }, now);
  const appended = await world.store.append({
    caseId: after.id,
    expectedSeq: before?.seq ?? 0,
    events,
    ...projected,
    outbox: [...followUps({ protocol, was, calendar, before, after, status, now }), ...also],
    ...(finishes ? { finishes } : {}),
    ...(draft ? { draft } : {}),
    ...(children ? { children } : {}),
    ...(mail ? { mail } : {}),
  });
  if (appended === 'appended') await giveDocuments(world, after.id, events);
  world.wake();
  return { appended, written: { case: after, protocol, calendar, status } };
}
