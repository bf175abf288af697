/** What a command is given, and what it answers with. */

export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
}

/** What a command came to. `json` is printed with --json, `text` without; `error` says why the answer is no. */
export interface Outcome {
  /** 0 done · 1 the answer is no · 2 bad usage; `start` and `playground` pass on the code of what they ran. */
  readonly exit: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly error?: string;
}

export interface Command {
  readonly usage: string;
  /** First line: what it is for. */
  readonly about: string;
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>>;
  run(parsed: Parsed): Promise<Outcome>;
}

/** A text option, absent or given. */
export function textOf(parsed: Parsed, name: string): string | undefined {
  const value = parsed.values[name];
  return typeof value === 'string' ? value : undefined;
}

export function textsOf(parsed: Parsed, name: string): readonly string[] {
  const value = parsed.values[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** `name=value`, or undefined where it is not that. */
export function pairOf(text: string): readonly [string, string] | undefined {
  const at = text.indexOf('=');
  const name = text.slice(0, at).trim();
  const value = text.slice(at + 1).trim();
  return at > 0 && name !== '' && value !== '' ? [name, value] : undefined;
}
