/** What a council has to fill in before families depend on the bot, and which sentences it may read otherwise: for `check` and `doctor`. */
import { type DirectoryEntries, localValuesOf } from '../adapters/directory.ts';
import { withLocalValues } from '../adapters/local-values.ts';
import type { ProtocolFiles } from '../adapters/protocol-files/load.ts';
import { toFillIn } from '../application/to-fill-in.ts';
import type { Council, CouncilId, Role } from '../domain/protocol/types.ts';

export interface ToDo {
  readonly council: CouncilId;
  /** `day of the Early Help Panel`. */
  readonly what: string;
  /** Path below the council: in council.yaml, or in the directory file. */
  readonly where: string;
  /** What does not happen until then. */
  readonly why: string;
  readonly rules: readonly string[];
  /** Where the document leaves it open. */
  readonly ambiguities: readonly string[];
}

export interface Reading {
  readonly council: CouncilId;
  readonly setting: string;
  /** The option in force: the data's default, or what the directory file says. */
  readonly now: string;
  readonly default: string;
  readonly options: readonly string[];
  readonly ambiguity: string;
  readonly about?: string;
}

/** @param entries of the installation's directory file; without them what a council filled in there is not known, and is asked for */
export function beforeGoLive(files: ProtocolFiles, entries: DirectoryEntries | undefined): readonly ToDo[] {
  return files.councils.flatMap((council) => {
    const here = asHere(council, entries);
    const own = files.protocols.filter((protocol) => protocol.council.id === council.id);
    const open = toFillIn(
      here,
      own.map((protocol) => ({ ...protocol, council: here })),
    );
    return open.map((each) => ({
      council: council.id,
      ...each,
      ambiguities: ambiguitiesOf(files, council.id, each.rules),
    }));
  });
}

export function readingsOf(files: ProtocolFiles, entries: DirectoryEntries | undefined): readonly Reading[] {
  return files.councils.flatMap((council) => {
    const here = asHere(council, entries);
    return Object.entries(council.settings).map(([setting, { options, default: usual, ambiguity, about }]) => ({
      council: council.id,
      setting,
      now: here.settings[setting]?.default ?? usual,
      default: usual,
      options,
      ambiguity,
      ...(about === undefined ? {} : { about }),
    }));
  });
}

/** Every role, team, channel and mailbox of a council that is in the directory file has its place in the tenant. */
export function placesToFill(files: ProtocolFiles, entries: DirectoryEntries | undefined): readonly ToDo[] {
  if (entries === undefined) return [];
  return files.councils.flatMap((council) => {
    const here = entries.councils[council.id];
    if (here === undefined) return [];
    const offered = files.protocols.filter((protocol) => protocol.council.id === council.id && protocol.offered);
    const used = JSON.stringify(offered.map(({ council: _, ...pathway }) => pathway));
    const needs = (name: string) => used.includes(`"${name}"`) || used.includes(`/${name}"`);
    const teams = Object.entries(here.teams);
    const group = (id: string, role: Role): Place => ({ what: `group of the ${role.name}`, where: `groups.${id}` });
    const missing: readonly Place[] = [
      ...Object.entries(council.roles).flatMap(([id, role]) => {
        if (!needs(id) || role.outside === true || id in here.groups) return [];
        const placed = teams.length > 0 && teams.every(([, team]) => id in team.groups);
        return placed && role.held !== 'group' ? [] : [group(id, role)];
      }),
      ...Object.keys(council.teams).flatMap((id) =>
        id in here.teams ? [] : [{ what: `groups and channel of the team ${id}`, where: `teams.${id}` }],
      ),
      ...Object.entries(council.channels).flatMap(([id, { name }]) =>
        id in here.channels ? [] : [{ what: `channel ${name}`, where: `channels.${id}` }],
      ),
      ...Object.entries(council.mailboxes).flatMap(([id, { name, address }]) =>
        id in here.mailboxes || address === undefined
          ? []
          : [{ what: `address of ${name} in this tenant`, where: `mailboxes.${id}` }],
      ),
    ];
    return missing.map((each) => ({
      council: council.id,
      ...each,
      why: 'It has no place in the tenant: nobody is asked and nothing is posted there.',
      rules: [],
      ambiguities: [],
    }));
  });
}

type Place = Pick<ToDo, 'what' | 'where'>;

function asHere(council: Council, entries: DirectoryEntries | undefined): Council {
  return withLocalValues(council, localValuesOf(entries?.councils[council.id]));
}

/** The doubts that say in our words what a council has to set; others about the same rule are about its reading. */
function ambiguitiesOf(files: ProtocolFiles, council: CouncilId, rules: readonly string[]): readonly string[] {
  return (files.ambiguities[council] ?? []).flatMap(({ id, built, rules: about }) =>
    /\b(until the council|until then|till then|filled in|council lists)\b/i.test(built) &&
    about.some((rule) => rules.includes(rule))
      ? [id]
      : [],
  );
}

/** Under the name of each council, a line for what and one for why. */
export function writeToDo(files: ProtocolFiles, all: readonly ToDo[]): readonly string[] {
  if (all.length === 0) return [];
  const lines = ({ what, where, why, rules, ambiguities }: ToDo) => [
    `    ${what} (${[where, ...rules, ...ambiguities].join(', ')})`,
    `      ${why}`,
  ];
  return ['Before families depend on it, fill in:', ...byCouncil(files, all, lines)];
}

/** `seven-days: calendar; may be changed: working (AMB-04)`. */
export function writeReadings(files: ProtocolFiles, all: readonly Reading[]): readonly string[] {
  if (all.length === 0) return [];
  const lines = ({ setting, now, options, ambiguity, about }: Reading) => [
    `    ${setting}: ${now}; may be changed: ${options.filter((each) => each !== now).join(', ')} (${ambiguity})`,
    ...(about === undefined ? [] : [`      ${about}`]),
  ];
  return ['Sentences that a council may read otherwise:', ...byCouncil(files, all, lines)];
}

function byCouncil<Item extends { readonly council: CouncilId }>(
  files: ProtocolFiles,
  all: readonly Item[],
  lines: (item: Item) => readonly string[],
): readonly string[] {
  return files.councils.flatMap(({ id, name }) => {
    const own = all.filter(({ council }) => council === id);
    return own.length === 0 ? [] : [`  ${name}`, ...own.flatMap(lines)];
  });
}
