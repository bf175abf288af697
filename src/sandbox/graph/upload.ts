/**
 * Attachments too large for one request: an upload session, filled range by range (attachment-createuploadsession). Ranges lie on the
 * disk, so a session outlives a restart as Exchange's does.
 */
import { randomUUID } from 'node:crypto';
import type { Request, Response, Server } from 'restify';
import { addHours, type Instant } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';
import { readBytes, sendJson, UnreadableBody } from '../json.ts';
import { LARGEST_ATTACHMENT } from './attachments.ts';
import { created, GraphRefusal, invalid, isObject, type Json, objectBody, parameter, type Route } from './call.ts';
import { codeOf, type Faults } from './faults.ts';
import { outlookId } from './identity.ts';
import { type MailCalls, MESSAGE } from './mail-calls.ts';
import type { NewAttachment } from './stored-mail.ts';

const LARGEST = 150 * 1024 * 1024;
const LARGEST_RANGE = 4 * 1024 * 1024;
const LASTS_HOURS = 24;

interface Session extends Omit<NewAttachment, 'content'> {
  /** Nobody can guess it: whoever has the address may write. */
  readonly id: string;
  readonly mailbox: string;
  readonly message: string;
  readonly size: number;
  readonly received: number;
  /** Where the ranges lie, in order. */
  readonly ranges: readonly string[];
  readonly expiresAt: Instant;
}

const sessionsOf = ({ state }: SandboxContext) => state.collection<Session>('graph-uploads');

const showSession = ({ received, expiresAt }: Session): Json => ({
  expirationDateTime: expiresAt,
  nextExpectedRanges: [`${received}-`],
});

export function uploadRoutes({ context, onMessage }: MailCalls): Route[] {
  return [
    {
      method: 'POST',
      path: `${MESSAGE}/attachments/createUploadSession`,
      answer: onMessage((found, owner, call) => {
        const item = parameter(objectBody(call), 'AttachmentItem');
        if (!isObject(item) || typeof item.name !== 'string' || item.name === '') {
          throw invalid('AttachmentItem needs an attachmentType, a name and a size.', 'ErrorRequiredPropertyMissing');
        }
        if (String(item.attachmentType).toLowerCase() !== 'file') {
          throw invalid('This sandbox takes files only.', 'ErrorInvalidProperty');
        }
        const size = Number(item.size);
        if (!Number.isInteger(size) || size <= 0) throw invalid('The size must be a number.', 'ErrorInvalidProperty');
        if (size < LARGEST_ATTACHMENT) {
          throw invalid(
            'An upload session is for attachments of 3 MB and more.',
            'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
          );
        }
        if (size > LARGEST) {
          throw new GraphRefusal(413, 'ErrorAttachmentSizeLimitExceeded', 'The attachment exceeds 150 MB.');
        }
        if (!found.isDraft) throw invalid('Only a draft can be given attachments.', 'ErrorInvalidOperation');
        const session = sessionsOf(context).put({
          ...{ id: randomUUID(), mailbox: owner.id, message: found.id, size, received: 0, ranges: [] },
          name: item.name,
          contentType: typeof item.contentType === 'string' ? item.contentType : 'application/octet-stream',
          isInline: item.isInline === true,
          contentId: typeof item.contentId === 'string' ? item.contentId : null,
          expiresAt: addHours(context.clock.now(), LASTS_HOURS),
        });
        const uploadUrl = `${new URL(call.base).origin}/uploads/${session.id}`;
        return created({
          '@odata.context': `${call.base}/$metadata#microsoft.graph.uploadSession`,
          uploadUrl,
          ...showSession(session),
        });
      }),
    },
  ];
}

/** @returns where the range begins and before what it ends */
function readRange(text: string): { from: number; to: number; size: number } {
  const [, from, last, size] = /^bytes (\d{1,12})-(\d{1,12})\/(\d{1,12})$/.exec(text.trim()) ?? [];
  if (from === undefined) throw invalid('Content-Range must say: bytes <first>-<last>/<size>.', 'ErrorInvalidRequest');
  return { from: Number(from), to: Number(last) + 1, size: Number(size) };
}

/** Serves the addresses that sessions give out. They are not Graph's: no token goes there. */
export function registerUploads(
  server: Server,
  { context, mail }: Pick<MailCalls, 'context' | 'mail'>,
  faults: Faults,
) {
  const { state, clock } = context;
  const sessions = sessionsOf(context);

  function sessionOf(request: Request): Session {
    if (request.headers.authorization !== undefined) {
      throw new GraphRefusal(401, 'InvalidAuthenticationToken', 'An upload address takes no Authorization header.');
    }
    const found = sessions.get(String((request.params as Json).session));
    if (!found || found.expiresAt <= clock.now() || !mail.messages.get(found.message)?.isDraft) {
      throw new GraphRefusal(404, 'ErrorItemNotFound', 'The upload session was not found.');
    }
    return found;
  }

  function end({ id, ranges }: Session): void {
    for (const range of ranges) state.blobs.delete(range);
    sessions.delete(id);
  }

  function take(session: Session, bytes: Buffer, range: string): { status: number; body?: Json; location?: string } {
    const { from, to, size } = readRange(range);
    if (bytes.length > LARGEST_RANGE) {
      throw new GraphRefusal(413, 'RequestEntityTooLarge', 'A range of 4 MB at most can be uploaded at a time.');
    }
    if (size !== session.size || to - from !== bytes.length) {
      throw invalid('Content-Range, the length of the body and the size of the session do not fit.');
    }
    if (from !== session.received || to > session.size) {
      throw new GraphRefusal(416, 'ErrorInvalidRange', `The range expected next is ${session.received}-.`);
    }
    return state.together(() => {
      const next = { ...session, received: to, ranges: [...session.ranges, state.blobs.put(bytes)] };
      if (to < session.size) {
        sessions.put(next);
        return { status: 202, body: showSession(next) };
      }
      const { name, contentType, isInline, contentId, mailbox, message } = session;
      const content = Buffer.concat(next.ranges.map((key) => state.blobs.get(key) ?? Buffer.alloc(0)));
      const stored = mail.attach(message, { name, contentType, isInline, contentId, content });
      const draft = mail.messages.get(message);
      if (draft) mail.change(draft, {});
      end(next);
      const ids = [outlookId('message', message, undefined), outlookId('attachment', stored.id, undefined)];
      return {
        status: 201,
        location: `${context.urls.graph}/v1.0/users('${mailbox}')/messages('${ids[0]}')/attachments('${ids[1]}')`,
      };
    });
  }

  const answered =
    (work: (request: Request) => Promise<ReturnType<typeof take>> | ReturnType<typeof take>) =>
    async (request: Request, response: Response): Promise<void> => {
      const fault = faults.take(request.method ?? 'PUT', request.path());
      try {
        const done = fault && !fault.after ? undefined : await work(request);
        if (fault?.status === 0) response.socket?.destroy();
        else if (fault)
          refuse(response, Number(fault.status) || 503, codeOf(fault), 'The sandbox was asked to fail here.');
        else if (done) sendJson(response, done.status, done.body, done.location ? { location: done.location } : {});
      } catch (refused) {
        if (refused instanceof UnreadableBody)
          refuse(response, refused.status, 'RequestEntityTooLarge', refused.message);
        else if (refused instanceof GraphRefusal) refuse(response, refused.status, refused.code, refused.message);
        else throw refused;
      }
    };

  server.put(
    '/uploads/:session',
    answered(async (request) => {
      const bytes = await readBytes(request, LARGEST_RANGE + 1);
      return take(sessionOf(request), bytes, String(request.headers['content-range'] ?? ''));
    }),
  );
  server.get(
    '/uploads/:session',
    answered((request) => ({ status: 200, body: showSession(sessionOf(request)) })),
  );
  server.del(
    '/uploads/:session',
    answered((request) => {
      end(sessionOf(request));
      return { status: 204 };
    }),
  );
}

const refuse = (response: Response, status: number, code: string, message: string): void =>
  sendJson(response, status, { error: { code, message } });
