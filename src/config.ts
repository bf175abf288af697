/**
 * The settings: the only file that reads the environment. Every variable stands in `SETTINGS` and in env/.env.example,
 * and a test holds the two together.
 */
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/** Council, case and personal data are never settings. Secrets are given to whoever needs them and to nothing else. */
export interface Config {
  /** Real people's families: NODE_ENV says so, or nothing says that this is a sandbox. */
  readonly production: boolean;
  readonly port: number;
  /** Only this machine, unless an app registration guards the door. */
  readonly listenOn: '127.0.0.1' | '0.0.0.0';
  readonly sandboxPort: number;
  readonly dataDir: string;
  /** Absent: SQLite in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** As given: 32 bytes in base64. */
  readonly masterKey: string | undefined;
  /** Absent: all that the directory file has. */
  readonly councils: readonly string[] | undefined;
  /** Path of the directory file. */
  readonly directory: string;
  /** Path of a file with holidays of one's own, beside the ones that come with the product. */
  readonly holidaysFile: string | undefined;
  /** Path of a folder with councils of one's own, beside the ones that come with the product. */
  readonly protocols: string | undefined;
  readonly microsoftApp: MicrosoftApp | undefined;
  /** Without version and trailing slash. */
  readonly graphBaseUrl: string;
  /** Right half of the Message-IDs of the mails that go out. */
  readonly mailDomain: string;
  /** How Microsoft reaches this bot from outside, without trailing slash. Absent: it cannot tell of changes in mailboxes and calendars. */
  readonly publicUrl: string | undefined;
  /** Teams' connector, for whoever the bot has not heard from yet. */
  readonly teamsServiceUrl: string | undefined;
  /** Whether buttons in a channel open dialogs. `auto`: in Microsoft's clients and at `teamsServiceUrl`. */
  readonly dialogs: 'auto' | 'on' | 'off';
  /** Only beside the sandbox. */
  readonly clockUrl: string | undefined;
  /** How often mailboxes and calendars are looked at that nobody tells of. */
  readonly pollSeconds: number;
  /** After how long an alarm is raised about a mailbox that cannot be read. */
  readonly mailboxAlarmMinutes: number;
  readonly logLevel: 'info' | 'warn' | 'error' | 'silent';
}

export interface MicrosoftApp {
  readonly type: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
  readonly id: string;
  readonly tenantId: string;
  readonly password?: string;
  /** Path of a PEM file with the certificate and its private key. */
  readonly certificate?: string;
}

/** Everything that is wrong, each naming the variable and the remedy. Never holds the value of a secret. */
export class WrongSettings extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The settings need correcting:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'WrongSettings';
    this.faults = faults;
  }
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `has to be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((number) => number >= least && number <= most, `has to be from ${least} to ${most}`);
const guid = (where: string) =>
  z.string().regex(GUID, `has to be the id shown in Entra under ${where}, like 5a7d0c1e-0000-4000-8000-000000000001`);
const url = (protocols: readonly string[], like: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `has to be an address like ${like}`,
    )
    .transform((text) => text.replace(/\/+$/, ''));

/** Each by itself. An empty variable counts as one that is not set. */
const Settings = z.object({
  NODE_ENV: z.string().optional(),
  PORT: wholeNumber(0, 65535).default(3978),
  SANDBOX_PORT: wholeNumber(0, 65535).default(3979),
  DATA_DIR: z.string().default('data'),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://user@host/stepwise').optional(),
  MASTER_KEY: z
    .string()
    .refine(
      (text) => /^[A-Za-z0-9+/]{43}=$/.test(text.trim()),
      'has to be 32 bytes in base64, 44 characters. Make one with: openssl rand -base64 32',
    )
    .optional(),
  COUNCILS: z
    .string()
    .regex(
      /^\s*[a-z0-9-]+(\s*,\s*[a-z0-9-]+)*\s*$/,
      'has to be names of councils with commas between them, like camden,knowsley',
    )
    .transform((text) => text.split(',').map((name) => name.trim()))
    .optional(),
  DIRECTORY: z.string().optional(),
  HOLIDAYS_FILE: z.string().optional(),
  PROTOCOLS: z.string().optional(),
  MicrosoftAppType: z
    .enum(['SingleTenant', 'MultiTenant', 'UserAssignedMSI'], 'has to be SingleTenant, MultiTenant or UserAssignedMSI')
    .default('SingleTenant'),
  MicrosoftAppId: guid('App registrations: Application (client) ID').optional(),
  MicrosoftAppPassword: z.string().optional(),
  MicrosoftAppCertificate: z.string().optional(),
  MicrosoftAppTenantId: guid('Overview: Tenant ID').optional(),
  GRAPH_BASE_URL: url(['http:', 'https:'], 'https://graph.microsoft.com').default('https://graph.microsoft.com'),
  MAIL_DOMAIN: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'has to be a domain of your own, like camden.gov.uk')
    .default('stepwise.invalid'),
  PUBLIC_URL: url(['http:', 'https:'], 'https://stepwise.example.gov.uk').optional(),
  TEAMS_SERVICE_URL: url(['http:', 'https:'], 'https://smba.trafficmanager.net/uk').optional(),
  DIALOGS: z.enum(['auto', 'on', 'off'], 'has to be auto, on or off').default('auto'),
  CLOCK_URL: url(['http:'], 'http://127.0.0.1:3979/clock').optional(),
  POLL_SECONDS: wholeNumber(5, 3600).default(60),
  MAILBOX_ALARM_MINUTES: wholeNumber(1, 1440).default(30),
  LOG_LEVEL: z.enum(['info', 'warn', 'error', 'silent'], 'has to be info, warn, error or silent').default('info'),
});

/** Names of all variables that are read. */
export const SETTINGS: readonly string[] = Object.keys(Settings.shape);

const SANDBOX_DIRECTORY = 'env/directory.sandbox.yaml';

/** @returns the settings, or every fault in them, in words. Nothing is read but the record given. */
export function readConfig(
  environment: Environment,
): { readonly config: Config } | { readonly faults: readonly string[] } {
  const given = Object.fromEntries(SETTINGS.map((name) => [name, environment[name]?.trim() || undefined]));
  const read = Settings.safeParse(given);
  const faults = [
    ...misspelt(environment),
    ...(read.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}.`),
    ...together(given),
  ];
  if (!read.success || faults.length > 0) return { faults };

  const set = read.data;
  const {
    MicrosoftAppId: id,
    MicrosoftAppTenantId: tenantId,
    MicrosoftAppPassword: password,
    MicrosoftAppCertificate: certificate,
  } = set;
  const microsoftApp: MicrosoftApp | undefined =
    id === undefined || tenantId === undefined
      ? undefined
      : {
          type: set.MicrosoftAppType,
          id,
          tenantId,
          ...(password === undefined ? {} : { password }),
          ...(certificate === undefined ? {} : { certificate }),
        };
  return {
    config: {
      production: isProduction(given),
      port: set.PORT,
      listenOn: microsoftApp === undefined ? '127.0.0.1' : '0.0.0.0',
      sandboxPort: set.SANDBOX_PORT,
      dataDir: set.DATA_DIR,
      databaseUrl: set.DATABASE_URL,
      masterKey: set.MASTER_KEY,
      councils: set.COUNCILS,
      directory: set.DIRECTORY ?? SANDBOX_DIRECTORY,
      holidaysFile: set.HOLIDAYS_FILE,
      protocols: set.PROTOCOLS,
      microsoftApp,
      graphBaseUrl: set.GRAPH_BASE_URL,
      mailDomain: set.MAIL_DOMAIN,
      publicUrl: set.PUBLIC_URL,
      teamsServiceUrl: set.TEAMS_SERVICE_URL === undefined ? undefined : `${set.TEAMS_SERVICE_URL}/`,
      dialogs: set.DIALOGS,
      clockUrl: set.CLOCK_URL,
      pollSeconds: set.POLL_SECONDS,
      mailboxAlarmMinutes: set.MAILBOX_ALARM_MINUTES,
      logLevel: set.LOG_LEVEL,
    },
  };
}

/** The settings of this process. @throws WrongSettings with all faults at once */
export function configFromEnvironment(): Config {
  const read = readConfig(process.env);
  if ('faults' in read) throw new WrongSettings(read.faults);
  return read.config;
}

/** Rules between variables. They look at what was given, so that they speak up beside the faults of single ones. */
function together(given: Environment): string[] {
  const faults: string[] = [];
  const fault = (when: unknown, words: string) => {
    if (when) faults.push(words);
  };
  const app = given.MicrosoftAppId;
  const production = isProduction(given);
  const identity = given.MicrosoftAppType === 'UserAssignedMSI';
  const {
    MicrosoftAppPassword: password,
    MicrosoftAppCertificate: certificate,
    GRAPH_BASE_URL: graph,
    CLOCK_URL: clock,
    PUBLIC_URL: publicUrl,
  } = given;

  fault(
    production && !app,
    'MicrosoftAppId is not set: an empty app id is an open door, for the bot then believes whoever calls. Set it, or run the sandbox with: npm start',
  );
  fault(
    clock && app,
    'CLOCK_URL is set beside MicrosoftAppId: whoever moves the clock moves every deadline. Unset CLOCK_URL; it belongs to the sandbox.',
  );
  fault(clock && !onLoopback(clock), 'CLOCK_URL has to be on this machine, like http://127.0.0.1:3979/clock.');
  fault(
    production && !given.MASTER_KEY,
    "MASTER_KEY is not set: families' data is sealed with it. Make one with openssl rand -base64 32, and keep a copy apart from the database.",
  );
  fault(
    production && !given.DIRECTORY,
    `DIRECTORY is not set: it names the file that says which groups, channels and mailboxes play which part. Copy ${SANDBOX_DIRECTORY} and enter your own ids.`,
  );
  fault(
    app && !given.MicrosoftAppTenantId,
    'MicrosoftAppTenantId is not set: it is shown in Entra under Overview, Tenant ID.',
  );
  fault(
    app && !identity && !password && !certificate,
    'MicrosoftAppPassword and MicrosoftAppCertificate are both not set: set one of them. The certificate is the better one.',
  );
  fault(password && certificate, 'MicrosoftAppPassword and MicrosoftAppCertificate are both set: unset one of them.');
  fault(
    identity && (password || certificate),
    'MicrosoftAppType is UserAssignedMSI, which has no secret: unset MicrosoftAppPassword and MicrosoftAppCertificate.',
  );
  fault(
    !app && (password || certificate),
    'MicrosoftAppId is not set, and its password or certificate is. Set MicrosoftAppId too, or unset them.',
  );
  fault(
    graph && !onLoopback(graph) && !graph.startsWith('https:'),
    'GRAPH_BASE_URL has to start with https:// unless it is on this machine.',
  );
  fault(
    clock && !onLoopback(graph ?? '') && !production && !app,
    'GRAPH_BASE_URL has to be on this machine where there is no MicrosoftAppId, like http://127.0.0.1:3979/graph.',
  );
  fault(
    production && publicUrl && !publicUrl.startsWith('https:') && !onLoopback(publicUrl),
    'PUBLIC_URL has to start with https://. Microsoft calls no other.',
  );
  return faults;
}

function isProduction({ NODE_ENV, CLOCK_URL, GRAPH_BASE_URL }: Environment): boolean {
  return NODE_ENV === 'production' || (!CLOCK_URL && !onLoopback(GRAPH_BASE_URL ?? ''));
}

function onLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Half the variables are Microsoft's, in mixed case: MICROSOFTAPPID would be passed over in silence. */
function misspelt(environment: Environment): string[] {
  const known = new Map(SETTINGS.map((name) => [plain(name), name]));
  return Object.keys(environment).flatMap((name) => {
    const meant = known.get(plain(name));
    return meant === undefined || meant === name || environment[meant] !== undefined || environment[name] === ''
      ? []
      : [`${name} is not read: the name is ${meant}.`];
  });
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
