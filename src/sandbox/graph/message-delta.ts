/** What changed in a mail folder since a token. */
import { type Answer, type Call, invalid, type Route } from './call.ts';
import { type Changed, delta, leftFrom } from './delta.ts';
import type { Owner } from './directory.ts';
import { readFilter } from './filter.ts';
import { readFolder } from './folders.ts';
import type { MailCalls } from './mail-calls.ts';
import type { Folder } from './mailbox.ts';
import { KNOWN_OF_MESSAGES, showMessage } from './message.ts';
import { select } from './query.ts';

export function messageDeltaRoutes({ context: { state }, mail, inMailbox }: MailCalls): Route[] {
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
      changes: ({ after, since, query }): Changed[] => {
        const kind = query.get('changeType')?.toLowerCase();
        const passes = deltaFilter(query);
        const asked: Call = { ...call, query };
        const held = mail.messages
          .filter((message) => message.mailbox === owner.id && message.folder === folder && message.version > after)
          .filter(
            ({ arrived }) => !kind || (kind === 'created' ? arrived > since : kind === 'updated' && arrived <= since),
          )
          .map((message) => ({ version: message.version, item: showMessage(message, asked, mail) }))
          .filter(({ item }) => passes(item))
          .map(({ version, item }) => ({
            version,
            item: { '@odata.type': '#microsoft.graph.message', ...select(item, asked) },
          }));
        if (since === 0 || (kind && kind !== 'deleted')) return held;
        const left = leftFrom(mail.gone, { kind: 'message', mailbox: owner.id, folder, after }, call);
        return [...held, ...left];
      },
    });
  }

  return [
    {
      method: 'GET',
      path: '/users/:user/mailFolders/:folder/messages/delta',
      answer: inMailbox((owner, call) => messageChanges(owner, readFolder(owner, call.part.folder ?? ''), call)),
    },
  ];
}
