/** A draft that was begun from a mail: each value that was read from it says so until the person has changed it, and who made the referral is asked. */
import { WORKER } from '../../src/application/mail/sheet.ts';
import type { Person } from '../../src/application/ports.ts';
import type { Protocol } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { capital } from '../../src/domain/wording.ts';
import type { Drafting, FromMail } from './drafting.ts';
import { asText, type FieldData, fieldWithFault } from './fields.ts';
import { choiceText, type Line, line } from './text.ts';

const CHECK = 'From the mail, please check.';

/** Ids of the fields of a page that came from the mail and have not been touched since. */
export function filledOn({ draft }: Pick<Drafting, 'draft'>, key: string): ReadonlySet<string> {
  const prefix = `${key}.`;
  const own = (draft.mail?.filled ?? []).filter((each) => each.startsWith(prefix));
  return new Set(own.map((each) => each.slice(prefix.length)));
}

export function markedInputs(
  drafting: Pick<Drafting, 'draft'>,
  key: string,
  inputs: readonly FieldData[],
): FieldData[] {
  const filled = filledOn(drafting, key);
  return inputs.map((input) => (filled.has(input.id) ? { ...input, note: `${CHECK} ${input.note}`.trim() } : input));
}

/** "From a mail that arrived Fri 18 Dec 2026, 18:45. The clock counts from then." */
export function fromMailLines(fromMail: FromMail | undefined): Line[] {
  if (!fromMail) return [];
  const clock = fromMail.isSent ? ' The clock counts from then.' : '';
  return [line(`From a mail that arrived ${writeInstant(fromMail.receivedAt)}.${clock}`)];
}

/** More are not picked from a list: a card has 28 kB. */
const MOST_CHOICES = 40;

/** "Social worker": for whom the case is opened. The sender where they are one, and even then to be checked. */
export function workerFields(drafting: Drafting): FieldData[] {
  const { draft, fromMail, faults, pressed, protocol } = drafting;
  if (!fromMail) return [];
  const { workers } = fromMail;
  const stored = draft.pages[WORKER] ?? {};
  const value = asText(stored.worker);
  const fault = pressed ? (faults[`${WORKER}.worker`] ?? '') : '';
  const note = filledOn(drafting, WORKER).has('worker') ? CHECK : '';
  const label = workerLabel(protocol);
  if (workers.length > 0 && workers.length <= MOST_CHOICES) {
    const choices = workers.map(({ id, name }) => ({ title: choiceText(name), value: id }));
    return [
      fieldWithFault(WORKER, label, choices.length <= 5 ? 'one' : 'pick', fault, {
        value,
        choices,
        hint: 'Choose',
        note,
      }),
    ];
  }
  const chosen = workers.find(({ id }) => id === value);
  return [
    fieldWithFault(WORKER, label, 'text', fault, {
      value: chosen?.mail ?? asText(stored.typed),
      hint: 'Name or e-mail address',
      note,
    }),
  ];
}

/** What was chosen or typed, as the draft keeps it: whoever is not among those who may have made it is nobody. */
export function workerFrom(
  typed: string,
  workers: readonly Person[],
): { readonly worker: string; readonly typed: string } {
  const said = typed.trim().toLowerCase();
  const found = workers.filter(({ id, mail, name }) => [id, mail, name].some((each) => each.toLowerCase() === said));
  return { worker: found.length === 1 ? (found[0]?.id ?? '') : '', typed: typed.trim().slice(0, 200) };
}

export function workerLabel({ council, opening }: Protocol): string {
  const [only = '', ...others] = opening.by;
  return others.length === 0 ? capital(council.roles[only]?.name ?? 'Worker') : 'Who made the referral';
}
