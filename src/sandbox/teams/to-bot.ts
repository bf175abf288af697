/** Handing an activity to the bot's messages endpoint, as the Bot Framework service would. */
import type { SandboxContext } from '../context.ts';
import type { JsonObject } from './records.ts';

/** Bot Framework gives up after 15 seconds on most channels (graph/facts.md, section 6). */
const PATIENCE = 15_000;

export type Delivery =
  | { readonly arrived: true; readonly status: number; readonly body: unknown }
  | { readonly arrived: false; readonly why: 'no answer in time' | 'not reachable' };

export async function deliver(context: SandboxContext, activity: JsonObject): Promise<Delivery> {
  try {
    const response = await fetch(context.botMessagesUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify(activity),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const text = await response.text();
    return { arrived: true, status: response.status, body: parse(text) };
  } catch (fault) {
    const late = fault instanceof Error && fault.name === 'TimeoutError';
    return { arrived: false, why: late ? 'no answer in time' : 'not reachable' };
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** In the words that a person reads; null when all is well. */
export function trouble(delivery: Delivery): string | null {
  if (!delivery.arrived) {
    return delivery.why === 'not reachable'
      ? 'Stepwise could not be reached. Is it running? Please try again.'
      : 'Stepwise did not answer within 15 seconds. Please try again.';
  }
  return delivery.status >= 200 && delivery.status < 300
    ? null
    : `Stepwise could not deal with this (HTTP ${delivery.status}). Please try again.`;
}
