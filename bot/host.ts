/**
 * The only file that imports botbuilder: an activity comes in and becomes a `Turn`; replies, posts and edits go out.
 * Why it stands alone: docs/decisions/botbuilder-behind-one-file.md.
 */
import botbuilder, {
  type Activity,
  type ConversationReference,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import {
  type AdaptiveCard,
  type Chat,
  type ConversationRef,
  type Log,
  PlatformFault,
  type Post,
} from '../src/application/ports.ts';
import { forDialog, openInDialogs } from './cards/dialogs.ts';
import { CardTooLarge, UnboundField } from './cards/render.ts';
import { readActivity } from './turn/read-activity.ts';
import type { Reply, Turn, TurnHandler } from './turn/turn.ts';

const { CloudAdapter, ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } =
  botbuilder;

export interface BotApp {
  readonly type: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
  readonly id: string;
  readonly tenantId: string;
  readonly password?: string;
  readonly certificate?: { readonly thumbprint: string; readonly privateKey: string };
}

export interface HostParts {
  /** Absent: nobody is authenticated, and only this machine is spoken to. */
  readonly app: BotApp | undefined;
  /** Tenant of posts to people whom the bot has not heard from. */
  readonly tenantId: string;
  /** Connector of people and channels that the bot has not heard from, and where one that it has heard from is gone. */
  readonly serviceUrl: string | undefined;
  /** Whether a channel's buttons open dialogs. `auto`: in Microsoft's clients and at `serviceUrl`; the Agents Playground, which has none, is neither. */
  readonly dialogs: 'auto' | 'on' | 'off';
  conversation(key: string): Promise<ConversationRef | undefined>;
  readonly log: Log;
}

export interface Host {
  readonly chat: Chat;
  /** Authenticates an activity, hands it on as a turn and sends what is replied. For `createServer`. */
  messages(
    handler: TurnHandler,
  ): (activity: unknown, authorization: string) => Promise<{ status: number; body?: unknown }>;
}

const CARD = 'application/vnd.microsoft.card.adaptive';
/** After a fault nobody knows what was recorded; the case card does. */
const FAULT_WORDS =
  'Something went wrong here, and it has been noted. Nothing that you typed before is lost. Please try again, or type "my cases" to see how things stand.';

const NO_CHAT = 'I could not reach your own chat. Open a chat with me once, then press again.';

class Adapter extends CloudAdapter {
  /** `process` would write its own answers, faults and all, and print the whole error. */
  take(
    authorization: string,
    activity: Activity,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    return this.processActivity(authorization, activity, logic);
  }
}

export function createHost(parts: HostParts): Host {
  const { app, log } = parts;
  const settings = settingsOf(app);
  const adapter = new Adapter(
    new ConfigurationBotFrameworkAuthentication(settings, new ConfigurationServiceClientCredentialFactory(settings)),
  );
  const appId = app?.id ?? '';
  const self = { id: appId ? `28:${appId}` : 'stepwise', name: 'Stepwise' };

  const mayCall = (serviceUrl: string): boolean => {
    if (!URL.canParse(serviceUrl)) return false;
    const { protocol, hostname } = new URL(serviceUrl);
    // With an app id the SDK has compared it with the signed claim; without one nothing is proved, so nothing leaves the machine.
    return app ? protocol === 'https:' : isLoopback(hostname);
  };
  const hasDialogs = (serviceUrl: string): boolean => {
    if (parts.dialogs !== 'auto') return parts.dialogs === 'on';
    return serviceUrl.startsWith('https:') || sameAddress(serviceUrl, parts.serviceUrl ?? '');
  };
  const fitted = (card: AdaptiveCard, serviceUrl: string, inChannel: boolean) =>
    inChannel && hasDialogs(serviceUrl) ? openInDialogs(card) : card;

  const chat: Chat = {
    async post(to, card, bell) {
      const inChannel = 'channelId' in to;
      const known = inChannel
        ? ((await parts.conversation(`channel/${to.channelId}`)) ?? (await parts.conversation(`team/${to.teamId}`)))
        : await parts.conversation(`person/${to.person}`);
      const urls = [...new Set([known?.serviceUrl, parts.serviceUrl].filter((url) => url !== undefined))];
      if (urls.length === 0)
        throw new PlatformFault('The bot has not been installed there yet, so it cannot speak first.', 403, true);
      let fault: unknown;
      for (const serviceUrl of urls) {
        if (!mayCall(serviceUrl)) continue;
        try {
          const message = messageWith(fitted(card, serviceUrl, inChannel), bell);
          if (inChannel) return await startThread(serviceUrl, to.channelId, known?.tenantId ?? parts.tenantId, message);
          return await sayTo(serviceUrl, to.person, known?.serviceUrl === serviceUrl ? known : undefined, message);
        } catch (error) {
          fault = error;
          // A client that is gone (the Playground was closed) is passed over for the usual one; any other fault stands.
          if (!isUnreachable(error)) break;
        }
      }
      throw asPlatformFault(fault ?? new Error('That address is not spoken to.'));
    },
    async edit(post, card) {
      if (!mayCall(post.serviceUrl)) throw new PlatformFault('That address is not spoken to.', 403, false);
      const inChannel = post.conversationId.includes('@thread');
      try {
        await within(post, async (context) => {
          await context.updateActivity({
            ...messageWith(fitted(card, post.serviceUrl, inChannel), ''),
            id: post.activityId,
            conversation: { id: post.conversationId } as Activity['conversation'],
          });
        });
      } catch (error) {
        throw asPlatformFault(error);
      }
    },
  };

  return {
    chat,
    messages: (handler) => async (raw, authorization) => {
      const turn = readActivity(raw);
      if (turn === undefined) return { status: 400 };
      if (!mayCall(turn.serviceUrl)) {
        log.warn('activity-refused', { why: 'service address' });
        return { status: 403 };
      }
      let answered: unknown;
      let reached = false;
      try {
        const response = await adapter.take(authorization, raw as Activity, async (context) => {
          reached = true;
          answered = await answerTurn(turn, handler, context);
        });
        if (turn.kind === 'press' && turn.answeredIn !== 'message') return { status: 200, body: answered };
        if (turn.kind === 'other' && turn.invoke) return { status: 200, body: {} };
        return { status: response?.status ?? 200 };
      } catch (error) {
        if (!reached && isAuthentication(error)) {
          log.warn('activity-refused', { why: 'authentication' });
          return { status: 401 };
        }
        log.error('turn-failed', { kind: turn.kind, fault: nameOf(error), ...wordsOf(error) });
        return { status: 500 };
      }
    },
  };

  /** @returns the body that Teams waits for, if it waits for one */
  async function answerTurn(turn: Turn, handler: TurnHandler, context: TurnContext): Promise<unknown> {
    let replies: readonly Reply[];
    try {
      replies = await handler(turn);
    } catch (error) {
      log.error('turn-failed', { kind: turn.kind, fault: nameOf(error), where: placeOf(error), ...wordsOf(error) });
      replies = [{ do: 'say', text: FAULT_WORDS }];
    }
    const inChannel = turn.surface === 'channel';
    let body: unknown = (await postAll(replies)) ? undefined : sayBody(turn, NO_CHAT);
    for (const reply of replies) {
      if (reply.do === 'post') continue;
      if (reply.do === 'send')
        await context.sendActivity(messageWith(fitted(reply.card, turn.serviceUrl, inChannel), reply.bell));
      else if (reply.do === 'answer') {
        const shown = fitted(reply.card, turn.serviceUrl, inChannel);
        body ??= answerBody(turn, shown);
        if (reply.edit && turn.kind === 'press' && turn.messageId) await editPressed(turn.messageId, shown, context);
      } else if (reply.do === 'dialog') {
        body ??= dialogBody(reply.card, reply.title);
      } else if (turn.kind === 'press' && turn.answeredIn !== 'message') {
        body ??= sayBody(turn, reply.text);
      } else await context.sendActivity({ type: 'message', text: reply.text, textFormat: 'plain' });
    }
    return body ?? {};
  }

  /** First of all: what is said to have been sent has been. */
  async function postAll(replies: readonly Reply[]): Promise<boolean> {
    try {
      for (const reply of replies) {
        if (reply.do === 'post') await reply.posted(await chat.post({ person: reply.person }, reply.card, reply.bell));
      }
      return true;
    } catch (error) {
      log.warn('own-chat-unreachable', { fault: nameOf(error) });
      return false;
    }
  }

  async function editPressed(messageId: string, card: AdaptiveCard, context: TurnContext): Promise<void> {
    try {
      await context.updateActivity({
        ...messageWith(card, ''),
        id: messageId,
        conversation: context.activity.conversation,
      });
    } catch (error) {
      // The press itself was answered; another device shows the old card, which says so when pressed.
      log.warn('edit-failed', { fault: nameOf(error) });
    }
  }

  async function startThread(serviceUrl: string, channelId: string, tenantId: string, message: Partial<Activity>) {
    const conversationId = await newConversation(serviceUrl, {
      isGroup: true,
      channelData: { channel: { id: channelId } },
      activity: message,
      tenantId,
    });
    // What comes back as the activity's id is the thread's; the message is the number in it, and editing by the former is a 404.
    const activityId = conversationId.split(';messageid=')[1] ?? '';
    return { conversationId, activityId, serviceUrl };
  }

  /** @returns its id */
  async function newConversation(serviceUrl: string, parameters: object): Promise<string> {
    let id = '';
    await adapter.createConversationAsync(
      appId,
      'msteams',
      serviceUrl,
      audience,
      parameters as never,
      async (context) => {
        id = context.activity.conversation.id;
      },
    );
    return id;
  }

  async function sayTo(
    serviceUrl: string,
    person: string,
    known: ConversationRef | undefined,
    message: Partial<Activity>,
  ) {
    const conversationId =
      known?.conversationId ??
      (await newConversation(serviceUrl, {
        isGroup: false,
        bot: self,
        members: [{ id: person, name: '' }],
        tenantId: parts.tenantId,
        channelData: { tenant: { id: parts.tenantId } },
      }));
    let activityId = '';
    await within({ conversationId, serviceUrl }, async (context) => {
      activityId = (await context.sendActivity(message))?.id ?? '';
    });
    return { conversationId, activityId, serviceUrl };
  }

  async function within(
    { conversationId, serviceUrl }: Pick<Post, 'conversationId' | 'serviceUrl'>,
    logic: (context: TurnContext) => Promise<void>,
  ) {
    const reference = {
      channelId: 'msteams',
      serviceUrl,
      conversation: { id: conversationId },
      bot: self,
    } as Partial<ConversationReference>;
    await adapter.continueConversationAsync(appId, reference, async (context) => {
      // The made-up activity that a continued conversation starts from would be named as what is replied to.
      Reflect.deleteProperty(context.activity, 'id');
      await logic(context);
    });
  }
}

const audience = 'https://api.botframework.com';

function settingsOf(app: BotApp | undefined): Record<string, string> {
  if (!app) return {};
  return {
    MicrosoftAppId: app.id,
    MicrosoftAppType: app.type,
    MicrosoftAppTenantId: app.tenantId,
    ...(app.password ? { MicrosoftAppPassword: app.password } : {}),
    ...(app.certificate
      ? { CertificateThumbprint: app.certificate.thumbprint, CertificatePrivateKey: app.certificate.privateKey }
      : {}),
  };
}

/** The card alone: beside text some clients drop one or the other. The preview goes into `summary`. */
function messageWith(card: AdaptiveCard, bell: string): Partial<Activity> {
  return { type: 'message', attachments: [{ contentType: CARD, content: card }], ...(bell ? { summary: bell } : {}) };
}

function answerBody(turn: Turn, card: AdaptiveCard): unknown {
  if (turn.surface === 'dialog') return dialogBody(card, 'Stepwise');
  return { statusCode: 200, type: CARD, value: card };
}

function dialogBody(card: AdaptiveCard, title: string): unknown {
  return {
    task: {
      type: 'continue',
      value: { title, width: 'medium', height: 'large', card: { contentType: CARD, content: forDialog(card) } },
    },
  };
}

function sayBody(turn: Turn, text: string): unknown {
  if (turn.surface === 'dialog') return { task: { type: 'message', value: text } };
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: text };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function sameAddress(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '');
}

function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown; response?: { status?: unknown } } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

function isAuthentication(error: unknown): boolean {
  const status = statusOf(error);
  // A token that cannot be read at all is no better than a wrong one, although the SDK calls it a fault of its own.
  return (
    nameOf(error) === 'AuthenticationError' ||
    status === 401 ||
    status === 403 ||
    /token|jwt|authori|signature|Unauthori/i.test(messageOf(error))
  );
}

function isUnreachable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return (
    code === 'ECONNREFUSED' ||
    code === 'ENOTFOUND' ||
    code === 'REQUEST_SEND_ERROR' ||
    /ECONNREFUSED/.test(messageOf(error))
  );
}

/** Teams asks for patience by 429, 412, 502 and 504 (graph/facts.md, section 6); a 403 or 404 stays what it is. */
function asPlatformFault(error: unknown): PlatformFault {
  if (error instanceof PlatformFault) return error;
  const status = statusOf(error) ?? 0;
  const again = status === 0 || status === 429 || status === 412 || status >= 500;
  const after = Number(
    (error as { response?: { headers?: { get?(name: string): string | undefined } } } | null)?.response?.headers?.get?.(
      'retry-after',
    ),
  );
  return new PlatformFault(
    `Teams did not take the message (${status || nameOf(error)}).`,
    status,
    again,
    Number.isFinite(after) && after > 0 ? after : undefined,
  );
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/** The words of a fault may hold what was typed and are not written down; those of our own cards name templates and fields only. */
function wordsOf(error: unknown): { words?: string } {
  return error instanceof UnboundField || error instanceof CardTooLarge ? { words: error.message } : {};
}

/** First own file and line of the stack: enough to find it, nothing of what was said. */
function placeOf(error: unknown): string {
  const line = error instanceof Error ? error.stack?.split('\n').find((each) => /\/(bot|src)\//.test(each)) : undefined;
  return line?.match(/((?:bot|src)\/[^\s)]+)/)?.[1] ?? 'unknown';
}
