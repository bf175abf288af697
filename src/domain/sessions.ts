/**
 * Sessions of the council's standing forums: the weekly panel, the monthly review, days that the council lists itself. A forum whose
 * day the council has not set has no sessions, and whoever asks is told so (AMB-08, AMB-19).
 */
import type { Time } from './case/times.ts';
import type { Cycle, TeamId } from './protocol/types.ts';
import type { Calendar } from './time/calendar.ts';
import { nextSession } from './time/count-from.ts';
import type { ListedCycle, RegularCycle, Session, WeeklyCycle } from './time/cycles.ts';
import { type Instant, instantAt, isDay } from './time/instant.ts';

/**
 * The first session whose list is still open after a moment. A day without an hour takes the earlier session: nobody is told a later
 * date than the protocol's.
 * @param team whose own days count, where the council lists them by team
 * @returns undefined where the council has set no day, or listed none so late: `whyNoSession` says it
 * @throws BeyondCalendar
 */
export function sessionAfter(cycle: Cycle, from: Time, calendar: Calendar, team?: TeamId): Session | undefined {
  const pattern = patternOf(cycle, team);
  return pattern && nextSession(pattern, isDay(from) ? instantAt(from, '00:00') : from, calendar);
}

/** When the session begins, by its council's clock. */
export function sessionBegins(cycle: Cycle, session: Pick<Session, 'due'>): Instant {
  return instantAt(session.due, cycle.time);
}

/** What is said instead of a date, in one sentence. */
export function whyNoSession(cycle: Cycle, team?: { readonly id: TeamId; readonly name: string }): string {
  const byTeam = Object.keys(cycle.datesOfTeam).length > 0;
  if (byTeam && team === undefined)
    return `The day of the ${cycle.title} depends on the team, and none has been named yet.`;
  const whose = byTeam ? ` for ${team?.name}` : '';
  return patternOf(cycle, team?.id)
    ? `The council has not set a later day of the ${cycle.title}${whose}.`
    : `The council has not set the day of the ${cycle.title}${whose}.`;
}

function patternOf(cycle: Cycle, team: TeamId | undefined): WeeklyCycle | RegularCycle | ListedCycle | undefined {
  const rules = {
    bankHoliday: cycle.bankHoliday,
    ...(cycle.cutOffWorkingDays > 0
      ? { cutOff: { n: cycle.cutOffWorkingDays, unit: 'working days' as const, time: '17:00' } }
      : {}),
  };
  if (cycle.every === 'working day') return { ...rules, weekday: 'working day' };
  if (cycle.every === 'dates') {
    const own = team !== undefined && Object.hasOwn(cycle.datesOfTeam, team) ? (cycle.datesOfTeam[team] ?? []) : [];
    const dates = [...cycle.dates, ...own];
    return dates.length > 0 ? { ...rules, dates } : undefined;
  }
  const { n, unit } = cycle.every;
  if (unit === 'weeks' && n === 1 && cycle.weekday !== undefined) return { ...rules, weekday: cycle.weekday };
  return cycle.from === undefined ? undefined : { ...rules, every: { n, unit }, from: cycle.from };
}
