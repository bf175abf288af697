/**
 * What a count of days or hours comes to, and why. The shape every date in the product is explained with:
 * cards, mails, the audit log, `stepwise due` and the tests all read `because`.
 */
import type { Day, Instant } from './instant.ts';

export type Unit = 'working days' | 'days' | 'weeks' | 'months' | 'years' | 'hours';

export interface Count {
  readonly n: number;
  readonly unit: Unit;
}

export type ReasonKind =
  | 'rule' // which rule of the protocol asks for it
  | 'anchor' // what it counts from
  | 'count' // how many of what
  | 'day-0' // the day of the event does not count
  | 'skipped' // one bank holiday or closure day that was passed over
  | 'weekends' // how many weekends were passed over
  | 'replaced' // a switch changed the count (panel: 10 -> 15 working days)
  | 'projected' // rests on a bank holiday not yet published
  | 'act-by' // the due day is no working day
  | 'notice' // sent after 17:00 or on a day off: counts as sent on the next working day
  | 'provisional' // the anchor lies in the future
  | 'earliest' // of several clocks this one ends first
  | 'clock-change';

export interface Reason {
  readonly kind: ReasonKind;
  /** One plain sentence, British English, no name of any family. */
  readonly text: string;
  readonly day?: Day;
  /** What was skipped, as it is called inside a sentence: `the Boxing Day bank holiday`, `3 weekends`. */
  readonly name?: string;
  readonly rule?: string;
}

/** A counted date. Day units end at 17:00 London on `due`; hour units end at the instant `dueAt`. */
export interface Counted {
  /** The London day of the limit (for hours: the day on which `dueAt` falls). */
  readonly due: Day;
  /** The exact end of the limit: 17:00 London on `due`, or for hours the elapsed instant. */
  readonly dueAt: Instant;
  /** The last working day on or before `due`: differs from it only where a calendar-day limit ends on a day off. */
  readonly actBy: Day;
  /** The last staffed moment at or before `dueAt`. */
  readonly actByAt: Instant;
  /** True where a bank holiday inside the count is by rule and not yet published. */
  readonly projected: boolean;
  readonly because: readonly Reason[];
}
