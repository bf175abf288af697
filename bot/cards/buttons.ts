/** Buttons: what they say, and the signed fields that they send. */
import type { Press, Signer } from './signed.ts';

/** Teams cuts longer ones, and a short one is read at a glance (story.md section 4). */
export const LONGEST_BUTTON = 24;
const IN_SIGHT = 3;

export type Action = Readonly<Record<string, unknown>>;
export interface ButtonRow {
  readonly actions: readonly Action[];
}

export interface Ink {
  /** A button that sends what was typed together with its signed fields. */
  button(title: string, press: Press): Action;
}

export function createInk(signer: Pick<Signer, 'sign'>): Ink {
  return {
    button(title, press) {
      const data = { v: signer.sign(press) };
      // Clients from before Action.Execute send the same by Action.Submit.
      return { type: 'Action.Execute', title, verb: press.a, data, fallback: { type: 'Action.Submit', title, data } };
    },
  };
}

/** Hosts draw five in a row and drop the rest. */
const IN_A_ROW = 5;

/** Three in sight, the others under More, of which a second row has none; [Immediate risk] by itself and last. */
export function rows(buttons: readonly Action[], last?: Action): ButtonRow[] {
  const own = inRows(buttons).map(({ actions }) => ({
    actions: actions.map((button, index) => (index < IN_SIGHT ? button : { ...button, mode: 'secondary' })),
  }));
  return [...own, ...(last ? [{ actions: [last] }] : [])];
}

/** As many as there are, all in sight: one for each line of a list. */
export function inRows(buttons: readonly Action[]): ButtonRow[] {
  const found: ButtonRow[] = [];
  for (let first = 0; first < buttons.length; first += IN_A_ROW)
    found.push({ actions: buttons.slice(first, first + IN_A_ROW) });
  return found;
}

export const IMMEDIATE_RISK = 'Immediate risk';

/** A button's text from a sentence of the protocol that may be too long for one. */
export function short(title: string): string {
  return title.length <= LONGEST_BUTTON ? title : `${title.slice(0, LONGEST_BUTTON - 1).trimEnd()}…`;
}
