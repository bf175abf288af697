/** "Step down", "step up", a pathway's title: what this person may start of it, and the drafts in hand. */
import type { AdaptiveCard } from '../../src/application/ports.ts';
import type { Council, Protocol } from '../../src/domain/protocol/types.ts';
import { render } from '../cards/render.ts';
import { type Direction, startFrame } from '../cards/start.ts';
import type { Desk } from './answering.ts';

export interface Wanted {
  readonly direction?: Direction | undefined;
  readonly pathway?: string | undefined;
}

export async function startCard(desk: Desk, person: string, wanted: Wanted = {}): Promise<AdaptiveCard> {
  const { stepwise, ink } = desk;
  const may = await stepwise.startable(person);
  const asked = may.filter((protocol) => isWanted(protocol, wanted));
  const protocols = asked.length > 0 ? asked : may;
  const drafts = (await stepwise.drafts.of(person)).flatMap((draft) => {
    const protocol = stepwise.protocols().find(({ id }) => id === draft.pathway);
    // One that was begun from a mail is carried on from there.
    return protocol && !draft.mail ? [{ draft, protocol }] : [];
  });
  const wantedDrafts = drafts.filter(({ protocol }) => isWanted(protocol, wanted));
  const council = await ownCouncil(desk, person);
  const missed =
    asked.length === 0 && (may.length === 0 || wanted.direction !== undefined || wanted.pathway !== undefined);
  const starters = missed
    ? stepwise
        .protocols()
        .filter((protocol) => protocol.offered && protocol.council.id === council?.id && isWanted(protocol, wanted))
        .flatMap(({ opening }) => opening.by)
    : [];
  return render(
    'start',
    startFrame({
      protocols,
      drafts: wantedDrafts.length > 0 ? wantedDrafts : missed ? [] : drafts,
      council: protocols[0]?.council ?? council,
      ...(missed && wanted.direction ? { wanted: wanted.direction } : {}),
      starters,
      ink,
    }),
  );
}

function isWanted({ id, direction }: Protocol, wanted: Wanted): boolean {
  if (wanted.pathway !== undefined) return id === wanted.pathway;
  return wanted.direction === undefined || direction === wanted.direction;
}

/** Whose numbers to ring come first: the council in which the person holds a role. */
export async function ownCouncil({ stepwise }: Desk, person: string): Promise<Council | undefined> {
  const own = await stepwise.rolesOf(person);
  const protocols = stepwise.protocols();
  return (protocols.find(({ council }) => own.some((role) => role.council === council.id)) ?? protocols[0])?.council;
}
