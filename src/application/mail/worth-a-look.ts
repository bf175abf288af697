/**
 * Whether a mail may be a referral although its header says that it is none, or says which case it is about. In doubt it may: a mail that
 * is looked at in vain costs one press.
 */
import { readDay } from '../../domain/case/form.ts';
import type { CaseId } from '../../domain/case/types.ts';
import type { ReadMail } from '../ports.ts';
import type { World } from '../world.ts';
import { pathwaysFor } from './begin-from-mail.ts';
import { readFields } from './read-fields.ts';
import type { WatchedMailbox } from './watched.ts';

/** What a newsletter or a notice of absence does not speak of, and a referral does. Whole words; read in one go. */
const REFERRAL = /\b(?:referrals?|date of birth|d\.?o\.?b|nhs number|mosaic)\b/i;

/** Papers of a family, and what may hold them unread (an encrypted mail, winmail.dat); a picture, an invitation and a signature are none. */
const PAPER = /^application\/(?!(?:ics|(?:x-)?pkcs7-signature)$).+/;

/** Of a mail that a list or a machine has sent, or an invitation. */
export function mayBeReferral(world: World, box: WatchedMailbox, content: ReadMail): boolean {
  if (content.attachments.some(({ contentType }) => PAPER.test(contentType.toLowerCase()))) return true;
  if (REFERRAL.test(`${content.subject}\n${content.text}`)) return true;
  return pathwaysFor(world, box).some((protocol) => Object.keys(readFields(protocol, content).pages).length > 0);
}

/** In the labelled lines of a form it tells of a child, by name and date of birth, who is not on that case: a second family in an old conversation. */
export async function tellsOfAnotherChild(
  world: World,
  box: WatchedMailbox,
  content: ReadMail,
  caseId: CaseId,
): Promise<boolean> {
  const named = pathwaysFor(world, box).flatMap((protocol) =>
    Object.entries(readFields(protocol, content).pages).flatMap(([page, { name, 'birth-date': born }]) => {
      const birthDate = typeof born === 'string' ? readDay(born) : undefined;
      return page.startsWith('child.') && typeof name === 'string' && birthDate
        ? [{ child: page, name, birthDate }]
        : [];
    }),
  );
  if (named.length === 0) return false;
  const known = await world.store.casesWithChildren(box.council.id, named);
  return named.some(({ child }) => !known.some((each) => each.child === child && each.caseId === caseId));
}
