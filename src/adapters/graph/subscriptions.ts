/** Change notification subscriptions: how Microsoft 365 is asked to say that something changed. */
import type { Subscription as Shown } from '@microsoft/microsoft-graph-types';
import { PlatformFault, type Subscription, type Subscriptions } from '../../application/ports.ts';
import { parseInstant } from '../../domain/time/instant.ts';
import type { Graph } from './client.ts';

/** Where Microsoft 365 calls, below the program's public address. */
export const NOTIFICATIONS = '/api/graph/notifications';
export const LIFECYCLE = '/api/graph/lifecycle';

const CHANGES = 'created,updated,deleted';

/** There is one for each calendar with a meeting of ours. A list that does not end within these is one of Graph's own circles. */
const MOST_PAGES = 200;

interface Page {
  readonly value: readonly Shown[];
  readonly '@odata.nextLink'?: string;
}

/** @param publicUrl how Microsoft reaches this program, without trailing slash */
export function graphSubscriptions(graph: Graph, publicUrl: string): Subscriptions {
  const notificationUrl = `${publicUrl}${NOTIFICATIONS}`;
  const lifecycleNotificationUrl = `${publicUrl}${LIFECYCLE}`;

  function read({ id, resource, expirationDateTime, ...shown }: Shown): Subscription | undefined {
    if (!id || !resource || !expirationDateTime) return undefined;
    const callsHere =
      shown.notificationUrl === notificationUrl && shown.lifecycleNotificationUrl === lifecycleNotificationUrl;
    return { id, resource, expiresAt: parseInstant(expirationDateTime), callsHere };
  }

  return {
    async create(resource, expiresAt, clientState) {
      const wanted: Shown = {
        ...{ changeType: CHANGES, resource, notificationUrl, lifecycleNotificationUrl },
        ...{ expirationDateTime: expiresAt, clientState },
      };
      const made = await unless([409], () =>
        graph.post<Shown>({ doing: 'ask to be told of changes', path: '/subscriptions' }, wanted),
      );
      if (!made) return undefined;
      const subscription = read({ ...made, notificationUrl, lifecycleNotificationUrl });
      if (!subscription)
        throw new PlatformFault('Microsoft Graph: ask to be told of changes: the answer has no id', 201, true);
      return subscription;
    },

    async renew(id, expiresAt) {
      // Also the answer to reauthorizationRequired: a new expiry reauthorises as well (facts.md 1).
      const renewed = await unless([404, 410], async () => {
        const until: Shown = { expirationDateTime: expiresAt };
        await graph.patch({ doing: 'ask on to be told of changes', path: one(id) }, until);
        return true;
      });
      return renewed === true;
    },

    async remove(id) {
      await unless([404, 410], async () => {
        await graph.delete({ doing: 'ask no longer to be told of changes', path: one(id) });
        return true;
      });
    },

    async all() {
      const found: Subscription[] = [];
      let path: string | undefined = '/subscriptions';
      for (let pages = 0; path !== undefined; pages += 1) {
        if (pages === MOST_PAGES)
          throw new PlatformFault('Microsoft Graph: list what we are told of: the pages do not end', 200, true);
        const page: Page = await graph.get<Page>({ doing: 'list what we are told of', path });
        found.push(...page.value.flatMap((shown) => read(shown) ?? []));
        const link = page['@odata.nextLink'];
        path = link === undefined ? undefined : graph.pathOf(link);
        if (link !== undefined && path === undefined)
          throw new PlatformFault('Microsoft Graph: list what we are told of: the next page is elsewhere', 200, true);
      }
      return found;
    },
  };
}

function one(id: string): string {
  return `/subscriptions/${encodeURIComponent(id)}`;
}

/** @returns undefined for a refusal of one of these kinds */
async function unless<T>(statuses: readonly number[], ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (fault) {
    if (fault instanceof PlatformFault && statuses.includes(fault.status)) return undefined;
    throw fault;
  }
}
