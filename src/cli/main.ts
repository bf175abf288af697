/** The `stepwise` command: finds the command asked for and prints what it answers. Exit 0: done · 1: the answer is no · 2: bad usage. */
import { parseArgs } from 'node:util';
import { nearest } from '../adapters/protocol-files/near.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';

async function run(argv: readonly string[]): Promise<void> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    console.error(usage());
    return finish(2);
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    console.log(usage());
    return finish(0);
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const near = nearest(name, Object.keys(COMMANDS));
    console.error(
      `There is no command "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`}\n\n${usage()}`,
    );
    return finish(2);
  }
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(command, rest);
  } catch (error) {
    // parseArgs names the option and what it expects; its advice on `--` is for programmers.
    const words = error instanceof Error ? (error.message.split('. To specify')[0] ?? '') : String(error);
    console.error(`${words.replace(/\.$/, '')}.\n\nstepwise ${command.usage}`);
    return finish(2);
  }
  const json = parsed.values.json === true;
  if (parsed.values.help === true) {
    console.log(`stepwise ${command.usage}\n\n${command.about}`);
    return finish(0);
  }
  const outcome = await command.run(parsed);
  if (outcome.exit === 2) console.error(`${outcome.error ?? 'That cannot be read.'}\n\nstepwise ${command.usage}`);
  else if (outcome.error !== undefined) {
    if (json) console.log(JSON.stringify(outcome.json ?? { error: outcome.error }));
    console.error(outcome.error);
  } else if (json) console.log(JSON.stringify(outcome.json ?? null));
  else if (outcome.text !== undefined && outcome.text !== '') console.log(outcome.text);
  return finish(outcome.exit);
}

function parse(command: Command, args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: true,
  }) as {
    readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
    readonly positionals: readonly string[];
  };
}

function usage(): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.split(' ')[0]?.length ?? 0));
  const lines = Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about.split('\n')[0]}`);
  return `stepwise <command> [--json]\n\n${lines.join('\n')}\n\nstepwise <command> --help tells more.`;
}

/** Lets what has been printed drain: process.exit would cut a pipe short. */
function finish(code: number): void {
  process.exitCode = code;
}

await run(process.argv.slice(2));
