/** Mail that goes out, over Graph. What comes in is read by mailbox-feed.ts. */
import type { Mailboxes } from '../../application/ports.ts';
import type { Graph } from './client.ts';
import { type SendingOptions, sending } from './sending.ts';

export { LARGEST_ATTACHMENT } from './attachments.ts';
export { messageIdOf } from './drafts.ts';

export function graphMailboxes(graph: Graph, options: SendingOptions = {}): Mailboxes {
  return { send: sending(graph, options) };
}
