/**
 * What changes while somebody looks at the page, as server-sent events: `teams`, `read`, `typing`, `outlook` and `clock`.
 * An event says where to look again and carries no content, so it is the same for every acting person.
 */
import type { Response } from 'restify';
import type { SandboxContext } from '../context.ts';
import type { Change, State } from '../state.ts';
import { MESSAGES, READS, recordsOf, VIEWS } from './records.ts';

/** Proxies and browsers give up on a silent connection after half a minute or more. */
const HEARTBEAT = 20_000;

type Typing = (conversation: string) => void;
const typingListeners = new WeakMap<State, Set<Typing>>();

/** Typing is not kept: it is gone a moment later. */
export function announceTyping(context: SandboxContext, conversation: string): void {
  for (const listener of typingListeners.get(context.state) ?? []) listener(conversation);
}

export function streamEvents(context: SandboxContext, response: Response): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'keep-alive',
    'X-Accel-Buffering': 'no',
  });
  const send = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  send('hello', context.clock.reading());

  const records = recordsOf(context.state);
  let lastClock = context.clock.now() as string;
  const onChange = ({ collection, id }: Change) => {
    if (collection === MESSAGES) send('teams', { conversation: records.messages.get(id)?.conversation, message: id });
    else if (collection === VIEWS) {
      const [message = ''] = id.split('|');
      send('teams', { conversation: records.messages.get(message)?.conversation, message });
    } else if (collection === READS) send('read', {});
    else if (collection === 'graph-messages' || collection === 'graph-events') send('outlook', { collection });
    // The clock announces a move just before it shows it.
    else if (collection === 'clock') queueMicrotask(() => send('clock', context.clock.reading()));
  };
  const onTyping: Typing = (conversation) => send('typing', { conversation });
  const listeners = typingListeners.get(context.state) ?? new Set<Typing>();
  typingListeners.set(context.state, listeners.add(onTyping));
  context.state.changes.on('change', onChange);

  // A clock that runs writes nothing down, so it is looked at; a second is soon enough for a display of minutes.
  const watch = setInterval(() => {
    const reading = context.clock.reading();
    if (reading.now.slice(0, 16) !== lastClock.slice(0, 16)) send('clock', reading);
    lastClock = reading.now;
  }, 1000);
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT);
  watch.unref();
  heartbeat.unref();

  const stop = () => {
    clearInterval(watch);
    clearInterval(heartbeat);
    context.state.changes.off('change', onChange);
    listeners.delete(onTyping);
  };
  response.on('close', stop);
}
