/** A mail's HTML is read for its words and never shown as HTML: nothing in it runs, and nothing is loaded. */
export function plain(body) {
  if (body?.contentType !== 'html') return body?.content ?? '';
  const page = new DOMParser().parseFromString(body.content ?? '', 'text/html');
  for (const end of page.querySelectorAll('br, p, div, li, tr, h1, h2, h3')) end.append('\n');
  for (const hidden of page.querySelectorAll('style, script, head')) hidden.remove();
  return (page.body.textContent ?? '').replaceAll(/\n{3,}/g, '\n\n').trim();
}
