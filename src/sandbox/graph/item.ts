/** What mails and meetings have in common as Graph writes them: a body, and values of a fixed list. */
import { type Call, invalid, isObject, type Json, preference } from './call.ts';
import type { Address, MailBody } from './stored-mail.ts';

export function plainText(body: MailBody): string {
  if (body.contentType === 'text') return body.content;
  // One pass by hand: a pattern that backtracks over a long mail would stop the whole sandbox.
  let text = '';
  let inside = false;
  for (const character of body.content) {
    if (character === '<') inside = true;
    else if (character === '>') {
      inside = false;
      text += ' ';
    } else if (!inside) text += character;
  }
  return text
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Of so much of the body is the preview made: a mail may be of any length. */
const BEGINNING = 8_000;

export const preview = ({ contentType, content }: MailBody): string =>
  plainText({ contentType, content: content.slice(0, BEGINNING) })
    .split(/\s/)
    .filter(Boolean)
    .join(' ')
    .slice(0, 255);

/** As HTML, or as the plain text that the caller prefers. */
export const showBody = (body: MailBody, call: Call): Json =>
  preference(call, 'outlook.body-content-type')?.toLowerCase() === 'text'
    ? { contentType: 'text', content: plainText(body) }
    : { ...body };

export function readBody(value: unknown): MailBody {
  if (value === undefined || value === null) return { contentType: 'text', content: '' };
  const body = isObject(value) ? value : {};
  const contentType = String(body.contentType ?? 'text').toLowerCase();
  if (contentType !== 'html' && contentType !== 'text') {
    throw invalid(`'${contentType}' is not a body type.`, 'ErrorInvalidProperty');
  }
  return { contentType, content: String(body.content ?? '') };
}

export const oneOf = <T extends string>(value: unknown, allowed: readonly T[], name: string): T => {
  const found = allowed.find((candidate) => candidate.toLowerCase() === String(value).toLowerCase());
  if (!found) throw invalid(`'${String(value)}' is not a valid value of ${name}.`, 'ErrorInvalidProperty');
  return found;
};

const ADDRESS = /^[^\s@<>]+@[^\s@<>]+$/;

/** @param refusal what to say of an address that is none */
export function readAddress(value: unknown, refusal: string): Address {
  const email = isObject(value) ? value.emailAddress : undefined;
  const address = isObject(email) ? email.address : undefined;
  if (typeof address !== 'string' || !ADDRESS.test(address)) throw invalid(refusal, 'ErrorInvalidRecipients');
  return { name: isObject(email) && typeof email.name === 'string' ? email.name : address, address };
}
