/** Who a mail goes to: the addresses behind the targets that the protocol names. */
import type { SendStep, Target } from '../domain/protocol/types.ts';
import type { Directory } from './ports.ts';
import type { CaseSheet } from './sheet.ts';

export interface Addresses {
  readonly from: string;
  readonly to: readonly string[];
  readonly copy: readonly string[];
}

/** @throws Error that says what to correct in the directory, where there is nobody to send it or to have it */
export function addressesOf(directory: Directory, sheet: CaseSheet, step: SendStep): Addresses {
  const behind = (targets: readonly Target[]) => [
    ...new Set(targets.flatMap((target) => addressesBehind(directory, sheet, target))),
  ];
  const [from] = behind([step.from]);
  const to = behind(step.to);
  if (!from || to.length === 0)
    throw new Error(
      `${sheet.case.reference}: nobody holds the part that "${step.title}" goes ${from ? 'to' : 'out from'}. Check the groups in the directory file.`,
    );
  return { from, to, copy: behind(step.copy).filter((address) => !to.includes(address)) };
}

/** A mailbox, or everybody who holds a role on the case. */
function addressesBehind(directory: Directory, { protocol, holders }: CaseSheet, target: Target): readonly string[] {
  const [kind, name = ''] = target.split('/');
  if (kind === 'role') return (holders[name] ?? []).map(({ mail }) => mail);
  if (kind !== 'mailbox') return [];
  const address = directory.mailbox(protocol.council.id, name);
  if (!address)
    throw new Error(
      `No address is set for the mailbox "${name}" of ${protocol.council.name}. Add it to the directory file.`,
    );
  return [address];
}
