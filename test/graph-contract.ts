/**
 * Holds recorded Graph traffic against Microsoft's own description of it, where the shared folder with that description is.
 * Fails for a path, option or request property that Graph does not have, and for an answer with a field missing, invented or ill-typed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';

const FILE = fileURLToPath(new URL('../../shared/graph/graph-subset.openapi.json', import.meta.url));

/** False where the description is not to be had: say `(graphContractIsHere ? test : test.skip)(…)`. */
export const graphContractIsHere = existsSync(FILE);

/** What `GET /sandbox/graph-log` gives, as far as it matters here. */
export interface Exchange {
  readonly n?: number;
  readonly method: string;
  /** Below `/v1.0`, without the query. */
  readonly path: string;
  readonly query?: string;
  readonly requestBody?: unknown;
  /** 0: the connection was dropped. */
  readonly status: number;
  readonly responseBody?: unknown;
}

type Schema = { [key: string]: unknown };
type Json = Record<string, unknown>;

interface Operation {
  readonly path: string;
  readonly parts: readonly string[];
  readonly method: string;
  readonly options: ReadonlySet<string>;
  readonly request: Schema | undefined;
  readonly requestNeeded: boolean;
  readonly answers: ReadonlyMap<string, Schema | undefined>;
}

interface Contract {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;
  validator(schema: Schema): ValidateFunction;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const PREFIX = '#/components/schemas/';

/** Fields that Graph always sends of these unless `$select` leaves them out; the description itself requires hardly any. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  event: [
    ...[
      'id',
      '@odata.etag',
      'createdDateTime',
      'lastModifiedDateTime',
      'changeKey',
      'categories',
      'iCalUId',
      'subject',
    ],
    ...['originalStartTimeZone', 'originalEndTimeZone', 'reminderMinutesBeforeStart', 'isReminderOn', 'hasAttachments'],
    ...['bodyPreview', 'importance', 'sensitivity', 'isAllDay', 'isCancelled', 'isOrganizer', 'responseRequested'],
    ...['seriesMasterId', 'showAs', 'type', 'webLink', 'onlineMeetingUrl', 'isOnlineMeeting', 'onlineMeetingProvider'],
    ...['onlineMeeting', 'allowNewTimeProposals', 'hideAttendees', 'isDraft', 'recurrence', 'responseStatus', 'body'],
    ...['start', 'end', 'location', 'locations', 'attendees', 'organizer'],
  ],
  message: [
    ...['id', '@odata.etag', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'categories', 'receivedDateTime'],
    ...[
      'sentDateTime',
      'hasAttachments',
      'internetMessageId',
      'subject',
      'bodyPreview',
      'importance',
      'parentFolderId',
    ],
    ...['conversationId', 'isRead', 'isDraft', 'webLink', 'inferenceClassification', 'body', 'toRecipients'],
    ...['ccRecipients', 'bccRecipients', 'replyTo', 'flag'],
  ],
  subscription: ['id', 'resource', 'changeType', 'notificationUrl', 'expirationDateTime', 'applicationId', 'creatorId'],
  mailFolder: ['id', 'displayName', 'parentFolderId', 'childFolderCount', 'unreadItemCount', 'totalItemCount'],
  user: ['id', 'displayName', 'mail', 'userPrincipalName', 'businessPhones', 'givenName', 'surname', 'jobTitle'],
  team: ['id', 'displayName', 'internalId', 'isArchived'],
  channel: ['id', 'displayName', 'membershipType'],
  fileAttachment: ['id', 'name', 'contentType', 'size', 'isInline', 'lastModifiedDateTime', 'contentBytes'],
  mailboxSettings: ['automaticRepliesSetting', 'timeZone', 'workingHours', 'language', 'userPurpose'],
  scheduleInformation: ['scheduleId', 'availabilityView', 'scheduleItems'],
};

/** OpenAPI 3.0 to JSON Schema: `nullable` becomes a type, hand-made `x-` keys and documentation go. */
function toJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(
    ([key]) =>
      !key.startsWith('x-') && !['nullable', 'format', 'example', 'externalDocs', 'discriminator'].includes(key),
  );
  const converted: Json = Object.fromEntries(
    kept.map(([key, value]) => {
      if (key === 'enum' || key === 'required') return [key, value];
      if (key === 'properties' && isObject(value)) {
        return [key, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toJsonSchema(inner)]))];
      }
      return [key, toJsonSchema(value)];
    }),
  );
  if (typeof converted.$ref === 'string') return { $ref: converted.$ref.replace(PREFIX, 'graph#/definitions/') };
  if (schema.nullable === true) {
    if (typeof converted.type === 'string') converted.type = [converted.type, 'null'];
    if (Array.isArray(converted.enum) && !converted.enum.includes(null)) converted.enum = [...converted.enum, null];
  }
  return converted;
}

/** What Graph has and the description leaves out: a message as MIME (message-get), and attachments by upload session. */
const UNDESCRIBED: readonly Operation[] = [
  {
    ...{ path: '/users/{user-id}/messages/{message-id}/$value', method: 'GET', options: new Set<string>() },
    ...{
      parts: ['users', '{user-id}', 'messages', '{message-id}', '$value'],
      request: undefined,
      requestNeeded: false,
    },
    answers: new Map<string, Schema | undefined>([
      ['200', { type: 'string' }],
      ['4XX', { type: 'object', required: ['error'] }],
      ['5XX', { type: 'object', required: ['error'] }],
    ]),
  },
  {
    path: '/users/{user-id}/messages/{message-id}/attachments/createUploadSession',
    ...{ method: 'POST', options: new Set<string>(), requestNeeded: true },
    parts: ['users', '{user-id}', 'messages', '{message-id}', 'attachments', 'createUploadSession'],
    request: {
      type: 'object',
      required: ['AttachmentItem'],
      properties: {
        AttachmentItem: {
          type: 'object',
          required: ['attachmentType', 'name', 'size'],
          properties: {
            attachmentType: { type: 'string', enum: ['file'] },
            ...{ name: { type: 'string' }, size: { type: 'number' }, contentType: { type: 'string' } },
            ...{ isInline: { type: 'boolean' }, contentId: { type: 'string' } },
          },
        },
      },
    },
    answers: new Map<string, Schema | undefined>([
      [
        '201',
        {
          type: 'object',
          required: ['uploadUrl', 'expirationDateTime', 'nextExpectedRanges'],
          properties: {
            ...{ uploadUrl: { type: 'string' }, expirationDateTime: { type: 'string' } },
            nextExpectedRanges: { type: 'array', items: { type: 'string' } },
          },
        },
      ],
      ['4XX', { type: 'object', required: ['error'] }],
      ['5XX', { type: 'object', required: ['error'] }],
    ]),
  },
];

let loaded: Contract | undefined;

function load(): Contract {
  if (loaded) return loaded;
  const file = JSON.parse(readFileSync(FILE, 'utf8')) as {
    paths: Record<string, Record<string, Json>>;
    components: { schemas: Record<string, Schema>; parameters: Record<string, Json>; responses: Record<string, Json> };
  };
  const { schemas, parameters, responses } = file.components;
  const contentOf = (holder: unknown): Schema | undefined => {
    const content = isObject(holder) ? holder.content : undefined;
    const first = isObject(content) ? Object.values(content)[0] : undefined;
    return isObject(first) && isObject(first.schema) ? first.schema : undefined;
  };
  const operations = Object.entries(file.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => ['get', 'post', 'patch', 'put', 'delete'].includes(method))
      .map(([method, operation]): Operation => {
        const own = Array.isArray(operation.parameters) ? (operation.parameters as Json[]) : [];
        const resolved = own.map((one) =>
          typeof one.$ref === 'string' ? (parameters[one.$ref.split('/').at(-1) ?? ''] ?? {}) : one,
        );
        const answers = Object.entries(operation.responses as Record<string, Json>).map(
          ([status, answer]): [string, Schema | undefined] => [
            status,
            contentOf(typeof answer.$ref === 'string' ? responses[answer.$ref.split('/').at(-1) ?? ''] : answer),
          ],
        );
        return {
          path,
          parts: path.split('/').filter(Boolean),
          method: method.toUpperCase(),
          options: new Set(resolved.filter((one) => one.in === 'query').map((one) => String(one.name).toLowerCase())),
          request: contentOf(operation.requestBody),
          requestNeeded: isObject(operation.requestBody) && operation.requestBody.required === true,
          answers: new Map(answers),
        };
      }),
  );
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ $id: 'graph', definitions: toJsonSchema(schemas) as Json });
  // By what it says: a reference is written anew for each value that names its type, and compiling costs a tenth of a second.
  const made = new Map<string, ValidateFunction>();
  loaded = {
    operations: [...operations, ...UNDESCRIBED],
    schemas,
    validator(schema) {
      const key = JSON.stringify(schema);
      const known = made.get(key);
      if (known) return known;
      const compiled = ajv.compile(toJsonSchema(schema) as Json);
      made.set(key, compiled);
      return compiled;
    },
  };
  return loaded;
}

function operationOf(contract: Contract, method: string, path: string): Operation | undefined {
  const have = path
    .replace(/\('([^']*)'\)/g, '/$1')
    .replace(/\(\)/g, '')
    .split('/')
    .filter(Boolean);
  return contract.operations
    .filter(
      (one) =>
        one.method === method &&
        one.parts.length === have.length &&
        one.parts.every((part, index) => part.startsWith('{') || part.toLowerCase() === have[index]?.toLowerCase()),
    )
    .sort((a, b) => fixed(b) - fixed(a))[0];
}

const fixed = ({ parts }: Operation): number => parts.filter((part) => !part.startsWith('{')).length;

interface Flat {
  /** The short name of the type, where it has one. */
  readonly name: string | undefined;
  readonly properties: ReadonlyMap<string, Schema>;
  readonly open: boolean;
  readonly items: Schema | undefined;
  readonly allowed: readonly unknown[] | undefined;
}

/** Follows references, bases and the "or null" alternatives down to what may stand there. */
function flatten(contract: Contract, schema: Schema): Flat {
  const properties = new Map<string, Schema>();
  let name: string | undefined;
  let open = false;
  let items: Schema | undefined;
  let allowed: readonly unknown[] | undefined;
  const visit = (one: Schema): void => {
    if (typeof one.$ref === 'string') {
      const key = one.$ref.replace(PREFIX, '');
      name ??= key.split('.').at(-1);
      const target = contract.schemas[key];
      if (target) visit(target);
      return;
    }
    for (const key of ['allOf', 'anyOf', 'oneOf']) {
      if (Array.isArray(one[key])) for (const inner of one[key] as Schema[]) visit(inner);
    }
    if (isObject(one.properties)) {
      for (const [property, inner] of Object.entries(one.properties)) properties.set(property, inner as Schema);
    }
    if (one['x-odata-openType'] === true || one.additionalProperties === true) open = true;
    if (isObject(one.additionalProperties)) open = true;
    if (isObject(one.items)) items = one.items;
    if (Array.isArray(one.enum) && !(one.enum.length === 1 && one.enum[0] === null)) allowed = one.enum;
  };
  visit(schema);
  // Nothing said of its inside means that anything goes there: the bodies inside a batch.
  return { name, properties, open: open || properties.size === 0, items, allowed };
}

/** Types that an `@odata.type` on the value names win over the declared base. */
function schemaOf(contract: Contract, value: unknown, declared: Schema): Schema {
  const type = isObject(value) ? value['@odata.type'] : undefined;
  if (typeof type !== 'string') return declared;
  const wanted = type.replace(/^#/, '').toLowerCase();
  const key = Object.keys(contract.schemas).find((one) => one.toLowerCase() === wanted);
  return key ? { $ref: `${PREFIX}${key}` } : declared;
}

/** Enum values the way the description spells them: Graph takes any case in a request. */
function canonical(contract: Contract, value: unknown, declared: Schema): unknown {
  const flat = flatten(contract, schemaOf(contract, value, declared));
  if (typeof value === 'string' && flat.allowed) {
    return flat.allowed.find((one) => String(one).toLowerCase() === value.toLowerCase()) ?? value;
  }
  if (Array.isArray(value)) {
    const { items } = flat;
    return items ? value.map((one) => canonical(contract, one, items)) : value;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const property = flat.properties.get(key);
      return [key, property ? canonical(contract, inner, property) : inner];
    }),
  );
}

interface Check {
  readonly contract: Contract;
  readonly faults: string[];
  /** `$select` was used: fields may be left out. */
  readonly partial: boolean;
  readonly answer: boolean;
}

function inspect(check: Check, value: unknown, declared: Schema, where: string): void {
  const { contract, faults, answer } = check;
  if (value === null || value === undefined) return;
  const schema = schemaOf(contract, value, declared);
  const flat = flatten(contract, schema);
  if (Array.isArray(value)) {
    const { items } = flat;
    if (items) for (const [index, one] of value.entries()) inspect(check, one, items, `${where}[${index}]`);
    return;
  }
  if (!isObject(value)) return;
  if (schema !== declared) {
    const validate = contract.validator(schema);
    if (!validate(value))
      for (const fault of validate.errors ?? []) faults.push(`${where}${fault.instancePath} ${fault.message}`);
  }
  for (const [key, inner] of Object.entries(value)) {
    const property = flat.properties.get(key);
    if (property) inspect(check, inner, property, `${where}.${key}`);
    else if (!flat.open && !key.startsWith('@') && !key.includes('@odata.')) {
      faults.push(`${where}.${key} is no property of ${flat.name ?? 'this'}`);
    }
  }
  const removed = '@removed' in value;
  if (!answer || removed) return;
  const name = flat.name?.startsWith('eventMessage') ? 'message' : flat.name;
  const wanted = ALWAYS[name ?? ''] ?? [];
  const missing = (check.partial ? wanted.filter((key) => key === 'id') : wanted).filter((key) => !(key in value));
  if (missing.length > 0) faults.push(`${where} lacks ${missing.join(', ')} of ${name}`);
}

/** @returns every fault of one exchange, none when all is well */
export function faultsOfExchange(exchange: Exchange): string[] {
  const contract = load();
  const { method, path, status, requestBody, responseBody } = exchange;
  const faults: string[] = [];
  const operation = operationOf(contract, method, path);
  if (!operation) return [`Graph has no ${method} ${path} (in the described part)`];
  const query = new URLSearchParams(exchange.query ?? '');
  for (const name of query.keys()) {
    // What the server put into its own links is its own business.
    if (name === '$skiptoken' || name === '$deltatoken') continue;
    if (!operation.options.has(name.toLowerCase())) faults.push(`query option ${name} is not declared`);
  }
  if (requestBody !== undefined) {
    if (!operation.request) {
      if (!isObject(requestBody) || Object.keys(requestBody).length > 0) faults.push('a request body is not declared');
    } else {
      const validate = contract.validator(operation.request);
      if (!validate(canonical(contract, requestBody, operation.request))) {
        for (const fault of validate.errors ?? []) faults.push(`request${fault.instancePath} ${fault.message}`);
      }
      inspect({ contract, faults, partial: true, answer: false }, requestBody, operation.request, 'request');
    }
  } else if (operation.requestNeeded && method !== 'GET') {
    faults.push('the request body is missing');
  }
  if (status === 0) return faults;
  const key = [String(status), `${String(status)[0]}XX`].find((one) => operation.answers.has(one));
  if (!key) return [...faults, `status ${status} is not declared`];
  const schema = operation.answers.get(key);
  if (!schema) {
    if (responseBody !== undefined) faults.push(`an answer ${status} has no body`);
    return faults;
  }
  if (responseBody === undefined) return [...faults, `the body of an answer ${status} is missing`];
  const validate = contract.validator(schema);
  if (!validate(responseBody)) {
    for (const fault of validate.errors ?? []) faults.push(`answer${fault.instancePath} ${fault.message}`);
  }
  const partial = query.has('$select') || query.has('$deltatoken') || query.has('$skiptoken');
  inspect({ contract, faults, partial, answer: true }, responseBody, schema, 'answer');
  return faults;
}

/** Throws with every fault of every exchange. Does nothing where the description is not to be had. */
export function assertGraphContract(log: readonly Exchange[]): void {
  if (!graphContractIsHere) return;
  const lines = log.flatMap((exchange) =>
    faultsOfExchange(exchange).map((fault) => `${exchange.method} ${exchange.path} -> ${exchange.status}: ${fault}`),
  );
  if (lines.length > 0) {
    throw new Error(`${lines.length} breaches of Graph's contract:\n${[...new Set(lines)].slice(0, 40).join('\n')}`);
  }
}
