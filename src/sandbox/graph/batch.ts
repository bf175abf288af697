/** `POST /$batch`: up to twenty requests in one, each answered as if it had come alone. */
import { type Answer, type Call, invalid, isObject, type Json, objectBody, ok } from './call.ts';

const MOST = 20;

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

export type Dispatch = (part: {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}) => Promise<Answer>;

function readParts(call: Call): Part[] {
  const { requests } = objectBody(call);
  if (!Array.isArray(requests)) throw invalid("Invalid batch payload format: 'requests' is missing.", 'BadRequest');
  if (requests.length > MOST) {
    throw invalid(`Number of batch request steps exceeds the maximum value of ${MOST}.`, 'MaximumValueExceeded');
  }
  const seen = new Set<string>();
  return requests.map((request: unknown): Part => {
    const { id, method, url, headers, body, dependsOn } = isObject(request) ? request : ({} as Json);
    if (typeof id !== 'string' || typeof method !== 'string' || typeof url !== 'string') {
      throw invalid('Each request of a batch needs an id, a method and a url.', 'BadRequest');
    }
    if (seen.has(id.toLowerCase())) throw invalid(`Duplicate request id '${id}' in the batch.`, 'BadRequest');
    seen.add(id.toLowerCase());
    const lowered = Object.fromEntries(
      Object.entries(isObject(headers) ? headers : {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    if (body !== undefined && !lowered['content-type']) {
      throw invalid(`Request '${id}' has a body and no Content-Type.`, 'BadRequest');
    }
    return {
      id,
      method: method.toUpperCase(),
      url,
      headers: lowered,
      body,
      dependsOn: Array.isArray(dependsOn) ? dependsOn.map(String) : [],
    };
  });
}

export async function answerBatch(call: Call, dispatch: Dispatch): Promise<Answer> {
  const parts = readParts(call);
  const statuses = new Map<string, number>();
  const responses: Json[] = [];
  for (const { id, method, url, headers, body, dependsOn } of parts) {
    const unmet = dependsOn.find((other) => !((statuses.get(other) ?? 500) < 400));
    const answer: Answer = unmet
      ? {
          status: 424,
          body: { error: { code: 'FailedDependency', message: `Request '${unmet}' that this one depends on failed.` } },
        }
      : await dispatch({ method, url, headers, body });
    statuses.set(id, answer.status);
    responses.push({
      id,
      status: answer.status,
      headers: {
        'Cache-Control': 'no-cache',
        ...answer.headers,
        ...(answer.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(answer.raw ? { 'Content-Type': answer.raw.type } : {}),
      },
      ...(answer.body === undefined ? {} : { body: answer.body }),
      // What is not JSON comes in a batch as base64.
      ...(answer.raw ? { body: answer.raw.bytes.toString('base64') } : {}),
    });
  }
  // Graph promises no order, so nobody may rely on one.
  return ok({ responses: responses.reverse() });
}
