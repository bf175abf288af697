/** Who is away and what their mailbox answers meanwhile. */
import type { Instant } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';

export interface Away {
  /** The owner's object id. */
  readonly id: string;
  readonly from: Instant;
  /** null: until further notice. */
  readonly to: Instant | null;
  readonly message: string;
  /** Key of the out-of-office event in the owner's diary. */
  readonly event: string;
}

export const aways = (context: SandboxContext) => context.state.collection<Away>('graph-away');

/** @returns the absence that is set, unless it is over */
export function readAway(context: SandboxContext, owner: string): Away | undefined {
  const away = aways(context).get(owner);
  return away && (away.to === null || away.to > context.clock.now()) ? away : undefined;
}
