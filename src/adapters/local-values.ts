/**
 * What a council fills in itself, beside its protocols: the directory file of an installation may say which reading of a sentence it
 * takes, when its forums meet, when it is shut, where its mailboxes are and which numbers to ring.
 */
import type { Council, Cycle, Mailbox, Weekday } from '../domain/protocol/types.ts';
import type { Day } from '../domain/time/instant.ts';

export interface LocalValues {
  /** Setting: option. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly cycles?: Readonly<Record<string, LocalCycle>>;
  /** Mailbox: address. */
  readonly mailboxes?: Readonly<Record<string, string>>;
  readonly closureDays?: readonly { readonly day: Day; readonly name: string }[];
  readonly safeguarding?: { readonly daytime?: string; readonly outOfHours?: string };
}

export interface LocalCycle {
  readonly weekday?: Weekday;
  /** `HH:mm`. */
  readonly time?: string;
  /** A day on which the forum met or will meet. */
  readonly from?: Day;
  /** One list, or one for each team. */
  readonly dates?: readonly Day[] | Readonly<Record<string, readonly Day[]>>;
}

/** Where a value stands, as a path below the council in the file, and what is wrong with it. */
export interface LocalFault {
  readonly path: readonly string[];
  readonly words: string;
}

/** The council as it is here. A mailbox that the council has no part for is left to the directory. */
export function withLocalValues(council: Council, local: LocalValues): Council {
  const settings = Object.entries(council.settings).map(([name, setting]) => {
    const option = local.settings?.[name];
    return [name, option !== undefined && setting.options.includes(option) ? { ...setting, default: option } : setting];
  });
  const cycles = Object.entries(council.cycles).map(([name, cycle]) => {
    const own = local.cycles?.[name];
    return [name, own ? withLocalCycle(cycle, own) : cycle];
  });
  const mailboxes = Object.entries(council.mailboxes).map(([name, mailbox]): [string, Mailbox] => {
    const address = local.mailboxes?.[name];
    return [name, address === undefined ? mailbox : { ...mailbox, address }];
  });
  const numbers = Object.fromEntries(
    Object.entries(local.safeguarding ?? {}).filter(([, number]) => number !== undefined),
  );
  return {
    ...council,
    settings: Object.fromEntries(settings),
    cycles: Object.fromEntries(cycles),
    mailboxes: Object.fromEntries(mailboxes),
    safeguarding: { ...council.safeguarding, ...numbers },
    closureDays: [...council.closureDays, ...(local.closureDays ?? [])],
  };
}

function withLocalCycle(cycle: Cycle, { weekday, time, from, dates }: LocalCycle): Cycle {
  return {
    ...cycle,
    ...(weekday === undefined ? {} : { weekday }),
    ...(time === undefined ? {} : { time }),
    ...(from === undefined ? {} : { from }),
    ...(dates === undefined ? {} : isList(dates) ? { dates } : { datesOfTeam: { ...cycle.datesOfTeam, ...dates } }),
  };
}

function isList(dates: NonNullable<LocalCycle['dates']>): dates is readonly Day[] {
  return Array.isArray(dates);
}

/** What is said of settings, options, forums, teams and mailboxes that the council does not have. Empty when all is well. */
export function localFaults(council: Council, local: LocalValues): readonly LocalFault[] {
  const faults: LocalFault[] = [];
  const add = (path: readonly string[], words: string) => faults.push({ path, words });
  const known = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));

  for (const [name, option] of Object.entries(local.settings ?? {})) {
    const setting = council.settings[name];
    if (!setting)
      add(
        ['settings', name],
        `${council.name} has no setting of this name; it has ${known(Object.keys(council.settings))}`,
      );
    else if (!setting.options.includes(option))
      add(['settings', name], `"${option}" is none of its options: ${known(setting.options)}`);
  }
  for (const [name, own] of Object.entries(local.cycles ?? {})) {
    const cycle = council.cycles[name];
    if (!cycle) {
      add(['cycles', name], `${council.name} has no forum of this name; it has ${known(Object.keys(council.cycles))}`);
      continue;
    }
    for (const fault of cycleFaults(cycle, own)) add(['cycles', name, fault.key], fault.words);
    if (own.dates === undefined || isList(own.dates)) continue;
    for (const team of Object.keys(own.dates))
      if (!council.teams[team])
        add(
          ['cycles', name, 'dates', team],
          `is no team of ${council.name}; it has ${known(Object.keys(council.teams))}`,
        );
  }
  for (const name of Object.keys(local.mailboxes ?? {}))
    if (!council.mailboxes[name])
      add(
        ['mailboxes', name],
        `${council.name} has no mailbox of this name; it has ${known(Object.keys(council.mailboxes))}`,
      );
  return faults;
}

/** A value that the forum's pattern has no use for would be believed and do nothing. */
function cycleFaults({ every }: Cycle, own: LocalCycle): readonly { readonly key: string; readonly words: string }[] {
  const weekly = typeof every === 'object' && every.unit === 'weeks' && every.n === 1;
  const listed = every === 'dates';
  const regular = typeof every === 'object' && !weekly;
  return [
    ...(own.weekday !== undefined && !weekly
      ? [{ key: 'weekday', words: 'is for a forum that meets every week' }]
      : []),
    ...(own.from !== undefined && !regular
      ? [{ key: 'from', words: 'is for a forum that meets every so many weeks or months' }]
      : []),
    ...(own.dates !== undefined && !listed
      ? [{ key: 'dates', words: 'is for a forum whose days the council lists' }]
      : []),
  ];
}
