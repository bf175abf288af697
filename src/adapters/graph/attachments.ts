/** Documents of a draft: small ones in one call, larger ones in parts (facts.md 5). */
import type { FileAttachment } from '@microsoft/microsoft-graph-types';
import { type Mail, PlatformFault } from '../../application/ports.ts';
import type { Graph } from './client.ts';
import { messagePath, unlessGone } from './mail-paths.ts';
import { graphUploads } from './upload.ts';

/** From this size on a document needs an upload session. Bytes. */
export const LARGEST_IN_ONE_CALL = 3 * 1024 * 1024;
/** Graph takes no larger one. A mailbox may be set to take less: Exchange's own default is 35 MB for a whole mail. */
export const LARGEST_ATTACHMENT = 150 * 1024 * 1024;

/** Exchange counts what it keeps beside a document as part of its size; how much is not documented. */
const BESIDE_IT = 64 * 1024;

type Document = Mail['attachments'][number];

export interface Attachments {
  /** All of them, in their order. @param isNew the draft was made just now, so that nothing can be there already */
  attach(mail: Mail, draftId: string, isNew: boolean): Promise<void>;
}

export function refuseTooLarge(attachments: readonly Document[]): void {
  attachments.forEach(({ bytes }, index) => {
    if (bytes.byteLength <= LARGEST_ATTACHMENT) return;
    const size = Math.ceil(bytes.byteLength / 1024 / 1024);
    // By number: a document's name may hold a family's.
    throw new PlatformFault(
      `Document ${index + 1} of ${attachments.length} is ${size} MB. Up to 150 MB can be attached: send a link instead.`,
      413,
      false,
    );
  });
}

export function graphAttachments(graph: Graph): Attachments {
  const uploads = graphUploads(graph);

  async function listed(path: string): Promise<FileAttachment[]> {
    const { value } = await graph.get<{ value: FileAttachment[] }>({
      doing: 'list the attachments',
      path: `${path}?$select=id,name,size`,
    });
    return value;
  }

  return {
    async attach({ from, attachments }, draftId, isNew) {
      if (attachments.length === 0) return;
      const path = `${messagePath(from, draftId)}/attachments`;
      const there = isNew ? [] : await listed(path);
      for (const [index, document] of attachments.entries()) {
        if (takeOut(there, (found) => isWhole(found, document))) continue;
        const half = takeOut(there, ({ name }) => name === document.name);
        if (half?.id) {
          const call = { doing: 'remove half a document', path: `${path}/${encodeURIComponent(half.id)}` };
          await unlessGone(graph.delete(call));
        }
        if (document.bytes.byteLength < LARGEST_IN_ONE_CALL)
          await graph.post({ doing: 'attach a document', path }, inOneCall(document));
        else await uploads.upload({ mailbox: from, path, key: `${draftId}/${index}`, document });
      }
    },
  };
}

function isWhole({ name, size }: FileAttachment, { name: ours, bytes }: Document): boolean {
  const beside = (size ?? 0) - bytes.byteLength;
  return name === ours && beside >= 0 && beside <= BESIDE_IT;
}

/** The first that fits, taken out of the list: two documents may have one name. */
function takeOut(from: FileAttachment[], fits: (found: FileAttachment) => boolean): FileAttachment | undefined {
  const at = from.findIndex(fits);
  return at < 0 ? undefined : from.splice(at, 1)[0];
}

function inOneCall({ name, contentType, bytes }: Document): object {
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    name,
    contentType,
    contentBytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  };
}
