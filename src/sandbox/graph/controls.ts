/** What tests and the page ask of the sandbox's Graph beside Graph itself: its log, and trouble on request. */
import type { Request, Response, Server } from 'restify';
import type { SandboxContext } from '../context.ts';
import { readJsonBody } from '../json.ts';
import { answerJson } from './answer.ts';
import type { Faults } from './faults.ts';
import { forgetTokens } from './forgotten.ts';
import type { Limits } from './limits.ts';
import type { GraphLog } from './log.ts';
import { showOutside } from './mail.ts';
import type { Mail } from './mailbox.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface Controlled {
  readonly faults: Faults;
  readonly log: GraphLog;
  readonly limits: Limits;
  readonly mail: Mail;
  readonly subscriptions: Subscriptions;
}

export function registerControls(
  server: Server,
  context: SandboxContext,
  { faults, log, limits, mail, subscriptions }: Controlled,
): void {
  server.get('/sandbox/graph-log', async (_request: Request, response: Response) =>
    answerJson(response, { status: 200, body: log.all() }),
  );
  server.del('/sandbox/graph-log', async (_request: Request, response: Response) => {
    log.clear();
    answerJson(response, { status: 204 });
  });
  server.get('/sandbox/graph-in-flight', async (_request: Request, response: Response) =>
    answerJson(response, { status: 200, body: { most: limits.most(), refused: limits.refused() } }),
  );
  server.del('/sandbox/graph-in-flight', async (_request: Request, response: Response) => {
    limits.clear();
    answerJson(response, { status: 204 });
  });
  server.post('/sandbox/subscriptions/lifecycle', async (request: Request, response: Response) => {
    const { event, person } = ((await readJsonBody(request).catch(() => undefined)) ?? {}) as Record<string, unknown>;
    const told = subscriptions.lifecycle(String(event), typeof person === 'string' ? person : undefined);
    const error =
      'Say {"event": "subscriptionRemoved" | "missed" | "reauthorizationRequired", "person": "<address or id>"}; without a person it is for every subscription.';
    answerJson(
      response,
      told === undefined ? { status: 400, body: { error } } : { status: 200, body: { subscriptions: told } },
    );
  });
  server.get('/sandbox/faults', async (_request: Request, response: Response) =>
    answerJson(response, { status: 200, body: faults.all() }),
  );
  server.post('/sandbox/faults', async (request: Request, response: Response) => {
    const fault = faults.add(await readJsonBody(request).catch(() => undefined));
    const error =
      'A fault looks like {"match": {"method": "POST", "path": "/users/"}, "times": 1, "status": 503, "retryAfter": 2, "after": true}. status is 400 to 599, or 0 to drop the connection, "hang" to hold it until the caller gives up, "slow" to answer after "milliseconds", "empty" for an empty page before the real one.';
    answerJson(response, fault ? { status: 201, body: fault } : { status: 400, body: { error } });
  });
  server.del('/sandbox/faults', async (_request: Request, response: Response) => {
    faults.clear();
    answerJson(response, { status: 204 });
  });
  server.get('/sandbox/outside', async (_request: Request, response: Response) =>
    answerJson(response, { status: 200, body: showOutside(mail) }),
  );
  server.post('/sandbox/delta-tokens/forget', async (request: Request, response: Response) =>
    answerJson(response, forgetTokens(context, await readJsonBody(request).catch(() => undefined))),
  );
}
