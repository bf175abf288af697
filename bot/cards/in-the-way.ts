/** Where no time was found: who is in the way on which day, at which times; busy, away or not working then, and never with what. Class P. */
import type { CaseSheet, OfferedTimes } from '../../src/application/sheet.ts';
import { rolesAt } from '../../src/domain/case/steps.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { type Day, dayOf, timeOf, writeShortDay } from '../../src/domain/time/instant.ts';
import { andList } from '../../src/domain/wording.ts';
import { roleName } from './words.ts';

type Blocker = OfferedTimes['blockers'][number];

const MOST = 8;
const KINDS: Readonly<Record<Blocker['kind'], string>> = {
  busy: 'busy',
  away: 'away',
  'outside-hours': 'not working then',
};

/**
 * "Mon 21 Dec to Wed 23 Dec: family worker away." "Thu 24 Dec, 08:30 to 10:30 and 13:30 to 17:00: social worker busy."
 * @returns earliest first, at most eight, and then how many more there are
 */
export function inTheWay(sheet: CaseSheet, step: MeetStep, { blockers }: OfferedTimes): readonly string[] {
  const days = [...new Set(blockers.map(({ start }) => dayOf(start)))].sort();
  const stretches: { first: Day; last: Day; readonly of: Blocker }[] = [];
  for (const of of blockers.toSorted((one, other) =>
    one.start < other.start ? -1 : one.start > other.start ? 1 : 0,
  )) {
    const day = dayOf(of.start);
    const before = days[days.indexOf(day) - 1];
    // Whole days on end are said once.
    const same = stretches.find(
      (each) =>
        each.last === before &&
        isWhole(each.of) &&
        isWhole(of) &&
        each.of.person.id === of.person.id &&
        each.of.kind === of.kind,
    );
    if (same) same.last = day;
    else stretches.push({ first: day, last: day, of });
  }
  const texts = stretches.map(({ first, last, of }) => {
    const when =
      first === last ? `${writeShortDay(first)}${timesOf(of)}` : `${writeShortDay(first)} to ${writeShortDay(last)}`;
    return `${when}: ${calledIn(sheet, step, of.person.id) ?? of.person.name} ${KINDS[of.kind]}.`;
  });
  const left = texts.length - MOST;
  return left > 0 ? [...texts.slice(0, MOST), `And ${left} more.`] : texts;
}

/** Where nobody said at which times it was the day that was asked for. */
function isWhole({ whole }: Blocker): boolean {
  return whole !== false;
}

function timesOf(of: Blocker): string {
  if (isWhole(of) || of.at === undefined) return '';
  const texts = of.at.map(({ start, end }) => `${timeOf(start)} to ${timeOf(end)}`);
  return `, ${andList(texts)}`;
}

/** The part in which somebody comes to a meeting, as the council calls it. undefined: in none that the protocol names. */
export function calledIn(sheet: CaseSheet, step: MeetStep, person: string): string | undefined {
  const named = Object.entries(sheet.status.named).find(([, id]) => id === person)?.[0];
  const role =
    named ??
    [step.organiser, ...rolesAt(step)].find((each) => (sheet.holders[each] ?? []).some(({ id }) => id === person));
  return role === undefined ? undefined : roleName(sheet, role);
}
