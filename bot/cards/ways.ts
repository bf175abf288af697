/** The ways in which a step can be answered: its outcomes and moments, in the protocol's words, and in plain ones where it has none. */
import { isMailed } from '../../src/domain/case/steps.ts';
import type { Outcome, Step } from '../../src/domain/protocol/types.ts';
import { short } from './buttons.ts';
import { outcomeDone } from './words.ts';

export interface Way {
  /** Outcome or moment; undefined: the step is done. */
  readonly part: string | undefined;
  /** At most 24 characters. */
  readonly button: string;
  /** Of the page behind the button. */
  readonly heading: string;
  /** Of the button on that page. */
  readonly confirm: string;
  readonly says: string | undefined;
  readonly outcome: Outcome | undefined;
}

const PLAIN: Readonly<Record<Step['kind'], Readonly<Record<string, string>>>> = {
  send: { received: 'It has arrived' },
  record: {},
  consent: {
    given: 'They agree',
    refused: 'They do not agree',
    withdrawn: 'They changed their mind',
    overridden: 'Go on without consent',
    'not-appropriate': 'Not appropriate',
  },
  assign: { 'none-found': 'Nobody found' },
  decide: {},
  meet: { held: 'It took place', 'not-held': 'It did not take place', declined: 'Somebody cannot come' },
  resolve: { 'not-agreed': 'We do not agree' },
};

const DOES: Readonly<Record<Step['kind'], string>> = {
  send: 'Send',
  record: 'Record',
  consent: 'They agree',
  assign: 'Name',
  decide: 'Decide',
  meet: 'It took place',
  resolve: 'Decide',
};

export function wayOf(step: Step, part: string | undefined): Way {
  const outcome = outcomeDone(step, part);
  const does = step.kind === 'send' && !isMailed(step) ? 'Sent' : DOES[step.kind];
  const plain = (part === undefined ? undefined : PLAIN[step.kind][part]) ?? step.button ?? does;
  const button = outcome?.button ?? plain;
  return {
    part,
    button: short(button),
    heading: outcome ? (outcome.heading ?? outcome.button) : step.title,
    confirm: short(outcome?.confirm ?? button),
    says: outcome?.says,
    outcome,
  };
}
