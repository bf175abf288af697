/** Attachments, found by the message that they belong to. */
import type { Collection } from '../state.ts';
import type { StoredAttachment } from './stored-mail.ts';

export interface Attachments {
  get(id: string): StoredAttachment | undefined;
  put(attachment: StoredAttachment): StoredAttachment;
  delete(id: string): void;
  /** Of one message. */
  of(item: string): readonly StoredAttachment[];
  /** Another one has the same bytes. */
  share(blob: string): boolean;
}

export function shelveAttachments(kept: Collection<StoredAttachment>): Attachments {
  const byItem = new Map<string, string[]>();
  const file = ({ item, id }: StoredAttachment) => byItem.set(item, [...(byItem.get(item) ?? []), id]);
  for (const one of kept.all()) file(one);
  return {
    get: (id) => kept.get(id),
    put(attachment) {
      if (!kept.get(attachment.id)) file(attachment);
      return kept.put(attachment);
    },
    delete(id) {
      const found = kept.get(id);
      if (!found) return;
      byItem.set(
        found.item,
        (byItem.get(found.item) ?? []).filter((other) => other !== id),
      );
      kept.delete(id);
    },
    of: (item) => (byItem.get(item) ?? []).flatMap((id) => kept.get(id) ?? []),
    share: (blob) => kept.find((other) => other.blob === blob) !== undefined,
  };
}
