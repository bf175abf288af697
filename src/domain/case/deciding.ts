/** What every part of a decision is made with, beside the case and what is asked for. */
import type { PathwayId, Protocol } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import type { Instant } from '../time/instant.ts';
import type { Actor } from './types.ts';

export type Pathways = (id: PathwayId) => Protocol | undefined;

export interface Deciding {
  readonly protocol: Protocol;
  readonly actor: Actor;
  readonly now: Instant;
  readonly calendar: Calendar;
  /** The press that it came from. */
  readonly commandKey: string;
  /** Finds the pathways to which a case may move. */
  readonly pathways: Pathways | undefined;
}
