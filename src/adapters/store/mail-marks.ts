/**
 * By what a mail is known again, without anything of it in the clear: keyed digests, but for one. Nobody without the master key can
 * compare them with an address or a Message-ID that they know.
 */
import { hash } from 'node:crypto';
import { derivedKey, type Key, keyedDigest } from '../sealing.ts';
import { chunks } from './chunks.ts';
import type { Db } from './tables.ts';

export interface Marks {
  /** One message in one mailbox. */
  seen(mailbox: string, messageId: string): string;
  /** What makes two messages one mail. */
  identity(council: string, identity: string): string;
  conversation(mailbox: string, conversationId: string): string;
  messageId(id: string): string;
  address(address: string): string;
}

/** Characters of base64url, six bits each: 132 bits, so that two of a hundred million are never the same. */
const SHORT = 22;

export function marksOf(masterKey: Key): Marks {
  const key = derivedKey(masterKey, 'mail book');
  return {
    // One for every message that was ever in the mailbox: short, and without a key, which would take five times as long. Nobody outside
    // Microsoft 365 knows an id to compare it with, and it says nothing of the mail.
    seen: (mailbox, messageId) => hash('sha256', JSON.stringify([mailbox, messageId]), 'base64url').slice(0, SHORT),
    identity: (council, identity) => keyedDigest(key, ['identity', council, identity]),
    conversation: (mailbox, conversationId) => keyedDigest(key, ['conversation', mailbox, conversationId]),
    messageId: (id) => keyedDigest(key, ['message-id', bareMessageId(id)]),
    address: (address) => keyedDigest(key, ['address', address.trim().toLowerCase()]),
  };
}

/** @example bareMessageId(' <a@b> ') // 'a@b' */
export function bareMessageId(id: string): string {
  const trimmed = id.trim();
  return trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed;
}

/** Marks by which later mails find this one. */
export async function noteThreads(db: Db, rows: readonly { mark: string; mail_id: string }[]): Promise<void> {
  for (const some of chunks(rows)) {
    await db
      .insertInto('mail_threads')
      .values([...some])
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
