/** A dialog opened from a card. The browser's own modal keeps the focus inside and closes on Escape. */
import { teams } from './api.js';
import { drawCard } from './cards.js';
import { announce, button, el } from './dom.js';

const WIDTHS = { small: '20rem', medium: '32rem', large: '44rem' };

/**
 * @param {string} message id of the message whose card asked for it
 * @param {object} answer `{title, width, card}` as the bot gave it
 * @param {() => void} done called after each answer and on closing
 */
export function openDialog(message, answer, done) {
  const title = el('h2', { id: 'dialog-title' });
  const content = el('div', { class: 'dialog-content' });
  const outcome = el('div', { class: 'outcome', role: 'status' });
  const dialog = el(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'dialog-title', 'data-testid': 'dialog' },
    el(
      'header',
      {},
      title,
      button('Close', () => dialog.close(), { class: 'quiet-button' }),
    ),
    content,
    outcome,
  );
  const before = document.activeElement;
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
    done();
  });

  function show(step) {
    title.textContent = step.title;
    const pixels = Number(step.width);
    dialog.style.maxWidth = pixels > 0 ? `${pixels}px` : (WIDTHS[step.width] ?? WIDTHS.medium);
    const card = drawCard(step.card, (action) => press(action, card));
    content.replaceChildren(card);
    outcome.replaceChildren();
    content.scrollTop = 0;
  }

  async function press(action, card) {
    const type = action.getJsonTypeName();
    if (type === 'Action.OpenUrl') {
      if (/^https?:/i.test(action.url ?? '')) window.open(action.url, '_blank', 'noopener');
      return;
    }
    if (type !== 'Action.Submit') {
      outcome.replaceChildren(el('p', { class: 'problem' }, `Teams does not carry out ${type} in a dialog.`));
      return;
    }
    if (card.getAttribute('aria-busy') === 'true') return;
    card.setAttribute('aria-busy', 'true');
    try {
      const next = await teams.submitDialog(message, typeof action.data === 'object' ? action.data : {});
      if (next.shows === 'dialog') {
        show(next);
        content.firstElementChild.focus();
        announce(`${next.title}. The dialog has changed.`);
      } else if (next.shows === 'nothing') dialog.close();
      else if (next.shows === 'message') {
        content.replaceChildren(
          el('p', { class: 'note' }, next.text),
          button('Done', () => dialog.close(), { class: 'primary' }),
        );
        content.querySelector('button').focus();
      } else outcome.replaceChildren(el('p', { class: 'problem' }, next.text ?? ''));
    } catch (fault) {
      outcome.replaceChildren(el('p', { class: 'problem' }, fault.message));
    }
    card.removeAttribute('aria-busy');
    done();
  }

  document.body.append(dialog);
  show(answer);
  dialog.showModal();
}
