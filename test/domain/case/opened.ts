/** A case of a made-up pathway that Ann has just opened, and the others who press on it. */
import { readCase } from '../../../src/domain/case/reading.ts';
import type { Due, Protocol } from '../../../src/domain/protocol/types.ts';
import { calendar } from './pathway.ts';
import { actor, type Play, play } from './play.ts';

export const ann = actor('ann', 'asker');
export const dan = actor('dan', 'decider');
export const lou = actor('lou', 'leader');
export const cleo = actor('cleo', 'chief');

interface Opening {
  /** London wall clock. */
  readonly at?: string;
  readonly children?: readonly string[];
  /** Pathways to which the case may move. */
  readonly others?: readonly Protocol[];
}

export function opened(protocol: Protocol, opening: Opening = {}): Play {
  const { at = '2026-12-17T09:00', children = ['c1'], others = [] } = opening;
  return play(protocol, calendar, 'case', others)
    .at(at)
    .sends(ann, { type: 'open', reference: 'MAD-2345', pathway: protocol.id, children, pages: {} });
}

export const ofTwo = (protocol: Protocol, ...others: readonly Protocol[]): Play =>
  opened(protocol, { children: ['c1', 'c2'], others });

export const truth = (it: Play, protocol: Protocol, ref: string, of?: string) =>
  readCase(protocol, it.case).truth(ref, of);

export const due = (form: object): Due => ({ rules: ['MAD-1'], instead: [], ...form }) as unknown as Due;
