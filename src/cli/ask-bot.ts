/** Asks the bot that should be running on this machine. */

export const BOT_PORT = process.env.PORT?.trim() || '3978';

export interface Heard {
  readonly status: number;
  readonly body: string;
}

/** What the bot answered, or undefined where none does. */
export async function askBot(path: string): Promise<Heard | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${BOT_PORT}${path}`, { signal: AbortSignal.timeout(10_000) });
    return { status: response.status, body: await response.text() };
  } catch {
    return undefined;
  }
}

export const NO_BOT = `No bot answers on port ${BOT_PORT}. Start it with "npm start", or say where it is: PORT=<port>.`;
