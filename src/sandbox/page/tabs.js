/** Teams or Outlook. */
import { byId } from './dom.js';
import { keep, store } from './store.js';

const NAMES = ['teams', 'outlook'];
let onShow = () => {};

export function startTabs(shown) {
  onShow = shown;
  for (const [index, name] of NAMES.entries()) {
    const tab = byId(`tab-${name}`);
    tab.addEventListener('click', () => showTab(name));
    tab.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      const other = NAMES[(index + 1) % NAMES.length];
      showTab(other);
      byId(`tab-${other}`).focus();
    });
  }
  showTab(store.tab);
}

export function showTab(wanted) {
  keep({ tab: NAMES.includes(wanted) ? wanted : 'teams' });
  for (const name of NAMES) {
    const shown = name === store.tab;
    byId(name).hidden = !shown;
    byId(`tab-${name}`).setAttribute('aria-selected', String(shown));
    byId(`tab-${name}`).tabIndex = shown ? 0 : -1;
  }
  onShow();
}
