/** Order among moments and days, where a fact may hold either. */
import { type Day, dayOf, type Instant, isDay } from '../time/instant.ts';

export type Time = Instant | Day;

export const dayOfTime = (time: Time): Day => (isDay(time) ? time : dayOf(time));

/** By London day; on one day a fact without a time of day comes before those with one. */
export function compareTimes(one: Time, other: Time): number {
  const days = compare(dayOfTime(one), dayOfTime(other));
  if (days !== 0) return days;
  if (isDay(one) || isDay(other)) return Number(isDay(other)) - Number(isDay(one));
  return compare(one, other);
}

export const latestOf = (times: readonly Time[]): Time | undefined =>
  times.reduce<Time | undefined>(
    (latest, time) => (latest && compareTimes(latest, time) >= 0 ? latest : time),
    undefined,
  );

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
