/** Runs inside the browser page: what a test asks of the page itself. */
window.inPage = {
  /** Requests that change something and are still to be answered. */
  asking: 0,

  /** What is wrong with the cards that are on the page, as sentences. */
  faults() {
    const faults = [];
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide > 1) faults.push(`The page is ${wide} px wider than its window.`);
    for (const card of document.querySelectorAll('.card')) {
      for (const element of card.querySelectorAll('*')) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
        const { width, height, right, left } = element.getBoundingClientRect();
        if (!own || width === 0 || height === 0 || ['SELECT', 'OPTION'].includes(element.tagName)) continue;
        const style = getComputedStyle(element);
        const hides = style.overflowX !== 'visible' || style.textOverflow === 'ellipsis';
        const cut = hides && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
        const low = style.overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 2;
        if (cut || low || right > window.innerWidth + 1 || left < -1)
          faults.push(`Cut: "${element.textContent.trim().slice(0, 60)}"`);
      }
      for (const input of card.querySelectorAll('input, select, textarea')) {
        if (nameOf(input) === '') faults.push(`No label: ${input.outerHTML.slice(0, 120)}`);
      }
    }
    return faults;
  },

  /** What a screen reader would say of where the focus is; empty for the page itself. */
  focused() {
    const at = document.activeElement;
    if (!at || at === document.body) return '';
    return nameOf(at) || (at.tagName === 'BUTTON' || at.tagName === 'A' ? at.textContent.trim() : '') || at.tagName;
  },

  zoom(factor) {
    document.documentElement.style.setProperty('zoom', String(factor));
  },

  /** What the page keeps of who acts, where and in which colours. */
  look(acting, conversation, theme) {
    const kept = JSON.parse(localStorage.getItem('sandbox') ?? '{}');
    const open = conversation ? { [acting]: conversation } : {};
    localStorage.setItem('sandbox', JSON.stringify({ ...kept, acting, tab: 'teams', theme, open }));
  },
};

function nameOf(element) {
  const ids = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
  const labelled = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const labels = [...(element.labels ?? [])].map((label) => label.textContent).join(' ');
  return [element.getAttribute('aria-label') ?? '', labelled, labels].map((each) => each.trim()).find(Boolean) ?? '';
}

const ask = window.fetch;
window.fetch = async (resource, options) => {
  const changes = (options?.method ?? 'GET') !== 'GET';
  if (changes) window.inPage.asking += 1;
  try {
    return await ask(resource, options);
  } finally {
    if (changes) window.inPage.asking -= 1;
  }
};
