/** What the sandbox is told by the environment. */
import { type Instant, parseInstant } from '../domain/time/instant.ts';

export interface Settings {
  readonly sandboxPort: number;
  readonly botPort: number;
  readonly dataDir: string;
  /** Where the clock begins when it was never started before. */
  readonly start?: Instant;
  readonly ticking: boolean;
  /** Whose people are there; absent: every council of the directory file. */
  readonly councils?: readonly string[];
  /** Folder with protocols of councils of one's own. */
  readonly protocols?: string;
  /** False: somebody else starts the bot, or nobody does. */
  readonly startsBot: boolean;
}

/** What only the sandbox reads; the rest it shares with the product (src/config.ts). */
export const SANDBOX_SETTINGS = ['SANDBOX_START', 'SANDBOX_CLOCK', 'SANDBOX_BOT'] as const;

/** A sentence for the terminal. */
export interface SettingsFault {
  readonly fault: string;
}

function port(value: string | undefined, fallback: number): number | undefined {
  if (value === undefined || value === '') return fallback;
  const number = Number(value);
  return Number.isInteger(number) && number >= 1 && number <= 65_535 ? number : undefined;
}

/** @returns a fault, never an exception, for anything that cannot be meant */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings | SettingsFault {
  const credential = ['MicrosoftAppId', 'MicrosoftAppPassword'].find((name) => environment[name]);
  if (credential) {
    return {
      fault: `The sandbox does not run beside real credentials: ${credential} is set. Unset it to use the sandbox, or run "npm start" with all of a real tenant's settings.`,
    };
  }
  const sandboxPort = port(environment.SANDBOX_PORT, 3979);
  const botPort = port(environment.PORT, 3978);
  if (sandboxPort === undefined) return { fault: `SANDBOX_PORT is "${environment.SANDBOX_PORT}", which is no port.` };
  if (botPort === undefined) return { fault: `PORT is "${environment.PORT}", which is no port.` };
  if (sandboxPort === botPort)
    return { fault: `SANDBOX_PORT and PORT are both ${botPort}. Set one of them to another.` };
  let start: Instant | undefined;
  if (environment.SANDBOX_START) {
    try {
      start = parseInstant(environment.SANDBOX_START);
    } catch {
      return {
        fault: `SANDBOX_START is "${environment.SANDBOX_START}". Write a moment, like 2026-12-17T16:20:00Z.`,
      };
    }
  }
  return {
    sandboxPort,
    botPort,
    dataDir: environment.DATA_DIR || './data',
    ...(start ? { start } : {}),
    ticking: environment.SANDBOX_CLOCK !== 'still',
    ...(environment.PROTOCOLS ? { protocols: environment.PROTOCOLS } : {}),
    ...(environment.COUNCILS ? { councils: environment.COUNCILS.split(',').map((name) => name.trim()) } : {}),
    startsBot: environment.SANDBOX_BOT !== 'off',
  };
}
