/** Teams, as far as the use cases see it: where cards were posted and edited, when, and what stands there now. */
import type { AdaptiveCard, Chat, Post } from '../../src/application/ports.ts';
import type { Instant } from '../../src/domain/time/instant.ts';

export interface Sent {
  readonly kind: 'post' | 'edit';
  readonly at: Instant;
  /** A person's id, or a Teams channel's id. */
  readonly to: string;
  readonly activityId: string;
  readonly card: AdaptiveCard;
  readonly bell: string;
}

export interface RecordingChat extends Chat {
  readonly sent: readonly Sent[];
  posts(): readonly Sent[];
  /** The next calls fail: before anything happens, or after Teams took it. */
  fail(times: number, when: 'before' | 'after'): void;
  clear(): void;
}

export function openChat(now: () => Instant): RecordingChat {
  let sent: Sent[] = [];
  let failing: { times: number; when: 'before' | 'after' } = { times: 0, when: 'before' };
  let count = 0;

  function through(entry: () => Sent): void {
    const fails = failing.times > 0;
    if (fails) failing = { ...failing, times: failing.times - 1 };
    if (fails && failing.when === 'before') throw new Error('Teams does not answer.');
    sent = [...sent, entry()];
    if (fails) throw new Error('The answer of Teams was lost.');
  }

  return {
    get sent() {
      return sent;
    },
    posts: () => sent.filter(({ kind }) => kind === 'post'),
    fail(times, when) {
      failing = { times, when };
    },
    clear() {
      sent = [];
    },
    async post(to, card, bell) {
      count += 1;
      const activityId = String(count);
      const where = 'person' in to ? to.person : to.channelId;
      through(() => ({ kind: 'post', at: now(), to: where, activityId, card, bell }));
      return { conversationId: where, activityId, serviceUrl: 'http://127.0.0.1/connector/' };
    },
    async edit(post: Post, card) {
      const { activityId, conversationId: to } = post;
      through(() => ({ kind: 'edit', at: now(), to, activityId, card, bell: '' }));
    },
  };
}
