/** What follows `--set`: another reading of a sentence, by its own name or as the ledger prints the switch, or a course that a family took. */
import { didYouMean } from '../adapters/protocol-files/near.ts';
import type { Protocol } from '../domain/protocol/types.ts';
import { pairOf } from './command.ts';

/**
 * `name=value`; as the ledger prints a switch `name: value`, or a bare name, which switches it on.
 * @returns undefined where it is none of these
 */
export function switchOf(text: string): readonly [string, string] | undefined {
  const bare = /^[a-z][a-z0-9-]*$/i.test(text.trim());
  return pairOf(text) ?? pairOf(text.replace(':', '=')) ?? (bare ? [text.trim(), 'true'] : undefined);
}

export interface Switches {
  /** setting → option */
  readonly settings: Readonly<Record<string, string>>;
  /** step → outcome */
  readonly courses: Readonly<Record<string, string>>;
}

/**
 * @example readSwitches(protocol, { rollToWorkingTime: 'true' }) // { settings: { 'twenty-four-hours': 'roll' }, courses: {} }
 */
export function readSwitches(
  protocol: Protocol,
  set: Readonly<Record<string, string>>,
): Switches | { readonly error: string } {
  const settings: Record<string, string> = {};
  const courses: Record<string, string> = {};
  for (const [name, value] of Object.entries(set)) {
    const found = settingsNamed(protocol, name, value);
    if (typeof found === 'string') return { error: found };
    if (found.length > 0) {
      for (const [setting, option] of found) settings[setting] = option;
      continue;
    }
    const step = protocol.steps[name];
    if (!step) return { error: unknown(protocol, name) };
    const outcomes = 'outcomes' in step ? Object.keys(step.outcomes) : [];
    if (!outcomes.includes(value)) {
      const ends = outcomes.length > 0 ? ` It ends with: ${outcomes.join(', ')}.` : '';
      return { error: `"${name}" cannot end with "${value}".${ends}` };
    }
    courses[name] = value;
  }
  return { settings, courses };
}

/** By name, by the number of its ambiguity, or by the switch as printed; the words of the refusal where the option is none. */
function settingsNamed(
  protocol: Protocol,
  name: string,
  value: string,
): readonly (readonly [string, string])[] | string {
  const all = Object.entries(protocol.council.settings);
  const printed = all.flatMap(([id, { also }]) =>
    Object.entries(also).flatMap(([option, spellings]) =>
      spellings.some((spelling) => plain(spelling) === plain(`${name}=${value}`)) ? [[id, option] as const] : [],
    ),
  );
  if (printed.length > 0) return printed;
  const named = all.filter(
    ([id, { ambiguity }]) => plain(id) === plain(name) || ambiguity.toLowerCase() === name.toLowerCase(),
  );
  if (named.length === 0) return [];
  const matching = named.flatMap(([id, { options }]) => {
    const option = options.find((each) => plain(each) === plain(value));
    return option === undefined ? [] : [[id, option] as const];
  });
  if (matching.length > 0) return matching;
  const options = named.flatMap(([, setting]) => setting.options);
  return `The setting "${name}" has no option "${value}". It has: ${options.join(', ')}.`;
}

function unknown(protocol: Protocol, name: string): string {
  const settings = Object.keys(protocol.council.settings);
  const near = didYouMean(name, [...settings, ...Object.keys(protocol.steps)]);
  return `No setting or step is called "${name}"${near === '' ? '.' : near} Settings: ${settings.join(', ')}.`;
}

/** `rollToWorkingTime`, `roll-to-working-time` and `Roll to working time` are one name. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9=]/g, '');
}
