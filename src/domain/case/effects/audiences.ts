/** Who gets the card of a step: the channel of the role that owes it, the people who hold it, or both. */
import type { MeetStep, Protocol, RoleId, Step, StepId } from '../../protocol/types.ts';
import { recordersFor } from '../as-whom.ts';
import { own, roleOf } from '../steps.ts';
import type { Audience, CaseStatus } from '../types.ts';
import type { Moment } from './change.ts';

export function audiencesOf(moment: Moment | undefined, id: StepId): Audience[] {
  const step = moment && own(moment.protocol.steps, id);
  if (moment === undefined || step === undefined || step.post === 'none') return [];
  const { protocol, status } = moment;
  const view = status.steps[id];
  const roles = owingRoles(step, view?.rung);
  const found: Audience[] = [];
  if (step.post !== 'personal') {
    for (const role of roles) {
      const channel = own(protocol.council.roles, role)?.channel;
      if (channel === 'team') {
        if (status.team !== undefined) found.push({ channel: `team/${status.team}` });
      } else if (channel !== undefined) found.push({ channel });
    }
  }
  if (step.post !== 'channel') found.push(...roles.flatMap((role) => people(protocol, status, role)));
  if (
    step.kind === 'meet' &&
    step.sessionOf === undefined &&
    (view?.booking || view?.noTime || view?.state === 'done')
  ) {
    found.push(...step.with.flatMap((target) => people(protocol, status, roleOf(target))));
  }
  if (step.kind === 'meet' && view?.noTime)
    found.push(...namers(protocol, step).flatMap((role) => people(protocol, status, role)));
  return [...new Map(found.map((audience) => [name(audience), audience])).values()];
}

/** Who could name somebody else with another diary. */
function namers(protocol: Protocol, { with: attend }: MeetStep): readonly RoleId[] {
  return Object.values(protocol.steps).flatMap((step) =>
    step.kind === 'assign' && attend.includes(`role/${step.fills}`) ? step.by : [],
  );
}

function owingRoles(step: Step, rung: number | undefined): readonly RoleId[] {
  if (step.kind === 'resolve') return step.rungs[rung ?? 0]?.by ?? [];
  if (step.kind === 'meet') return step.by.length > 0 ? step.by : [step.organiser];
  return step.by;
}

/** Those who hold a role on the case; where nobody inside does, those who record for it. */
export function people(protocol: Protocol, status: CaseStatus, role: RoleId | undefined): Audience[] {
  const of = role === undefined ? undefined : own(protocol.council.roles, role);
  if (role === undefined || of === undefined) return [];
  const person = own(status.named, role);
  if (of.held === 'named' && person !== undefined) return [{ person }];
  const recorders = recordersFor(protocol, status.named, role)
    .filter((each) => own(protocol.council.roles, each)?.recordedBy === undefined)
    .flatMap((each) => people(protocol, status, each));
  return [...(of.held === 'named' ? [] : [{ role }]), ...(of.held === 'named' || of.outside ? recorders : [])];
}

export function name(audience: Audience): string {
  if ('channel' in audience) return `channel/${audience.channel}`;
  return 'person' in audience ? `person/${audience.person}` : `role/${audience.role}`;
}
