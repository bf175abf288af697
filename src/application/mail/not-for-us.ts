/** Why a mail is none for a mailbox of the protocol: what a person chooses from when they set it aside. */
import type { Council, Option } from '../../domain/protocol/types.ts';

/** In the council's words; in ours where it has listed none. */
export function reasonsNotForUs({ options }: Pick<Council, 'options'>): readonly Option[] {
  const own = options['not-for-us'] ?? [];
  return own.length > 0 ? own : OURS;
}

const OURS: readonly Option[] = [
  { id: 'already-on-a-case', label: 'Already on a case' },
  { id: 'for-another-team', label: 'For another team' },
  { id: 'not-a-referral', label: 'A question or news' },
  { id: 'spam', label: 'Advertising or spam' },
  { id: 'other', label: 'Other' },
];
