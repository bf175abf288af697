/** Building elements. Text only ever becomes text nodes. */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `class`, `on` (listeners by event), `data`, ARIA and other attributes; null and false are left out
 * @param {...(Node | string | null | false | undefined)} children
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Like `replaceChildren`, leaving out what is null or false. */
export const fill = (element, ...children) =>
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));

export const byId = (id) => document.getElementById(id);

export const button = (label, press, properties = {}) =>
  el('button', { type: 'button', ...properties, on: { click: press } }, label);

let announced = 0;
/** Says something to those who do not see the screen. */
export function announce(text) {
  const region = byId('announcer');
  // The same words twice are only read twice if the region changes.
  announced += 1;
  region.textContent = text + (announced % 2 ? '' : '\u00a0');
}

export const unseen = (text) => el('span', { class: 'unseen' }, text);

/** Wide windows show a list beside the work, narrow ones fold it away behind its title. */
const wide = window.matchMedia('(min-width: 60em)');

/**
 * A list that folds away on a narrow window.
 * @returns {{ root: HTMLDetailsElement, summary: HTMLElement, content: HTMLElement }}
 */
export function foldable() {
  const summary = el('summary', {});
  const content = el('div', { class: 'fold' });
  const root = el('details', { class: 'foldable' }, summary, content);
  const unfold = () => {
    root.open = wide.matches;
  };
  unfold();
  wide.addEventListener('change', unfold);
  return { root, summary, content };
}

/** Whether a list stands open above the work, as it only does on a narrow window. */
export const isUnfolded = (details) => !wide.matches && details.open;

export const foldAway = (details) => {
  if (!wide.matches) details.open = false;
};

/** Runs at most once in a while, however often it is asked. */
export function soon(work, wait = 120) {
  let timer = 0;
  return () => {
    if (timer) return;
    timer = window.setTimeout(() => {
      timer = 0;
      work();
    }, wait);
  };
}
