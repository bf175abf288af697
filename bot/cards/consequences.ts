/** What a press brings about beyond its step, said before it is pressed: another pathway, a second case, an entry in a register. */
import { consequencesOf } from '../../src/domain/case/steps.ts';
import type { Step } from '../../src/domain/protocol/types.ts';
import { type Open, type OpenSheet, open, protocolWords } from './privacy.ts';
import { pathwayTitle } from './words.ts';

export function consequences(sheet: OpenSheet, step: Step, part: string | undefined): Open[] {
  const { movesTo, starts, lists } = consequencesOf(step, part);
  return [
    ...(movesTo ? [open`The case then goes on as: ${pathwayTitle(sheet, movesTo)}.`] : []),
    ...starts.map((id) => open`A second case is begun beside it: ${pathwayTitle(sheet, id)}.`),
    ...Object.entries(lists).map(
      ([list, state]) => open`${registerTitle(sheet, list)}: ${protocolWords(state.replaceAll('-', ' '))}.`,
    ),
  ];
}

export function registerTitle(sheet: OpenSheet, list: string): Open {
  return protocolWords(sheet.protocol.council.lists[list]?.title ?? list);
}
