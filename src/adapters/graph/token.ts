/**
 * Where the bearer token of a Graph request comes from.
 */

export type TokenSource = () => Promise<string>;

/** The app registration, app-only: nobody is signed in. */
export interface AppCredentials {
  readonly type: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
  readonly id: string;
  readonly tenantId: string;
  /** Client secret. */
  readonly password?: string;
  /** Path of a PEM file with the certificate and its private key. */
  readonly certificate?: string;
}

/** What the sandbox is given. It opens nothing: the sandbox listens on loopback only and knows no secret. */
export const SANDBOX_TOKEN = 'sandbox';

/** Entra answers within a second; a dispatcher slot is not held longer than this for it. */
const TOKEN_TIMEOUT_MS = 10_000;

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * @param baseUrl of Graph, without version: `https://graph.microsoft.com`
 * @throws Error where nothing could ever authorise a request: an address outside this machine and no credentials,
 *   or a plain-text address outside this machine
 */
export function tokenSource(baseUrl: string, app: AppCredentials | undefined): TokenSource {
  // A real token never goes to loopback, where any local process could be listening.
  if (isLoopback(baseUrl)) return async () => SANDBOX_TOKEN;
  if (!app) {
    throw new Error(
      `GRAPH_BASE_URL is ${baseUrl}, outside this machine, and MicrosoftAppId is not set. Set it, with its secret.`,
    );
  }
  const { protocol, origin } = new URL(baseUrl);
  if (protocol !== 'https:')
    throw new Error(`GRAPH_BASE_URL is ${baseUrl}. Outside this machine it has to start with https://.`);
  const scope = `${origin}/.default`;
  let credential: ReturnType<typeof openCredential> | undefined;
  return async () => {
    credential ??= openCredential(app);
    const token = await (await credential).getToken(scope, { abortSignal: AbortSignal.timeout(TOKEN_TIMEOUT_MS) });
    return token.token;
  };
}

// Loaded when first needed: the sandbox never needs it, and it is the slowest module of the start.
async function openCredential(app: AppCredentials) {
  const identity = await import('@azure/identity');
  if (app.type === 'UserAssignedMSI') return new identity.ManagedIdentityCredential({ clientId: app.id });
  if (app.certificate !== undefined) {
    return new identity.ClientCertificateCredential(app.tenantId, app.id, { certificatePath: app.certificate });
  }
  if (app.password !== undefined) return new identity.ClientSecretCredential(app.tenantId, app.id, app.password);
  throw new Error('MicrosoftAppId is set, with neither MicrosoftAppPassword nor MicrosoftAppCertificate.');
}
