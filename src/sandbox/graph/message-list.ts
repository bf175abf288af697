/**
 * Lists of messages, newest first as Outlook shows them. What a filter says of the time or the Message-ID is looked up, so that a list
 * of a hundred thousand messages does not look at each of them.
 */
import type { Answer, Call } from './call.ts';
import type { Owner } from './directory.ts';
import { type Comparison, comparisonsIn, readFilter } from './filter.ts';
import { firstWhere } from './journal.ts';
import type { Mail } from './mailbox.ts';
import { KNOWN_OF_MESSAGES, showMessage } from './message.ts';
import { type Found, type ListRules, listFound, namesWanted, readOrder, sortedBy } from './query.ts';
import type { Folder, StoredMessage } from './stored-mail.ts';

const RECEIVED = 'receivedDateTime';

/** @param folder undefined: every folder */
export function listMessages(mail: Mail, owner: Owner, folder: Folder | undefined, call: Call): Answer {
  const where = folder ? `users('${owner.id}')/mailFolders('${folder}')/messages` : `users('${owner.id}')/messages`;
  const rules: ListRules = {
    page: 10,
    most: 1000,
    known: KNOWN_OF_MESSAGES,
    sortMustFollowFilter: true,
    context: where,
  };
  const text = call.query.get('$filter');
  const keys = readOrder(call, rules);
  const test = text ? readFilter(text, KNOWN_OF_MESSAGES).test : undefined;
  const comparisons = (text ? comparisonsIn(text) : undefined) ?? [];
  const wanted = namesWanted(call, KNOWN_OF_MESSAGES);
  const show = (message: StoredMessage) => showMessage(message, call, mail, wanted);
  const candidates = narrowed(mail, owner, folder, comparisons);
  const byTime = keys.length === 0 || (keys.length === 1 && keys[0]?.name === RECEIVED);
  // Where the bounds of time are all there is, every candidate passes.
  const all = !test || (comparisons.length > 0 && comparisons.every(isBoundOfTime));
  if (!byTime) {
    const shown = candidates.map(show).filter((item) => all || test?.(item));
    const sorted = sortedBy(shown, keys);
    return listFound({ slice: (from, to) => sorted.slice(from, to), count: () => sorted.length }, call, rules);
  }
  const newestFirst = keys[0]?.sign !== 1;
  const at = (place: number) => candidates[newestFirst ? candidates.length - 1 - place : place] as StoredMessage;
  const found: Found = all
    ? {
        slice: (from, to) =>
          Array.from({ length: Math.max(0, Math.min(to, candidates.length) - from) }, (_, place) =>
            show(at(from + place)),
          ),
        count: () => candidates.length,
      }
    : {
        slice: (from, to) => passing(to).slice(from),
        count: () => passing(candidates.length).length,
      };
  return listFound(found, call, rules);

  /** Those that pass, from the beginning, and no more than so many. */
  function passing(most: number) {
    const shown = [];
    for (let place = 0; place < candidates.length && shown.length < most; place += 1) {
      const item = show(at(place));
      if (test?.(item)) shown.push(item);
    }
    return shown;
  }
}

const isBoundOfTime = ({ property, is, value }: Comparison): boolean =>
  property === RECEIVED &&
  ['ge', 'gt', 'le', 'lt'].includes(is) &&
  typeof value === 'string' &&
  !Number.isNaN(Date.parse(value));

/** Oldest first; all that can pass, and perhaps more. */
function narrowed(
  mail: Mail,
  owner: Owner,
  folder: Folder | undefined,
  comparisons: readonly Comparison[],
): readonly StoredMessage[] {
  const named = comparisons.find(({ property, is }) => property === 'internetMessageId' && is === 'eq');
  if (named) {
    return mail.messages
      .withMessageId(owner.id, String(named.value))
      .filter((message) => folder === undefined || message.folder === folder);
  }
  const line = mail.messages.received(owner.id, folder);
  const bounds = comparisons.filter(isBoundOfTime);
  let [from, to] = [0, line.length];
  for (const { is, value } of bounds) {
    // Graph shows whole seconds, and filters by what it shows.
    const bound = Date.parse(String(value));
    const second = ({ receivedAt }: StoredMessage) => Math.floor(Date.parse(receivedAt) / 1000) * 1000;
    const place = firstWhere(line, (message) =>
      is === 'ge' || is === 'lt' ? second(message) >= bound : second(message) > bound,
    );
    if (is === 'ge' || is === 'gt') from = Math.max(from, place);
    else to = Math.min(to, place);
  }
  return bounds.length === 0 ? line : line.slice(from, Math.max(from, to));
}
