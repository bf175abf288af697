/**
 * The fixed part of a button, signed: a card's data is written by the client and proves nothing by itself (design.md section 6).
 * Who presses is never in it; that comes from the turn.
 */
import { Buffer } from 'node:buffer';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Presses on a referral that is not sent yet. */
export const ON_DRAFT = [
  'begin',
  'begin-anew',
  'carry-on',
  'delete-draft',
  'page-save',
  'page-later',
  'goto',
  'child-add',
  'child-remove',
  'not-agreed',
  'overlap-accepted',
  'send',
] as const;

export const VERBS = [
  // anywhere
  'start',
  'mine',
  'due',
  'help',
  'risk',
  ...ON_DRAFT,
  // a case
  'open',
  'case',
  'step',
  'choose',
  'do',
  'times',
  'book',
  'arrange',
  'text',
  'note',
  'seen',
  'next',
  'possible',
  'expected',
  'pause',
  'resume',
  'reopen',
  'take-up',
  // its safety, the family's mind, cover
  'stop',
  'rung',
  'mistake',
  'taken',
  'restart',
  'end',
  'family-left',
  'family-again',
  'stay',
  'cover',
  'cover-left',
  // a mail that came in
  'mail',
  'mails',
  'mail-of',
  'mail-text',
  'mail-open',
  'mail-join',
  'mail-ask',
  'mail-aside',
  'mail-back',
  'mail-told',
] as const;
export type Verb = (typeof VERBS)[number];

const Fields = z.strictObject({
  /** Verb. */
  a: z.enum(VERBS),
  /** Case. */
  c: z.string().optional(),
  /** Step, or `case`. */
  s: z.string().optional(),
  /** Outcome or moment of the step. */
  p: z.string().optional(),
  /** Mail. */
  m: z.string().optional(),
  /** Draft. */
  d: z.string().optional(),
  /** Page of the draft. */
  g: z.string().optional(),
  /** Which round: what was recorded of the step when the card was drawn. Makes each round's press a press of its own. */
  n: z.number().int().optional(),
  /** Whatever else is fixed. */
  x: z.string().optional(),
  /** Since when the card says what it says, as ISO text; for cards that have become old. */
  i: z.string().optional(),
});
export type Press = z.infer<typeof Fields>;

export interface Signer {
  sign(press: Press): string;
  /** @returns undefined for anything that this signer has not signed */
  verify(token: unknown): Press | undefined;
}

/** Sixteen bytes of HMAC-SHA-256: nobody can try 2^128 of them against a chat. */
const SIGNATURE_BYTES = 16;

export function createSigner(key: Uint8Array | string): Signer {
  const signatureOf = (body: string) => createHmac('sha256', key).update(body).digest().subarray(0, SIGNATURE_BYTES);
  return {
    sign(press) {
      const body = Buffer.from(JSON.stringify(press)).toString('base64url');
      return `${body}.${signatureOf(body).toString('base64url')}`;
    },
    verify(token) {
      if (typeof token !== 'string' || token.length > 2000) return undefined;
      const [body = '', signature = '', ...more] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      if (more.length > 0 || given.length !== SIGNATURE_BYTES || !timingSafeEqual(given, signatureOf(body)))
        return undefined;
      const read = Fields.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
      return read.success ? read.data : undefined;
    },
  };
}

/** What a press decides, whatever id Teams gave it: the same signed fields by the same person are the same press. */
export function pressKey(token: string, person: string): string {
  return createHash('sha256').update(`${token}|${person}`).digest('base64url').slice(0, 32);
}
