/**
 * A small tenant, the sandbox's Teams on a free port, and a tiny bot made of Microsoft's own SDK that talks to it.
 * Used by the connector's contract and by the page's browser test.
 */
import type { AddressInfo } from 'node:net';
import botbuilder, { type Activity, type InvokeResponse, type TurnContext } from 'botbuilder';
import restify, { type Server } from 'restify';
import { type Instant, parseInstant } from '../../src/domain/time/instant.ts';
import { ClockRefusal } from '../../src/sandbox/clock.ts';
import type { Person, SandboxClock, SandboxContext, Tenant } from '../../src/sandbox/context.ts';
import { introduceBot, servePage } from '../../src/sandbox/page-routes.ts';
import { openState } from '../../src/sandbox/state.ts';

const {
  ActivityTypes,
  CardFactory,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  MessageFactory,
  TeamsActivityHandler,
} = botbuilder;

const person = (number: number, name: string, role: string, title: string, team: string): Person => {
  const id = `5a7d0c1e-0000-4000-8000-00000000010${number}`;
  return {
    id,
    aadObjectId: id,
    name,
    mail: `${name.toLowerCase().replace(' ', '.')}@camden.example`,
    role,
    title,
    team,
    council: 'camden',
    busy: [],
  };
};

export const AMARA = person(1, 'Amara Okafor', 'social-worker', 'Social worker', 'Social Work North');
export const DAWN = person(2, 'Dawn Ellery', 'front-door-manager', 'Front-door manager', 'Early Help Front Door');
export const TOMASZ = person(
  3,
  'Tomasz Zielinski',
  'front-door-manager',
  'Front-door manager',
  'Early Help Front Door',
);
export const GRACE = person(4, 'Grace Adeyemi', 'eh-team-manager', 'Early Help team manager', 'Early Help Euston');

export const FRONT_DOOR = { team: '19:fd@thread.tacv2', channel: '19:fd-step-down@thread.tacv2' };

const tenant: Tenant = {
  id: '5a7d0c1e-0000-4000-8000-000000000001',
  domains: ['camden.example'],
  councils: [{ id: 'camden', name: 'Camden' }],
  people: [AMARA, DAWN, TOMASZ, GRACE],
  groups: [],
  teams: [
    {
      id: FRONT_DOOR.team,
      groupId: '5a7d0c1e-0000-4000-8000-0000000000e2',
      name: 'Early Help Front Door',
      channels: [{ id: FRONT_DOOR.channel, name: 'Step down' }],
      members: [DAWN.id, TOMASZ.id, GRACE.id],
    },
  ],
  mailboxes: [
    {
      council: 'camden',
      id: '5a7d0c1e-0000-4000-8000-0000000000f1',
      name: 'Early Help step down',
      mail: 'EHstepdown@camden.example',
    },
  ],
};

/** Where the tenant is several councils'. */
export const AISHA: Person = {
  ...person(5, 'Aisha Abbot', 'social-worker', 'Social worker', 'Social work'),
  mail: 'aisha.abbot@barnsley.example',
  council: 'barnsley',
};
export const MINA: Person = {
  ...person(6, 'Mina Ackroyd', 'early-help-panel', 'Early Help Panel', 'Early Help'),
  mail: 'mina.ackroyd@barnsley.example',
  council: 'barnsley',
};
export const TWO_COUNCILS: Partial<Tenant> = {
  councils: [...tenant.councils, { id: 'barnsley', name: 'Barnsley' }],
  people: [...tenant.people, AISHA, MINA],
};

/** A clock that stands where the test puts it. */
export interface TestClock extends SandboxClock {
  set(now: string): void;
}

function testClock(): TestClock {
  let now = '2026-12-17T16:20:00.000Z' as Instant;
  const london = () =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/London',
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    }).format(new Date(now));
  const reading = () => ({ now, ticking: false, london: london() });
  return {
    now: () => now,
    london,
    reading,
    set(to) {
      now = to as Instant;
    },
    async move(move) {
      if ('to' in move && parseInstant(move.to) < now) throw new ClockRefusal('Time only goes forward.');
      now = (
        'to' in move ? new Date(parseInstant(move.to)) : new Date(Date.parse(now) + 3_600_000)
      ).toISOString() as Instant;
      return { ...reading(), stops: [now], carriedOut: 0, bot: 'reached' };
    },
  };
}

const listen = (server: Server) =>
  new Promise<string>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.server.address() as AddressInfo).port}`)),
  );
const close = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.server.closeAllConnections();
  });

export type Json = Record<string, unknown>;

export interface Harness {
  readonly context: SandboxContext;
  readonly clock: TestClock;
  readonly page: string;
  readonly bot: TestBot;
  readonly server: Server;
  api(as: Person, method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }>;
  introduce(): ReturnType<typeof introduceBot>;
  stop(): Promise<void>;
}

export async function startHarness(
  withRoutes: (server: Server, context: SandboxContext) => void = () => {},
  more: Partial<Tenant> = {},
): Promise<Harness> {
  const bot = new TestBot();
  const messages = `${await listen(bot.server)}/api/messages`;
  const server = restify.createServer({ ignoreTrailingSlash: true });
  const page = await listen(server);
  const state = openState(':memory:');
  const clock = testClock();
  const context: SandboxContext = {
    state,
    clock,
    tenant: { ...tenant, ...more },
    urls: {
      page,
      messages,
      graph: `${page}/graph`,
      teams: `${page}/connector/`,
      clock: `${page}/clock`,
      bot: messages,
    },
    botMessagesUrl: messages,
    dataDir: '',
  };
  servePage(server, context);
  withRoutes(server, context);
  return {
    context,
    clock,
    page,
    bot,
    server,
    async api(as, method, path, body) {
      const response = await fetch(`${page}${path}`, {
        method,
        headers: { 'x-acting-as': as.id, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json };
    },
    introduce: () => introduceBot(context, { attempts: 1, between: 0 }),
    async stop() {
      await Promise.all([close(server), close(bot.server)]);
      state.close();
    },
  };
}

const card = (body: Json[], actions: Json[] = [], more: Json = {}) => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
  ...more,
  body,
  actions,
});
const heading = (text: string) => ({
  type: 'TextBlock',
  style: 'heading',
  size: 'large',
  weight: 'bolder',
  wrap: true,
  text,
});
const words = (text: string) => ({ type: 'TextBlock', wrap: true, text });
const asTyped = (text: string) => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] });
const execute = (title: string, verb: string, data: Json = {}) => ({ type: 'Action.Execute', title, verb, data });

export const HOSTILE = '[x](https://example.invalid) **y** <at>All</at>';

export const choiceCard = card(
  [heading('New step down: CAM-7K3F'), words('2 children. Answer the social worker by **Tue 22 Dec 2026, 17:00**.')],
  [
    execute('Open and decide', 'mine'),
    execute('Name this team', 'finish'),
    { type: 'Action.Submit', title: 'Show details', data: { what: 'details', msteams: { type: 'task/fetch' } } },
    { ...execute('Delete draft', 'message'), mode: 'secondary' },
  ],
);

export const formCard = card(
  [
    heading('Child 1'),
    asTyped(HOSTILE),
    { type: 'Input.Text', id: 'name', label: 'Name' },
    { type: 'Input.Text', id: 'born', label: 'Date of birth', placeholder: 'For example 27 3 2015' },
    { type: 'Input.Date', id: 'agreed', label: 'When' },
    { type: 'Input.Text', id: 'why', label: 'Reasons social care became involved', isMultiline: true },
    {
      type: 'Input.ChoiceSet',
      id: 'how',
      label: 'How',
      style: 'expanded',
      choices: [
        { title: 'In person', value: 'in-person' },
        { title: 'By phone', value: 'phone' },
      ],
    },
    {
      type: 'Input.ChoiceSet',
      id: 'times',
      label: 'Times',
      style: 'expanded',
      isMultiSelect: true,
      choices: [
        { title: 'Wed 30 Dec 2026, 10:00', value: '1' },
        { title: 'Wed 30 Dec 2026, 14:00', value: '2' },
        { title: 'Thu 31 Dec 2026, 14:00', value: '3' },
        { title: 'Mon 4 Jan 2027, 10:00', value: '4' },
        { title: 'Tue 5 Jan 2027, 09:30 (last day)', value: '5' },
      ],
    },
    { type: 'Input.Toggle', id: 'sure', title: 'The agreement covers both children', label: 'Please confirm' },
    { type: 'Input.Text', id: 'other', label: 'Another time (optional)' },
  ],
  [execute('Save and continue', 'save'), execute('Save for later', 'message')],
);

/** As the referral's page of a child, which speaks of the others too. */
const childCard = (title: string) =>
  card(
    [
      heading(title),
      words('Child 1: Rowan Ashby, 11. Complete.'),
      { type: 'Input.Text', id: 'name', label: 'Name' },
      { type: 'Input.Text', id: 'born', label: 'Date of birth' },
      { type: 'Input.Text', id: 'mosaic', label: 'MOSAIC number' },
      { type: 'Input.Text', id: 'reasons', label: 'Reasons social care became involved' },
    ],
    [execute('Save and continue', 'save')],
  );

/** Echoes, shows cards, posts to the channel, and remembers all that reached it. */
export class TestBot extends TeamsActivityHandler {
  readonly received: Activity[] = [];
  readonly server = restify.createServer();
  lastPost = { conversation: '', message: '' };
  private readonly adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));

  constructor() {
    super();
    this.adapter.onTurnError = async (_context, error) => {
      throw error;
    };
    this.server.use(restify.plugins.jsonBodyParser());
    this.server.post('/api/messages', async (request, response) => {
      // restify's types know optional properties that may be undefined, botbuilder's do not.
      await this.adapter.process(request as never, response, (context) => this.run(context));
    });
    this.onTurn(async (context, next) => {
      this.received.push(structuredClone(context.activity));
      await next();
    });
    this.onMessage(async (context, next) => {
      await this.answerMessage(context);
      await next();
    });
    this.onInstallationUpdateAdd(async (context, next) => {
      await context.sendActivity('Hello. I am a test bot.');
      await next();
    });
  }

  named(name: string): Activity[] {
    return this.received.filter((activity) => activity.name === name);
  }

  private async answerMessage(context: TurnContext): Promise<void> {
    const said = (context.activity.text ?? '').replaceAll(/<at>.*?<\/at>/g, '').trim();
    if (context.activity.value) await context.sendActivity(`Submitted ${JSON.stringify(context.activity.value)}`);
    else if (said === 'form') await context.sendActivity({ ...cardMessage(formCard), summary: 'A form' });
    else if (/^Child \d$/.test(said)) await context.sendActivity(cardMessage(childCard(said)));
    else if (said === 'choice') await context.sendActivity(cardMessage(choiceCard));
    else if (said === 'refresh') await context.sendActivity(cardMessage(refreshing(context.activity.from.id)));
    else if (said === 'large') await context.sendActivity(cardMessage(card([words('x'.repeat(60_000))])));
    else if (said === 'typing')
      await context.sendActivities([{ type: ActivityTypes.Typing }, { type: 'message', text: 'Done.' }]);
    else if (said === 'post') await this.postToChannel(context, choiceCard);
    else if (said === 'edit')
      await this.editPost(context, card([heading('CAM-7K3F: Euston named'), words('Next: consultation.')]));
    else await context.sendActivity(`You said: ${said}`);
  }

  private async postToChannel(context: TurnContext, content: Json): Promise<void> {
    const parameters = {
      isGroup: true,
      channelData: { channel: { id: FRONT_DOOR.channel } },
      activity: { ...cardMessage(content), summary: 'CAM-7K3F: new step down' } as Activity,
      bot: context.activity.recipient,
      tenantId: tenant.id,
      members: [],
      topicName: '',
    };
    const post = this.lastPost;
    await this.adapter.createConversationAsync(
      '',
      'msteams',
      context.activity.serviceUrl,
      '',
      parameters,
      async (created) => {
        post.conversation = created.activity.conversation.id;
        post.message = created.activity.conversation.id.split('messageid=')[1] ?? '';
      },
    );
  }

  private async editPost(context: TurnContext, content: Json): Promise<void> {
    const reference = {
      bot: context.activity.recipient,
      channelId: 'msteams',
      conversation: { id: this.lastPost.conversation, isGroup: true, conversationType: 'channel', name: '' },
      serviceUrl: context.activity.serviceUrl,
    };
    await this.adapter.continueConversationAsync('', reference, async (there) => {
      await there.updateActivity({ ...cardMessage(content), id: this.lastPost.message });
    });
  }

  protected override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    if (context.activity.name === 'adaptiveCard/action') {
      return { status: 200, body: await this.answerCard(context) };
    }
    return super.onInvokeActivity(context);
  }

  private async answerCard(context: TurnContext): Promise<Json> {
    const { action } = context.activity.value as { action: { verb: string; data: Json } };
    const as = (type: string, value: unknown, statusCode = 200) => ({ statusCode, type, value });
    const show = (content: Json) => as('application/vnd.microsoft.card.adaptive', content);
    if (action.verb === 'message') return as('application/vnd.microsoft.activity.message', 'Saved for later.');
    if (action.verb === 'error')
      return as('application/vnd.microsoft.error', { code: '400', message: 'Not understood.' }, 400);
    if (action.verb === 'view') return show(card([words('Fresh for you.')]));
    if (action.verb === 'save')
      return show(
        card([heading('Saved'), asTyped(String(action.data.name ?? '')), words(JSON.stringify(action.data))]),
      );
    if (action.verb === 'finish') {
      const done = card([heading('CAM-7K3F: Euston named'), words(`Decided by ${context.activity.from.name}.`)]);
      await context.updateActivity({ ...cardMessage(done), id: String(context.activity.replyToId) });
      return show(done);
    }
    return show(card([words('Front-door managers decide this. Ask one of them.'), words('New step down: CAM-7K3F')]));
  }

  protected override async handleTeamsTaskModuleFetch() {
    const content = card(
      [words('What should happen?'), { type: 'Input.Text', id: 'note', label: 'Note' }],
      [{ type: 'Action.Submit', title: 'Name this team', data: { verb: 'name' } }],
    );
    return { task: { type: 'continue' as const, value: { title: 'Decide', card: CardFactory.adaptiveCard(content) } } };
  }

  protected override async handleTeamsTaskModuleSubmit(_context: TurnContext, request: { data: unknown }) {
    return { task: { type: 'message' as const, value: `Noted: ${(request.data as { note: string }).note}` } };
  }

  protected override async handleTeamsMessagingExtensionQuery() {
    const found = { ...CardFactory.adaptiveCard(card([words('CAM-7K3F')])), preview: CardFactory.heroCard('CAM-7K3F') };
    return { composeExtension: { type: 'result' as const, attachmentLayout: 'list' as const, attachments: [found] } };
  }
}

const cardMessage = (content: Json) => MessageFactory.attachment(CardFactory.adaptiveCard(content));
const refreshing = (userId: string) =>
  card([words('As it was.')], [], { refresh: { action: execute('Refresh', 'view'), userIds: [userId] } });
