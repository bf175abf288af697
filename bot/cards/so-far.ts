/** Of a step that is done for each child or agency: how each stands. Class P. */
import type { Step } from '../../src/domain/protocol/types.ts';
import type { Block } from './blocks.ts';
import { instancesOf, nameOfInstance } from './each.ts';
import type { Looking } from './looking.ts';
import { openTime } from './privacy.ts';
import { bold, line } from './text.ts';
import { doneWords } from './words.ts';

export function doneSoFar({ sheet }: Pick<Looking, 'sheet'>, step: Step): Block[] {
  const each = instancesOf(sheet, step).filter(({ state }) => state === 'open' || state === 'done');
  // One alone is what the whole card is about; before the first there is nothing to tell them apart by.
  if (each.length < 2 || each.every(({ state }) => state === 'open')) return [];
  const lines = each.map(({ id, state, doneBy }) => {
    const words = state === 'done' ? doneWords(sheet, step, doneBy) : 'still to do.';
    return line(
      bold(`${nameOfInstance(sheet, id)}: `),
      `${words}${state === 'done' && doneBy ? ` ${openTime(doneBy.at)}.` : ''}`,
    );
  });
  return [{ heading: '', lines, long: [], buttons: [] }];
}
