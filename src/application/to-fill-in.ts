/** What a council has to fill in before families depend on the program. Read from its data as it is here, local values included. */
import type { Council, Cycle, Protocol, RuleId, Step } from '../domain/protocol/types.ts';
import { cycleOf } from './waiting.ts';

export interface ToFillIn {
  /** `day of the Early Help Panel`. */
  readonly what: string;
  /** Path below the council: in council.yaml, or in the directory file of the installation. */
  readonly where: string;
  /** What does not happen until then, in a sentence. */
  readonly why: string;
  readonly rules: readonly RuleId[];
}

/** @param protocols of the council: a forum is only asked for where something waits for it */
export function toFillIn(council: Council, protocols: readonly Protocol[]): readonly ToFillIn[] {
  return [...numbers(council), ...mailboxes(council), ...cycles(council, protocols)];
}

function numbers({ safeguarding: { daytime, outOfHours, rules } }: Council): readonly ToFillIn[] {
  const why = 'Until then the card on risk says 999 and "ring your manager".';
  return [
    ...(daytime === undefined
      ? [{ what: 'number to ring in the daytime', where: 'safeguarding.daytime', why, rules }]
      : []),
    ...(outOfHours === undefined
      ? [{ what: 'number to ring in the evening and at weekends', where: 'safeguarding.outOfHours', why, rules }]
      : []),
  ];
}

function mailboxes({ mailboxes: all }: Council): readonly ToFillIn[] {
  return Object.entries(all).flatMap(([id, { name, address, rules }]) =>
    address === undefined
      ? [{ what: `address of ${name}`, where: `mailboxes.${id}`, why: 'Nothing is sent to it until then.', rules }]
      : [],
  );
}

function cycles({ cycles: all, teams }: Council, protocols: readonly Protocol[]): readonly ToFillIn[] {
  const steps = protocols.flatMap((protocol) =>
    Object.values(protocol.steps).map((step): [Step, string | undefined] => [step, cycleOf(protocol, step)]),
  );
  return Object.entries(all).flatMap(([id, cycle]) => {
    const waits = steps.filter(([, name]) => name === id).map(([step]) => step);
    const missing = missingOf(cycle, Object.keys(teams));
    if (missing === undefined || (waits.length === 0 && cycle.takes.length === 0)) return [];
    const titles = [...new Set(waits.map(({ title }) => title))];
    const why =
      titles.length > 0
        ? `Until then there is no date for: ${titles.join(', ')}.`
        : 'Until then its list is not posted.';
    return [
      { what: `${missing.what} of the ${cycle.title}`, where: `cycles.${id}.${missing.key}`, why, rules: cycle.rules },
    ];
  });
}

function missingOf(
  cycle: Cycle,
  teams: readonly string[],
): { readonly what: string; readonly key: string } | undefined {
  const { every, weekday, from, dates, datesOfTeam } = cycle;
  if (every === 'working day') return undefined;
  if (every === 'dates') {
    const without = teams.filter((team) => (datesOfTeam[team] ?? []).length === 0);
    const byTeam = Object.keys(datesOfTeam).length > 0;
    if (dates.length > 0 || (byTeam && without.length === 0)) return undefined;
    return { what: byTeam ? `days (${without.join(', ')})` : 'days', key: 'dates' };
  }
  if (every.unit === 'weeks' && every.n === 1) return (weekday ?? from) ? undefined : { what: 'day', key: 'weekday' };
  return from === undefined ? { what: 'first day', key: 'from' } : undefined;
}
