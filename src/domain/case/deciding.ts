/** What every part of a decision is made with, beside the case and what is asked for. */
import type { Protocol } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import type { Instant } from '../time/instant.ts';
import type { Actor } from './types.ts';

export interface Deciding {
  readonly protocol: Protocol;
  readonly actor: Actor;
  readonly now: Instant;
  readonly calendar: Calendar;
  /** The press that it came from. */
  readonly commandKey: string;
}
