/** Why a time is offered, in sentences without any name. */
import type { Weekday } from '../time/day-number.ts';
import { capital } from '../wording.ts';

/** What may be said for and against a lawful time. */
export interface Merits {
  readonly inSchool: boolean;
  /** How many of those who may come cannot. */
  readonly missing: number;
  readonly lastDay: boolean;
  /** Set where a child comes. */
  readonly outsideSchool?: boolean;
  /** Set where one weekday is preferred. */
  readonly weekday?: { readonly is: Weekday; readonly rather: Weekday };
  /** Set where a room is wanted. */
  readonly hasRoom?: boolean;
}

export interface Among {
  /** It is the earliest lawful time. */
  readonly first: boolean;
  readonly limited: boolean;
  readonly required: number;
  readonly optional: number;
}

/** A time with nothing else to be said for it says that everybody required is free. */
export function whyThis(merits: Merits, among: Among): readonly string[] {
  const { inSchool, missing, lastDay, outsideSchool, weekday, hasRoom } = merits;
  const free = among.required === 1 ? 'the diary is free' : 'everybody required is free';
  const why = [
    ...(among.first ? [`The first time${among.limited ? ' inside the limit' : ''} on which ${free}.`] : []),
    ...(weekday === undefined
      ? []
      : [
          weekday.is === weekday.rather
            ? `${weekday.is}, as the protocol prefers.`
            : `A ${weekday.is}, not a ${weekday.rather}.`,
        ]),
    ...(lastDay ? ['The last day of the limit.'] : []),
    ...(missing > 0 ? [`${missing === 1 ? '1 person who may come' : `${missing} people who may come`} cannot.`] : []),
    ...(among.optional > 0 && missing === 0 ? ['Those who may come are free too.'] : []),
    ...(inSchool ? ['In school time.'] : []),
    ...(outsideSchool ? ['Outside school time.'] : []),
    ...(hasRoom === false ? ['No room is free: a Teams link instead.'] : []),
  ];
  return why.length > 0 ? why : [`${capital(free)}.`];
}
