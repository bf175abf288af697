/**
 * The book of mails, put together: what is read is read as it stands, what is written is one transaction each.
 */
import type { MailBook } from '../../application/ports.ts';
import type { Key } from '../sealing.ts';
import { casesWithChildIds } from './child-index.ts';
import { answersOf, contentOf, saveAnswer, saveContent } from './mail-contents.ts';
import { takeIn, unknownOf } from './mail-intake.ts';
import { countMails, entryOf, mailsOfCase, move, movesOf, waitingMails } from './mail-moves.ts';
import { answersTo, byConversation, byMessageIds, noteAnswer, saveSent, sentBy, sentCopy } from './mail-threads.ts';
import { mailboxByAddress, mailboxes, saveMailbox } from './mailboxes.ts';
import type { Db } from './tables.ts';

type Writing = <T>(work: (step: Db) => Promise<T>) => Promise<T>;

export function mailBookOn(db: Db, masterKey: Key, writing: Writing): MailBook {
  return {
    mailbox: (address) => mailboxByAddress(db, address),
    mailboxes: () => mailboxes(db),
    saveMailbox: (mailbox) => writing((step) => saveMailbox(step, mailbox)),
    takeIn: (page) => writing((step) => takeIn(step, masterKey, page)),
    unknownOf: (mailbox, messageIds) => unknownOf(db, masterKey, mailbox, messageIds),

    entry: (id) => entryOf(db, id),
    sentCopy: (id) => sentCopy(db, id),
    content: (id) => contentOf(db, masterKey, id),
    saveContent: (id, content) => writing((step) => saveContent(step, masterKey, id, content)),
    move: (moved, outbox, answer) =>
      writing(async (step) => {
        const result = await move(step, masterKey, moved, outbox);
        if (result === 'moved' && answer) await saveAnswer(step, masterKey, answer, []);
        return result;
      }),
    moves: (id) => movesOf(db, masterKey, id),
    saveAnswer: (answer, outbox) => writing((step) => saveAnswer(step, masterKey, answer, outbox)),
    answersOf: (id) => answersOf(db, masterKey, id),
    waiting: (council, only) => waitingMails(db, council, only),
    ofCase: (caseId) => mailsOfCase(db, caseId),
    count: (council, only, from, to) => countMails(db, council, only, from, to),

    saveSent: (sent) => writing((step) => saveSent(step, masterKey, sent)),
    sentBy: (key) => sentBy(db, key),
    byConversation: (mailbox, conversationId) => byConversation(db, masterKey, mailbox, conversationId),
    byMessageIds: (ids) => byMessageIds(db, masterKey, ids),
    answersTo: (address, since) => answersTo(db, masterKey, address, since),
    noteAnswer: (address, at) => writing((step) => noteAnswer(step, masterKey, address, at)),
    casesWithChildIds: (council, ids) => casesWithChildIds(db, masterKey, council, ids),
  };
}
