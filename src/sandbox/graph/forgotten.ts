/** Delta tokens that Graph no longer knows, on request: they live as long as a cache of Exchange's does, and nobody says how long that is. */
import type { SandboxContext } from '../context.ts';
import { type Answer, isObject } from './call.ts';
import type { Forgotten } from './delta.ts';
import { ownerOf, owners } from './directory.ts';

export const forgottenTokens = ({ state }: SandboxContext) => state.collection<Forgotten>('graph-forgotten-tokens');

const FORM =
  'Say {"mailbox": "<address or id>", "status": 410}. Without a mailbox it is for all; status is 400 (syncStateNotFound) or 410 (resyncRequired), 400 if nothing is said.';

/** Every token given out so far, of mail and of diaries, is from now on answered as one that is unknown. */
export function forgetTokens(context: SandboxContext, body: unknown): Answer {
  const { mailbox, status = 400 } = isObject(body) ? body : { mailbox: undefined };
  const owner = typeof mailbox === 'string' ? ownerOf(context, mailbox) : undefined;
  if ((status !== 400 && status !== 410) || (mailbox !== undefined && !owner)) {
    return { status: 400, body: { error: FORM } };
  }
  const meant = owner ? [owner] : owners(context);
  context.state.together(() => {
    const before = context.state.next();
    for (const { id } of meant) forgottenTokens(context).put({ id, before, status });
  });
  return { status: 200, body: { mailboxes: meant.length } };
}
