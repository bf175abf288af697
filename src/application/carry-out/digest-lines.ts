/** What is due in the coming days, as the digests of all channels of a council list it. Read from the index, never from the logs. */
import type { Calendar } from '../../domain/time/calendar.ts';
import { type Day, dayOf, type Instant, instantAt } from '../../domain/time/instant.ts';
import { CLOSES, OPENS } from '../../domain/time/office-hours.ts';
import type { DeadlineRow, OutboxItem } from '../ports.ts';
import type { DigestLine } from '../sheet.ts';
import type { World } from '../world.ts';

/** Working days that "this week" reaches ahead. */
const WORKING_DAYS_AHEAD = 5;
/** Working days after the due day on which the owner's manager is told: the owner was reminded the day before, on the day and the day after. */
const ESCALATES_AFTER = 2;

/** A line that is reminded of in some channel. */
export type ChannelLine = DigestLine & { readonly channel: string };

/** @returns the earliest act-by first */
export async function digestLines(
  world: World,
  council: string,
  calendar: Calendar,
  now: Instant,
): Promise<readonly ChannelLine[]> {
  const today = dayOf(now);
  const tomorrow = calendar.addWorkingDays(today, 1);
  const until = instantAt(calendar.addWorkingDays(today, WORKING_DAYS_AHEAD), CLOSES);
  const rows = (await world.store.deadlinesUntil(until, council)).filter(inAChannel);
  const names = await namesOf(world, rows);
  return rows.map((row) => {
    const [only, ...others] = row.owners;
    // One owner by name; of several who could do it nobody: the card then names the role.
    const name = only === undefined || others.length > 0 ? undefined : names.get(only);
    return { ...row, state: stateOf(row, now, today, tomorrow), ownerNames: name === undefined ? [] : [name] };
  });
}

function inAChannel(row: DeadlineRow): row is DeadlineRow & { readonly channel: string } {
  return row.channel !== null;
}

function stateOf(row: DeadlineRow, now: Instant, today: Day, tomorrow: Day): DigestLine['state'] {
  if (row.dueAt < now) return 'overdue';
  if (row.actBy <= today) return 'today';
  return row.actBy <= tomorrow ? 'tomorrow' : 'this-week';
}

async function namesOf(world: World, rows: readonly DeadlineRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(rows.flatMap(({ owners }) => (owners.length === 1 ? owners : [])));
  const people = await Promise.all([...ids].map((id) => world.directory.person(id)));
  return new Map(people.flatMap((person) => (person ? [[person.id, person.name] as const] : [])));
}

export function lineKey(line: DeadlineRow): string {
  return `${line.caseId}/${line.step}`;
}

/** Overdue although its owner was reminded: once for each step and due day. Targets and house rules are nobody's failing. */
export function escalations(lines: readonly DigestLine[], calendar: Calendar, today: Day): OutboxItem[] {
  return lines.flatMap((line) => {
    const binding = line.kind === 'limit' || line.kind === 'session';
    if (line.state !== 'overdue' || !binding || calendar.workingDaysBetween(line.due, today) < ESCALATES_AFTER)
      return [];
    const { caseId, step, role, due } = line;
    // Of several roles that owe it together each one's manager is told.
    const together = lines.some((other) => other.role !== role && lineKey(other) === lineKey(line));
    const key = `${caseId}/escalate/${step}/${due}${together ? `/${role}` : ''}`;
    return [{ key, caseId, effect: { kind: 'escalate', key, step, role, due }, notBefore: instantAt(today, OPENS) }];
  });
}
