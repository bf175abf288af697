/** People, groups, Teams teams and what a mailbox says of its owner's hours and absence. */
import type { Person, SandboxContext, Team } from '../context.ts';
import { readAway } from './away.ts';
import { type Call, GraphRefusal, type Json, ok, type Route } from './call.ts';
import { list, select } from './query.ts';
import { WINDOWS_LONDON, writeDateTime } from './zone.ts';

/** Somebody or something with a mailbox: a person or a shared mailbox. */
export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly mail: string;
  readonly shared: boolean;
}

export function owners(context: SandboxContext): Owner[] {
  return [
    ...context.tenant.people.map(({ id, name, mail }) => ({ id, name, mail, shared: false })),
    ...context.tenant.mailboxes.map(({ id, name, mail }) => ({ id, name, mail, shared: true })),
  ];
}

/** By object id or address, whatever the case. */
export function ownerOf(context: SandboxContext, idOrMail: string): Owner | undefined {
  const wanted = idOrMail.toLowerCase();
  return owners(context).find(({ id, mail }) => id.toLowerCase() === wanted || mail.toLowerCase() === wanted);
}

/** @throws GraphRefusal 404 as Exchange says it */
export function mailboxOf(context: SandboxContext, call: Call): Owner {
  const wanted = call.part.user ?? '';
  const owner = ownerOf(context, wanted);
  if (!owner) throw new GraphRefusal(404, 'ErrorInvalidUser', `The requested user '${wanted}' is invalid.`);
  return owner;
}

const resourceNotFound = (id: string) =>
  new GraphRefusal(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

const MORE_OF_A_USER = ['accountEnabled', 'department', 'mailNickname', 'userType', 'displayName'];
const USER = new Set([
  ...['id', 'displayName', 'givenName', 'surname', 'jobTitle', 'mail', 'userPrincipalName', 'officeLocation'],
  ...MORE_OF_A_USER,
]);

/** What Graph gives of a user unasked, and with `$select` the few more that this tenant knows. */
function user(owner: Owner, person: Person | undefined, call: Call): Json {
  const [given, ...rest] = owner.name.split(' ');
  const plain: Json = {
    businessPhones: [],
    displayName: owner.name,
    givenName: owner.shared ? null : (given ?? null),
    jobTitle: person?.title ?? null,
    mail: owner.mail,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: 'en-GB',
    surname: owner.shared ? null : rest.join(' '),
    userPrincipalName: owner.mail,
    id: owner.id,
  };
  if (!call.query.get('$select')) return plain;
  return {
    ...plain,
    accountEnabled: !owner.shared,
    department: person?.team ?? null,
    mailNickname: owner.mail.split('@')[0],
    userType: 'Member',
  };
}

function team(found: Team, tenantId: string): Json {
  return {
    id: found.groupId,
    displayName: found.name,
    description: null,
    internalId: found.id,
    createdDateTime: null,
    classification: null,
    specialization: null,
    visibility: 'private',
    webUrl: `https://teams.microsoft.com/l/team/${encodeURIComponent(found.id)}/conversations?groupId=${found.groupId}&tenantId=${tenantId}`,
    isArchived: false,
    tenantId,
  };
}

function channel(found: { id: string; name: string }, of: Team, tenantId: string): Json {
  return {
    id: found.id,
    createdDateTime: null,
    displayName: found.name,
    description: null,
    email: '',
    isArchived: false,
    tenantId,
    webUrl: `https://teams.microsoft.com/l/channel/${encodeURIComponent(found.id)}/${encodeURIComponent(found.name)}?groupId=${of.groupId}&tenantId=${tenantId}`,
    membershipType: 'standard',
  };
}

export const WORKING_HOURS = {
  daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  startTime: '09:00:00.0000000',
  endTime: '17:00:00.0000000',
  timeZone: { name: WINDOWS_LONDON },
};

export function directoryRoutes(context: SandboxContext): Route[] {
  const { tenant } = context;
  const person = (id: string) => tenant.people.find((candidate) => candidate.id === id);
  const userRules = { page: 100, most: 999, known: USER, linkBy: '$skiptoken' } as const;
  const users = (found: readonly Owner[], call: Call, context: string, typed: boolean) =>
    list(
      found.map((owner) => ({
        ...(typed ? { '@odata.type': '#microsoft.graph.user' } : {}),
        ...user(owner, person(owner.id), call),
      })),
      call,
      { ...userRules, context },
    );

  function teamOf(call: Call): Team {
    const found = tenant.teams.find(({ groupId }) => groupId === call.part.team);
    if (!found) throw new GraphRefusal(404, 'NotFound', `No team found with Group Id ${call.part.team ?? ''}`);
    return found;
  }
  const channelsOf = (found: Team) => [{ id: found.id, name: 'General' }, ...found.channels];

  return [
    { method: 'GET', path: '/users', answer: (call) => users(owners(context), call, 'users', false) },
    {
      method: 'GET',
      path: '/users/:user',
      answer: (call) => {
        const owner = ownerOf(context, call.part.user ?? '');
        if (!owner) throw resourceNotFound(call.part.user ?? '');
        return ok({
          '@odata.context': `${call.base}/$metadata#users/$entity`,
          ...select(user(owner, person(owner.id), call), call),
        });
      },
    },
    {
      method: 'GET',
      path: '/groups/:group/members',
      answer: (call) => {
        const group = tenant.groups.find(({ id }) => id === call.part.group);
        if (!group) throw resourceNotFound(call.part.group ?? '');
        const members = group.members.flatMap((id) => ownerOf(context, id) ?? []);
        return users(members, call, 'directoryObjects', true);
      },
    },
    {
      method: 'GET',
      path: '/teams/:team',
      answer: (call) =>
        ok({
          '@odata.context': `${call.base}/$metadata#teams/$entity`,
          ...select(team(teamOf(call), tenant.id), call),
        }),
    },
    {
      method: 'GET',
      path: '/teams/:team/channels',
      answer: (call) => {
        const found = teamOf(call);
        return list(
          channelsOf(found).map((one) => channel(one, found, tenant.id)),
          call,
          {
            page: 100,
            most: 999,
            known: new Set(['id', 'displayName', 'membershipType']),
            context: `teams('${found.groupId}')/channels`,
          },
        );
      },
    },
    {
      method: 'GET',
      path: '/teams/:team/channels/:channel',
      answer: (call) => {
        const found = teamOf(call);
        const one = channelsOf(found).find(({ id }) => id === call.part.channel);
        if (!one) throw new GraphRefusal(404, 'NotFound', 'No channel found with that id in this team.');
        return ok({
          '@odata.context': `${call.base}/$metadata#teams('${found.groupId}')/channels/$entity`,
          ...select(channel(one, found, tenant.id), call),
        });
      },
    },
    {
      method: 'GET',
      path: '/users/:user/mailboxSettings',
      answer: (call) => {
        const owner = mailboxOf(context, call);
        const away = readAway(context, owner.id);
        const now = context.clock.now();
        return ok({
          '@odata.context': `${call.base}/$metadata#users('${owner.id}')/mailboxSettings`,
          ...select(
            {
              archiveFolder: null,
              timeZone: WINDOWS_LONDON,
              delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
              dateFormat: 'dd/MM/yyyy',
              timeFormat: 'HH:mm',
              userPurpose: owner.shared ? 'shared' : 'user',
              automaticRepliesSetting: {
                status: away ? (away.to ? 'scheduled' : 'alwaysEnabled') : 'disabled',
                externalAudience: away ? 'all' : 'none',
                internalReplyMessage: away?.message ?? '',
                externalReplyMessage: away?.message ?? '',
                scheduledStartDateTime: writeDateTime(away?.from ?? now, 'UTC'),
                scheduledEndDateTime: writeDateTime(away?.to ?? now, 'UTC'),
              },
              language: { locale: 'en-GB', displayName: 'English (United Kingdom)' },
              workingHours: WORKING_HOURS,
            },
            call,
          ),
        });
      },
    },
  ];
}
