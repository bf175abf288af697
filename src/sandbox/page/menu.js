/** The actions that a card keeps under "More", as a menu that the keyboard can use. */
import { el } from './dom.js';

let close = () => {};

/** Under its button, and never beyond the card's edge. */
function place(menu, target) {
  const room = menu.offsetParent.clientWidth - menu.offsetWidth;
  menu.style.left = `${Math.max(0, Math.min(target.offsetLeft, room))}px`;
  menu.style.top = `${target.offsetTop + target.offsetHeight + 4}px`;
}

/** @returns {true} so that the renderer does not open its own */
export function openMenu(actions, target) {
  close();
  const items = actions.map((action) =>
    el(
      'button',
      {
        type: 'button',
        role: 'menuitem',
        tabindex: -1,
        on: {
          click: () => {
            shut();
            action.execute();
          },
        },
      },
      action.title ?? '',
    ),
  );
  const menu = el('div', { class: 'menu', role: 'menu', 'aria-label': 'More actions' }, ...items);
  const shut = () => {
    menu.remove();
    document.removeEventListener('pointerdown', outside);
    target.setAttribute('aria-expanded', 'false');
    target.focus();
    close = () => {};
  };
  const outside = (event) => {
    if (!menu.contains(event.target)) shut();
  };
  menu.addEventListener('keydown', (event) => {
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items.at(to % items.length).focus();
    }
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      shut();
    }
  });
  close = shut;
  target.setAttribute('aria-haspopup', 'menu');
  target.setAttribute('aria-expanded', 'true');
  target.after(menu);
  place(menu, target);
  document.addEventListener('pointerdown', outside);
  items[0]?.focus();
  return true;
}
