/** Light, dark and high contrast; by itself as the computer is set. */
import { byId, el } from './dom.js';
import { keep, store } from './store.js';

const THEMES = {
  auto: 'Auto theme',
  light: 'Light theme',
  dark: 'Dark theme',
  contrast: 'High contrast',
};

export function startTheme() {
  const select = byId('theme');
  for (const [value, label] of Object.entries(THEMES)) select.append(el('option', { value }, label));
  select.value = store.theme;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const contrast = window.matchMedia('(prefers-contrast: more)');
  const show = () => {
    const own = contrast.matches ? 'contrast' : dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme = store.theme === 'auto' ? own : store.theme;
  };
  select.addEventListener('change', () => {
    keep({ theme: select.value });
    show();
  });
  dark.addEventListener('change', show);
  contrast.addEventListener('change', show);
  show();
}
