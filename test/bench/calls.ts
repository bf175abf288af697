/** Calls to Graph, written so that equal ones can be counted. */

/** `/users/…/events`: no id and no address. */
export function kindOf(path: string): string {
  return path
    .replace(/^\/users\/[^/]+/, '')
    .replace(/^\/(groups|subscriptions)\/[^/]+/, '/$1/…')
    .replace(/\/(events|messages)\/(?!delta)[^/]+/g, '/$1/…')
    .replace(/\/mailFolders\/(?!inbox)[^/]+/g, '/mailFolders/…');
}

/** @param call `GET /mailFolders/inbox/messages/delta` */
export function isOfMail(call: string): boolean {
  return /^GET \/(mailFolders|messages)\//.test(call);
}

export function summary(calls: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call, (counts.get(call) ?? 0) + 1);
  return [...counts].map(([call, count]) => (count > 1 ? `${count} × ${call}` : call)).join(', ');
}
