/** What changed in a mail folder since a token. */
import { type Answer, type Call, invalid, type Route } from './call.ts';
import { type Changed, delta, removed } from './delta.ts';
import type { Owner } from './directory.ts';
import { readFilter } from './filter.ts';
import { readFolder } from './folders.ts';
import { forgottenTokens } from './forgotten.ts';
import type { MailCalls } from './mail-calls.ts';
import { KNOWN_OF_MESSAGES, showMessage } from './message.ts';
import { namesWanted, select } from './query.ts';
import type { Folder } from './stored-mail.ts';

export function messageDeltaRoutes({ context, mail, inMailbox }: MailCalls): Route[] {
  const { state } = context;

  function messageChanges(owner: Owner, folder: Folder, call: Call): Answer {
    const deltaFilter = (query: URLSearchParams) => {
      const text = query.get('$filter');
      const order = query.get('$orderby');
      if (text && !/^\s*receivedDateTime\s+(ge|gt)\s+\S+\s*$/.test(text)) {
        throw invalid(
          'Only receivedDateTime ge or gt is supported in $filter of a message delta.',
          'ErrorInvalidUrlQueryFilter',
        );
      }
      if (order && order.trim().toLowerCase() !== 'receiveddatetime desc') {
        throw invalid(
          'Only receivedDateTime desc is supported in $orderby of a message delta.',
          'ErrorInvalidUrlQuery',
        );
      }
      if (query.has('$search')) throw invalid('$search is not supported in a message delta.', 'ErrorInvalidUrlQuery');
      return text ? readFilter(text, KNOWN_OF_MESSAGES).test : () => true;
    };
    return delta(call, {
      context: 'Collection(message)',
      newest: state.next(),
      forgotten: forgottenTokens(context).get(owner.id),
      changes: ({ after, since, query }): Iterable<Changed> => {
        const kind = query.get('changeType')?.toLowerCase();
        const passes = deltaFilter(query);
        const asked: Call = { ...call, query };
        const wanted = namesWanted(asked, KNOWN_OF_MESSAGES);
        function* held(): Generator<Changed> {
          for (const message of mail.messages.changedSince(owner.id, folder, after)) {
            const isNew = message.arrived > since;
            if (kind && !(kind === 'created' ? isNew : kind === 'updated' && !isNew)) continue;
            const item = showMessage(message, asked, mail, wanted);
            if (!passes(item)) continue;
            const shown = { '@odata.type': '#microsoft.graph.message', ...select(item, asked) };
            yield { version: message.version, item: shown };
          }
        }
        if (since === 0 || (kind && kind !== 'deleted')) return held();
        return merged(held(), left(after));
      },
    });

    function* left(after: number): Generator<Changed> {
      for (const { version, key } of mail.departures.since(owner.id, folder, after)) {
        yield { version, item: removed('message', key, folder, call) };
      }
    }
  }

  return [
    {
      method: 'GET',
      path: '/users/:user/mailFolders/:folder/messages/delta',
      answer: inMailbox((owner, call) => messageChanges(owner, readFolder(owner, call.part.folder ?? ''), call)),
    },
  ];
}

/** Two series in order made one. */
function* merged(one: Iterator<Changed>, other: Iterator<Changed>): Generator<Changed> {
  let [a, b] = [one.next(), other.next()];
  while (!a.done || !b.done) {
    if (b.done || (!a.done && a.value.version < b.value.version)) {
      yield a.value;
      a = one.next();
    } else {
      yield b.value;
      b = other.next();
    }
  }
}
