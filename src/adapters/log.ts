/**
 * One JSON line an event, on standard error: standard output belongs to the commands' answers.
 */
import type { Clock, Log } from '../application/ports.ts';

export type LogLevel = 'info' | 'warn' | 'error' | 'silent';

const LEVELS: readonly LogLevel[] = ['info', 'warn', 'error', 'silent'];

/** Long text is free text, and free text is where a family's story would get into a log. */
const LONGEST_VALUE = 200;

export function jsonLog(
  level: LogLevel,
  clock: Clock,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const at = (own: LogLevel): Log['info'] =>
    LEVELS.indexOf(own) < LEVELS.indexOf(level)
      ? () => {}
      : (event, details = {}) => {
          const line: Record<string, string | number | boolean> = { at: clock.now(), level: own, event: cut(event) };
          // A detail cannot pass for one of the three above.
          for (const [name, value] of Object.entries(details)) line[name] ??= cut(value);
          write(`${JSON.stringify(line)}\n`);
        };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

function cut(value: string | number | boolean): string | number | boolean {
  return typeof value === 'string' && value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}
