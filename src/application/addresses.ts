/** Who a mail goes to: the addresses behind the targets that the protocol names. */
import { recordersFor } from '../domain/case/as-whom.ts';
import type { Council, Protocol, RoleId, SendStep, Target } from '../domain/protocol/types.ts';
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

/** A mailbox, or everybody who holds a role on the case; where nobody inside does, those who record for it. */
function addressesBehind(
  directory: Directory,
  { protocol, holders, status }: CaseSheet,
  target: Target,
): readonly string[] {
  const [kind, name = ''] = target.split('/');
  if (kind === 'role') {
    const people = (role: RoleId) => holders[role] ?? [];
    const own = people(name);
    const reached = own.length > 0 ? own : recordersFor(protocol, status.named, name).flatMap(people);
    return reached.map(({ mail }) => mail);
  }
  if (kind !== 'mailbox') return [];
  const address = addressOf(directory, protocol.council, name);
  if (!address) throw new Error(notFilledIn(protocol.council, name));
  return [address];
}

/** As the installation's directory file has it, else the council's own file. */
export function addressOf(directory: Directory, council: Council, mailbox: string): string | undefined {
  return directory.mailbox(council.id, mailbox) ?? council.mailboxes[mailbox]?.address;
}

/** The sentence that is said instead of sending, where a mailbox of the step has no address yet. */
export function waitsForAddress(directory: Directory, { council }: Protocol, step: SendStep): string | undefined {
  const mailboxes = [step.from, ...step.to, ...step.copy].flatMap((target) =>
    target.startsWith('mailbox/') ? [target.slice('mailbox/'.length)] : [],
  );
  const missing = mailboxes.find((name) => addressOf(directory, council, name) === undefined);
  return missing === undefined ? undefined : notFilledIn(council, missing);
}

function notFilledIn({ mailboxes }: Council, name: string): string {
  return `The council has not filled in the address of ${mailboxes[name]?.name ?? name}.`;
}
