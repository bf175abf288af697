/** A person's or the bot's picture. */
import { el } from './dom.js';

/** Initials on one of six calm colours, always the same for a name. */
export function avatar(name) {
  const initials = name
    .split(' ')
    .map((word) => word[0])
    .slice(0, 2)
    .join('');
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
  return el('span', { class: `avatar hue-${hue}`, 'aria-hidden': 'true' }, initials);
}

export const botAvatar = () =>
  el('span', { class: 'avatar app', 'aria-hidden': 'true' }, el('img', { src: '/page/mark.svg', alt: '' }));
