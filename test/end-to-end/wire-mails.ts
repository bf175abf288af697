/** Mails as the wire brings them to the sandbox's mailboxes, and what whoever reads these mailboxes sees of them. */
import { type Persona, persona, type Seen } from './person.ts';
import type { Product } from './product.ts';

/** A mail as it is, header and all. @param to one mailbox, or several for one mail to many */
export async function deliver(product: Product, mail: Buffer, ...to: string[]): Promise<void> {
  const query = new URLSearchParams(to.map((address): [string, string] => ['to', address]));
  await post(product, `mail?${query}`, mail, 'message/rfc822');
}

export interface Letter {
  readonly from?: { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly inReplyTo?: string;
}

export const STRANGER = { name: 'Sam Outwood', address: 'sam.outwood@rowan-school.example' };

/** As somebody outside writes. */
export async function write(product: Product, letter: Letter): Promise<void> {
  const { from = STRANGER, text = 'Please ring me back.' } = letter;
  await post(product, 'mail', JSON.stringify({ ...letter, from, text }), 'application/json');
}

async function post(product: Product, path: string, body: string | Buffer, type: string): Promise<void> {
  const response = await fetch(`${product.sandbox}/sandbox/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': type },
    body,
  });
  product.acted();
  if (!response.ok) throw new Error(`POST /sandbox/${path}: ${response.status} ${await response.text()}`);
}

/** Every delta token that was given out is unknown from now on. */
export async function forgetTokens(product: Product, mailbox: string, status: 400 | 410): Promise<void> {
  await post(product, 'delta-tokens/forget', JSON.stringify({ mailbox, status }), 'application/json');
}

/** What people outside have received, newest first. */
export async function outside(
  product: Product,
): Promise<readonly { readonly to: { readonly address: string }; readonly subject: string }[]> {
  await product.quiet();
  return (await (await fetch(`${product.sandbox}/sandbox/outside`)).json()) as never;
}

/** The line of the day as it reads. */
export interface DayLine {
  readonly in: number;
  readonly joined: number;
  readonly opened: number;
  readonly aside: number;
  readonly waiting: number;
  readonly unread: number;
  readonly words: string;
}

/** The last one in the channel that begins so. */
export async function lineIn(reader: Persona, channel: string, since = 'since'): Promise<DayLine> {
  const found = (await reader.channel(channel)).findLast(({ words }) => words.startsWith(`Mails ${since}`));
  if (!found) throw new Error('There is no line about mails in the channel.');
  const { words } = found;
  const number = (what: RegExp) => Number(what.exec(words)?.[1] ?? 0);
  return {
    in: number(/^Mails since .*: (\d+)$/m),
    joined: number(/(\d+) joined/),
    opened: number(/(\d+) opened/),
    aside: number(/(\d+) set aside/),
    waiting: number(/(\d+) waiting/),
    unread: number(/(\d+) not read yet/),
    words,
  };
}

/** "mails", and [Show more] as long as there is one. @returns sender and subject of each, oldest first */
export async function waitingMails(
  reader: Persona,
): Promise<readonly { readonly from: string; readonly subject: string }[]> {
  const found: { from: string; subject: string }[] = [];
  let card: Seen = await reader.say('mails');
  for (;;) {
    const lines = card.words.split('\n');
    for (const [index, line] of lines.entries()) {
      const from = /^\d+\. \w{3} \d+ \w{3} \d{4}, \d\d:\d\d\. (.*)$/.exec(line)?.[1];
      if (from === undefined) continue;
      // A mail that may be urgent, or one of several mailboxes, has more lines.
      found.push({ from, subject: lines[index + 1] ?? '' });
    }
    if (!card.buttons.includes('Show more')) return found;
    card = await reader.press(card, 'Show more');
  }
}

export const reader = (product: Product): Persona => persona(product, 'Dawn Ellery');

/** The same mail under a Message-ID of its own: two with the same header are one mail. One that says none is left as it is. */
export function withOwnId(mail: Buffer, name: string): Buffer {
  const head = mail.subarray(0, 4_000).toString('latin1');
  const found = /^Message-ID: <[^<>\s]+>/im.exec(head);
  if (!found) return mail;
  const before = mail.subarray(0, found.index);
  const after = mail.subarray(found.index + found[0].length);
  return Buffer.concat([before, Buffer.from(`Message-ID: <${name}@own.example>`), after]);
}
