/** Subscriptions to changes: the handshake, lifetimes, and the calls to the subscriber's address. */
import { randomUUID } from 'node:crypto';
import { addMinutes, type Instant } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';
import { type Call, created, GraphRefusal, invalid, type Json, noContent, objectBody, ok, type Route } from './call.ts';
import { ownerOf } from './directory.ts';
import { etagOf, outlookId, wantsImmutableIds } from './identity.ts';
import type { Notice } from './notice.ts';
import { FOLDERS } from './stored-mail.ts';
import { readInstant } from './zone.ts';

/** Under seven days for Outlook resources; anything shorter than 45 minutes is raised to that. */
const LONGEST_MINUTES = 10_080;
const SHORTEST_MINUTES = 45;
const LONGEST_CLIENT_STATE = 128;
/** The subscriber must answer the handshake within this. */
const HANDSHAKE = 10_000;
/** Real seconds before each further try at a notification. Graph goes on for four hours; a sandbox need not. */
const RETRIES = [1_000, 5_000, 25_000];

interface Subscription {
  readonly id: string;
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl?: string;
  readonly clientState?: string;
  readonly expiresAt: Instant;
  readonly kind: Notice['kind'];
  readonly mailbox: string;
  /** undefined: every folder. */
  readonly folder?: string;
  /** Asked for when it was made: a later change needs a new subscription. */
  readonly immutable: boolean;
}

const RESOURCE =
  /^\/?users\/([^/]+)\/(?:(events)|(messages)|mailFolders(?:\/([^/]+)|\('([^']+)'\))\/(messages))(?:\?.*)?$/i;

export interface Subscriptions {
  readonly routes: Route[];
  notify(notice: Notice): void;
  /**
   * On request: tells subscribers that theirs has been removed, has missed something, or wants to be authorised again.
   * @param person whose mailbox; undefined: every subscription
   * @returns how many were told; undefined for an event that there is not
   */
  lifecycle(event: string, person?: string): number | undefined;
  /** Resolves when no notification is under way. */
  idle(): Promise<void>;
  stop(): void;
}

export function openSubscriptions(context: SandboxContext): Subscriptions {
  const { state, clock, tenant } = context;
  const kept = state.collection<Subscription>('graph-subscriptions');
  const underWay = new Set<Promise<void>>();
  const stopped = new AbortController();
  const queue = new Map<string, { subscription: Subscription; notice: Notice }[]>();

  const live = (): Subscription[] => kept.filter(({ expiresAt }) => expiresAt > clock.now());

  function show(subscription: Subscription, call: Call): Json {
    return {
      '@odata.context': `${call.base}/$metadata#subscriptions/$entity`,
      id: subscription.id,
      resource: subscription.resource,
      applicationId: tenant.id,
      changeType: subscription.changeType,
      clientState: subscription.clientState ?? null,
      notificationUrl: subscription.notificationUrl,
      notificationQueryOptions: null,
      lifecycleNotificationUrl: subscription.lifecycleNotificationUrl ?? null,
      expirationDateTime: subscription.expiresAt,
      creatorId: tenant.id,
      includeResourceData: null,
      latestSupportedTlsVersion: 'v1_2',
      encryptionCertificate: null,
      encryptionCertificateId: null,
      notificationUrlAppId: null,
    };
  }

  function readExpiry(value: unknown): Instant {
    const asked = readInstant(value, 'expirationDateTime');
    const now = clock.now();
    if (asked <= now) throw invalid('Subscription expiration must be in the future.', 'ValidationError');
    if (asked > addMinutes(now, LONGEST_MINUTES)) {
      throw invalid(`Subscription expiration can only be ${LONGEST_MINUTES} minutes in the future.`, 'ValidationError');
    }
    const least = addMinutes(now, SHORTEST_MINUTES);
    if (asked < least) return least;
    return asked;
  }

  function readUrl(value: unknown, name: string): string {
    try {
      const url = new URL(String(value));
      // Graph takes https only. On loopback there is no certificate to be had.
      if (url.protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return url.href;
    } catch {
      // Refused below.
    }
    throw invalid(`${name} must be an https address.`, 'ValidationError');
  }

  async function shakeHands(address: string): Promise<void> {
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()} <&>"`;
    const url = new URL(address);
    url.searchParams.set('validationToken', token);
    const failed = (why: string) => invalid(`Subscription validation request failed. ${why}`, 'ValidationError');
    let response: Response;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain; charset=utf-8' },
        body: '',
        signal: AbortSignal.timeout(HANDSHAKE),
      });
    } catch {
      throw failed('Notification endpoint could not be reached within 10 seconds.');
    }
    const text = await response.text();
    if (response.status !== 200) throw failed(`HTTP status code is '${response.status}', 200 is expected.`);
    if (!response.headers.get('content-type')?.toLowerCase().startsWith('text/plain')) {
      throw failed('Content-Type must be text/plain.');
    }
    if (text !== token) throw failed('The response must be the validation token, decoded.');
  }

  async function create(call: Call) {
    const body = objectBody(call);
    for (const name of ['changeType', 'notificationUrl', 'resource', 'expirationDateTime']) {
      if (typeof body[name] !== 'string' || body[name] === '') throw invalid(`${name} is missing.`, 'ValidationError');
    }
    const changeTypes = String(body.changeType)
      .split(',')
      .map((type) => type.trim().toLowerCase());
    if (changeTypes.some((type) => !['created', 'updated', 'deleted'].includes(type))) {
      throw invalid('changeType must be of created, updated, deleted.', 'ValidationError');
    }
    const match = RESOURCE.exec(String(body.resource));
    const owner = match && ownerOf(context, decodeURIComponent(match[1] ?? ''));
    if (!match) throw invalid(`The resource '${String(body.resource)}' is not supported.`, 'ValidationError');
    if (!owner)
      throw new GraphRefusal(404, 'ResourceNotFound', `The resource '${String(body.resource)}' was not found.`);
    const clientState = body.clientState;
    if (typeof clientState === 'string' && clientState.length > LONGEST_CLIENT_STATE) {
      throw invalid(`clientState must not be longer than ${LONGEST_CLIENT_STATE} characters.`, 'ValidationError');
    }
    const lifecycle = body.lifecycleNotificationUrl;
    const folder = match[4] ?? match[5];
    const wanted: Subscription = {
      id: randomUUID(),
      resource: String(body.resource),
      changeType: changeTypes.join(','),
      notificationUrl: readUrl(body.notificationUrl, 'notificationUrl'),
      ...(typeof lifecycle === 'string'
        ? { lifecycleNotificationUrl: readUrl(lifecycle, 'lifecycleNotificationUrl') }
        : {}),
      ...(typeof clientState === 'string' ? { clientState } : {}),
      expiresAt: readExpiry(body.expirationDateTime),
      kind: match[2] ? 'events' : 'messages',
      mailbox: owner.id,
      ...(folder ? { folder: folder.toLowerCase() in FOLDERS ? folder.toLowerCase() : folder } : {}),
      immutable: wantsImmutableIds(call),
    };
    const same = live().find(
      ({ resource, changeType, kind, mailbox }) =>
        resource.toLowerCase() === wanted.resource.toLowerCase() &&
        changeType === wanted.changeType &&
        kind === wanted.kind &&
        mailbox === wanted.mailbox,
    );
    if (same) {
      throw new GraphRefusal(
        409,
        'Conflict',
        `Subscription Id ${same.id} already exists for the requested combination`,
      );
    }
    await shakeHands(wanted.notificationUrl);
    if (wanted.lifecycleNotificationUrl) await shakeHands(wanted.lifecycleNotificationUrl);
    return created(show(kept.put(wanted), call));
  }

  function subscriptionOf(call: Call): Subscription {
    const found = live().find(({ id }) => id === call.part.subscription);
    if (!found) throw new GraphRefusal(404, 'ResourceNotFound', 'The object was not found.');
    return found;
  }

  const TYPE = { messages: 'Message', events: 'Event' } as const;

  function write({ subscription, notice }: { subscription: Subscription; notice: Notice }): Json {
    const kind = notice.kind === 'messages' ? 'message' : 'event';
    const id = outlookId(kind, notice.key, subscription.immutable ? undefined : notice.folder);
    const path = `Users/${notice.mailbox}/${TYPE[notice.kind]}s/${id}`;
    return {
      subscriptionId: subscription.id,
      subscriptionExpirationDateTime: subscription.expiresAt,
      changeType: notice.changeType,
      resource: path,
      resourceData: {
        '@odata.type': `#Microsoft.Graph.${TYPE[notice.kind]}`,
        '@odata.id': path,
        '@odata.etag': etagOf(notice.version),
        id,
      },
      ...(subscription.clientState !== undefined ? { clientState: subscription.clientState } : {}),
      tenantId: tenant.id,
    };
  }

  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      timer.unref();
      stopped.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });

  async function post(url: string, body: Json): Promise<void> {
    for (const pause of [...RETRIES, 0]) {
      if (stopped.signal.aborted) return;
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(HANDSHAKE)]),
        });
        await response.arrayBuffer();
        if (response.ok) return;
      } catch {
        // Tried again below, as Graph does.
      }
      if (pause > 0) await wait(pause);
    }
  }

  function track(work: Promise<void>): void {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  /** What changed in one go is told in one call for each address. */
  function flush(): void {
    for (const [url, waiting] of queue) {
      queue.delete(url);
      track(post(url, { value: waiting.map(write) }));
    }
  }

  function notify(notice: Notice): void {
    for (const subscription of live()) {
      const { kind, mailbox, folder, changeType } = subscription;
      if (kind !== notice.kind || mailbox !== notice.mailbox) continue;
      if (folder && ![notice.folder, outlookId('folder', `${mailbox}:${notice.folder}`, undefined)].includes(folder)) {
        continue;
      }
      if (!changeType.split(',').includes(notice.changeType)) continue;
      if (queue.size === 0) track(Promise.resolve().then(flush));
      queue.set(subscription.notificationUrl, [
        ...(queue.get(subscription.notificationUrl) ?? []),
        { subscription, notice },
      ]);
    }
  }

  const LIFECYCLE = ['subscriptionRemoved', 'missed', 'reauthorizationRequired'];

  function lifecycle(event: string, person?: string): number | undefined {
    if (!LIFECYCLE.includes(event)) return undefined;
    const owner = person === undefined ? undefined : ownerOf(context, person);
    if (person !== undefined && !owner) return 0;
    const theirs = live().filter(({ mailbox }) => !owner || mailbox === owner.id);
    for (const { id, clientState, expiresAt, lifecycleNotificationUrl } of theirs) {
      if (event === 'subscriptionRemoved') kept.delete(id);
      if (!lifecycleNotificationUrl) continue;
      const news = {
        subscriptionId: id,
        subscriptionExpirationDateTime: expiresAt,
        ...(clientState !== undefined ? { clientState } : {}),
        tenantId: tenant.id,
        lifecycleEvent: event,
      };
      track(post(lifecycleNotificationUrl, { value: [news] }));
    }
    return theirs.length;
  }

  const one = '/subscriptions/:subscription';
  return {
    notify,
    lifecycle,
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop: () => stopped.abort(),
    routes: [
      {
        method: 'GET',
        path: '/subscriptions',
        answer: (call) =>
          ok({
            '@odata.context': `${call.base}/$metadata#subscriptions`,
            value: live().map((subscription) => {
              const { '@odata.context': _context, ...shown } = show(subscription, call);
              return shown;
            }),
          }),
      },
      { method: 'POST', path: '/subscriptions', answer: create },
      { method: 'GET', path: one, answer: (call) => ok(show(subscriptionOf(call), call)) },
      {
        method: 'PATCH',
        path: one,
        answer: (call) => {
          const found = subscriptionOf(call);
          const body = objectBody(call);
          if (body.lifecycleNotificationUrl !== undefined) {
            throw invalid(
              'lifecycleNotificationUrl cannot be changed: delete the subscription and make it again.',
              'ValidationError',
            );
          }
          const expiresAt = readExpiry(body.expirationDateTime);
          return ok(show(kept.put({ ...found, expiresAt }), call));
        },
      },
      {
        method: 'DELETE',
        path: one,
        answer: (call) => {
          kept.delete(subscriptionOf(call).id);
          return noContent;
        },
      },
      {
        method: 'POST',
        path: `${one}/reauthorize`,
        answer: (call) => {
          subscriptionOf(call);
          return noContent;
        },
      },
    ],
  };
}
