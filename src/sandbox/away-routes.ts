/** `POST /sandbox/away`: sends somebody on leave, as they would do themselves in Outlook, or calls them back. */
import type { Request, Response, Server } from 'restify';
import { addHours, type Instant, parseInstant, writeInstant } from '../domain/time/instant.ts';
import type { SandboxContext } from './context.ts';
import { aways } from './graph/away.ts';
import { ownerOf } from './graph/directory.ts';
import type { Graph } from './graph/server.ts';
import { WINDOWS_LONDON } from './graph/zone.ts';
import { readJsonBody, sendJson, UnreadableBody } from './json.ts';

const FORM =
  'Say {"person": "<name, address or id>", "from": "2026-12-18T09:00:00Z", "to": "2026-12-22T17:00:00Z"}; "to": null is until further notice, "from": null ends the absence.';

/** An absence without an end blocks the diary for so long. */
const OPEN_ENDED_DAYS = 28;

function readMoment(value: unknown): Instant | null | undefined {
  if (value === null) return null;
  try {
    return typeof value === 'string' ? parseInstant(value) : undefined;
  } catch {
    return undefined;
  }
}

export function registerAway(server: Server, context: SandboxContext, graph: Graph): void {
  const { state } = context;

  function setAway(body: unknown): { status: number; answer: unknown } {
    const { person, from, to } = (body ?? {}) as { person?: unknown; from?: unknown; to?: unknown };
    const name = String(person ?? '').toLowerCase();
    const found = context.tenant.people.find((one) => one.name.toLowerCase() === name) ?? ownerOf(context, name);
    if (!found) return { status: 404, answer: { error: `Nobody here is called "${String(person)}". ${FORM}` } };
    const owner = { id: found.id, name: found.name, mail: found.mail, shared: false };
    const [start, end] = [readMoment(from ?? null), readMoment(to ?? null)];
    if (start === undefined || end === undefined || (start && end && end <= start)) {
      return { status: 400, answer: { error: FORM } };
    }
    return state.together(() => {
      const before = aways(context).get(owner.id);
      const old = before && graph.diary.events.get(before.event);
      if (old) graph.diary.remove(old);
      aways(context).delete(owner.id);
      if (!start) return { status: 200, answer: { person: owner.name, away: null } };
      const event = graph.diary.book(owner, {
        subject: 'Out of office',
        showAs: 'oof',
        start,
        end: end ?? addHours(start, 24 * OPEN_ENDED_DAYS),
        startZone: WINDOWS_LONDON,
        endZone: WINDOWS_LONDON,
        isReminderOn: false,
      });
      const until = end ? ` until ${writeInstant(end)}` : '';
      const message = `I am away${until}.`;
      const away = aways(context).put({ id: owner.id, from: start, to: end, message, event: event.id });
      return { status: 200, answer: { person: owner.name, away: { from: away.from, to: away.to } } };
    });
  }

  server.post('/sandbox/away', async (request: Request, response: Response) => {
    try {
      const { status, answer } = setAway(await readJsonBody(request));
      sendJson(response, status, answer);
    } catch (fault) {
      if (!(fault instanceof UnreadableBody)) throw fault;
      sendJson(response, fault.status, { error: `${fault.message} ${FORM}` });
    }
  });
  server.get('/sandbox/away', async (_request: Request, response: Response) =>
    sendJson(
      response,
      200,
      aways(context)
        .all()
        .map(({ id, from, to }) => ({ person: id, from, to })),
    ),
  );
}
