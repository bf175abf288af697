/** Steps that are done for each child or each agency: which are still to do, and the choice of those that a press is about. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { ChildId, RecordedFact, StepState } from '../../src/domain/case/types.ts';
import type { Step } from '../../src/domain/protocol/types.ts';
import { andList } from '../../src/domain/wording.ts';
import { childrenOf } from './blocks.ts';
import { asText, type FieldData, fieldWithFault } from './fields.ts';
import { NOTHING, type Open, type OpenSheet, open, openList, protocolWords } from './privacy.ts';
import { bold, choiceText, type Line, line } from './text.ts';

/** Input of the choice: no field of a protocol can be called so. */
export const OF = 'of~';

export interface Instance {
  readonly id: ChildId;
  readonly state: StepState;
  readonly outcome?: string;
  readonly doneBy?: RecordedFact;
}

export function instancesOf(sheet: OpenSheet, step: Step): readonly Instance[] {
  if (step.each === undefined) return [];
  const { instances } = sheet.status.steps[step.id] ?? {};
  return instances?.map(({ of, ...rest }) => ({ id: of, ...rest })) ?? [];
}

/** Still to do, or done and able to be done again. */
export function openInstances(sheet: OpenSheet, step: Step): readonly Instance[] {
  return instancesOf(sheet, step).filter(({ state }) => state === 'open' || (step.repeats && state === 'done'));
}

/** Class P. A child whose name is gone, or who has none yet, goes by number. */
export function nameOfInstance(sheet: CaseSheet, id: ChildId): string {
  const child = childrenOf(sheet).findIndex((each) => each.id === id);
  if (child >= 0) return childrenOf(sheet)[child]?.name || `Child ${child + 1}`;
  for (const answers of Object.values(sheet.personal)) {
    const name = answers[`${id}.agency`];
    if (typeof name === 'string' && name !== '') return name.slice(0, LONGEST_NAME);
  }
  return `Agency ${id.replace(/^\D+/, '')}`;
}

const LONGEST_NAME = 120;

/** Class P. "For: Larkspur Primary.": whom a card is about that offers no choice of them. */
export function forWhom(sheet: CaseSheet, step: Step): Line[] {
  const open = openInstances(sheet, step);
  const left = open.length > 0 ? open : instancesOf(sheet, step).filter(({ state }) => state === 'done');
  // Where several are left, a form asks for which of them.
  const asked = step.each === 'children' || step.kind === 'record' || step.kind === 'send';
  return (asked && left.length !== 1) || left.length === 0
    ? []
    : [line(bold('For: '), `${namesOfInstances(sheet, left)}.`)];
}

/** Class P. " (Larkspur Primary)" behind a step's title. */
export function agenciesLeft(sheet: CaseSheet, step: Step): string {
  const open = step.each === 'agencies' ? instancesOf(sheet, step).filter(({ state }) => state === 'open') : [];
  return open.length === 0 ? '' : ` (${namesOfInstances(sheet, open)})`;
}

function namesOfInstances(sheet: CaseSheet, instances: readonly Instance[]): string {
  const names = instances.map(({ id }) => nameOfInstance(sheet, id));
  return andList(names);
}

/** Class C: "For agency 2 of 2." An agency's name says what help a family has. */
export function agenciesByNumber(sheet: OpenSheet, step: Step): Open {
  const all = step.each === 'agencies' ? instancesOf(sheet, step) : [];
  const numbers = all.flatMap(({ state }, index) => (state === 'open' ? [index + 1] : []));
  if (all.length < 2 || numbers.length === 0) return NOTHING;
  if (numbers.length === all.length) return open`For ${all.length} agencies.`;
  const which = openList(
    numbers.map((n) => open`${n}`),
    ' and ',
  );
  return open`For ${protocolWords(numbers.length === 1 ? 'agency' : 'agencies')} ${which} of ${all.length}.`;
}

/**
 * One choice instead of a row for each: with all of them ticked what is the same for all is one press. Nobody agrees and nothing is
 * decided by a tick that somebody else has set, so these start empty.
 */
export function ofField(
  sheet: CaseSheet,
  step: Step,
  { typed, fault = '' }: { readonly typed?: unknown; readonly fault?: string } = {},
): FieldData[] {
  const open = openInstances(sheet, step);
  if (open.length < 2) return [];
  const same = step.kind === 'record' || step.kind === 'send';
  const value = typeof typed === 'string' ? typed : same ? open.map(({ id }) => id).join(',') : '';
  const label = step.each === 'agencies' ? 'For which agencies' : 'For which children';
  return [
    fieldWithFault(OF, label, 'many', fault, {
      value,
      choices: open.map(({ id }) => ({ title: choiceText(nameOfInstance(sheet, id)), value: id })),
    }),
  ];
}

/** Whom a press is about: the chosen ones, the only one there is, or nobody where the step is not done for each. */
export function chosenInstances(
  sheet: OpenSheet,
  step: Step,
  data: Readonly<Record<string, unknown>>,
): readonly (ChildId | undefined)[] {
  if (step.each === undefined) return [undefined];
  const open = openInstances(sheet, step).map(({ id }) => id);
  if (open.length < 2) return [open[0]];
  const typed = typeof data[OF] === 'string' ? data[OF] : '';
  const chosen = asText(typed)
    .split(',')
    .filter((id) => open.includes(id));
  // With none the engine says that one has to be chosen.
  return chosen.length > 0 ? chosen : [undefined];
}
