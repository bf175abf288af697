/** Messages that have left a folder, in the order in which they left. */
import type { Collection } from '../state.ts';
import { type Journal, journal } from './journal.ts';
import type { Gone } from './stored-mail.ts';

export interface Departures {
  put(gone: Gone): void;
  /** Forgets that it left: it is back. */
  delete(id: string): void;
  since(mailbox: string, folder: string, version: number): Iterable<Gone>;
}

export function shelveDepartures(kept: Collection<Gone>): Departures {
  const byFolder = new Map<string, Journal>();
  const leftFrom = (mailbox: string, folder: string): Journal => {
    const key = `${mailbox}/${folder}`;
    const found = byFolder.get(key) ?? journal(({ id, version }) => kept.get(id)?.version === version);
    byFolder.set(key, found);
    return found;
  };
  for (const { id, mailbox, folder, version } of kept.filter(({ kind }) => kind === 'message')) {
    leftFrom(mailbox, folder).add({ id, version });
  }
  return {
    put(gone) {
      kept.put(gone);
      leftFrom(gone.mailbox, gone.folder).add({ id: gone.id, version: gone.version });
    },
    delete: (id) => void kept.delete(id),
    *since(mailbox, folder, version) {
      for (const { id } of leftFrom(mailbox, folder).since(version)) {
        const gone = kept.get(id);
        if (gone) yield gone;
      }
    },
  };
}
