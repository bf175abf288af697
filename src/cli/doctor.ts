/** `stepwise doctor`: what the running bot says of its dependencies. */
import { askBot, BOT_PORT, NO_BOT } from './ask-bot.ts';
import type { Outcome } from './command.ts';

export async function doctor(): Promise<Outcome> {
  const ready = await askBot('/readyz');
  if (ready === undefined) return { exit: 1, error: NO_BOT, json: { running: false, port: BOT_PORT, error: NO_BOT } };
  const checks = read(ready.body);
  if (checks === undefined) {
    const error = `Something on port ${BOT_PORT} answers, but not as Stepwise does.`;
    return { exit: 1, error, json: { running: false, port: BOT_PORT, error } };
  }
  const well = ready.status === 200;
  const width = Math.max(0, ...Object.keys(checks).map((name) => name.length));
  const lines = Object.entries(checks).map(([name, state]) => `  ${name.padEnd(width)}  ${state}`);
  return {
    exit: well ? 0 : 1,
    json: { running: true, port: BOT_PORT, well, checks },
    text: [`The bot on port ${BOT_PORT} ${well ? 'is well.' : 'needs help.'}`, ...lines].join('\n'),
  };
}

function read(body: string): Readonly<Record<string, string>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    return Object.fromEntries(
      Object.entries(value).map(([name, state]) => [name, typeof state === 'string' ? state : JSON.stringify(state)]),
    );
  } catch {
    return undefined;
  }
}
