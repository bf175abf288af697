/** Routes below one mailbox: its owner, and the message or event that the path names, are found before the work starts. */
import type { SandboxContext } from '../context.ts';
import { type Answer, type Call, noContent, type Route } from './call.ts';
import { mailboxOf, type Owner } from './directory.ts';

export type OnOwner = (work: (owner: Owner, call: Call) => Answer | Promise<Answer>) => Route['answer'];
export type OnItem<T> = (work: (item: T, owner: Owner, call: Call) => Answer | Promise<Answer>) => Route['answer'];

export const ownerFirst =
  (context: SandboxContext): OnOwner =>
  (work) =>
  (call) =>
    work(mailboxOf(context, call), call);

/** @param find throws a refusal where the owner has no such item */
export const itemFirst =
  <T>(atOwner: OnOwner, find: (owner: Owner, call: Call) => T): OnItem<T> =>
  (work) =>
    atOwner((owner, call) => work(find(owner, call), owner, call));

export const removal = <T>(path: string, onItem: OnItem<T>, remove: (item: T) => void): Route => ({
  method: 'DELETE',
  path,
  answer: onItem((item) => {
    remove(item);
    return noContent;
  }),
});
