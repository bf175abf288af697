/** A small form in a dialog, for Outlook's mails and meetings. */
import { button, el } from './dom.js';

let number = 0;

/**
 * @param {{title: string, send: string, fields: object[], done: (values: Record<string, string>) => Promise<void>}} form
 *   fields: `id`, `label`, `value`, and `type`, `rows`, `choices`, `options` or `needed` (what to say when it is empty)
 */
export function openForm({ title, send, fields, done }) {
  number += 1;
  const prefix = `form-${number}`;
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const boxes = fields.map((field) => ({ ...field, box: boxOf(field, `${prefix}-${field.id}`) }));
  const before = document.activeElement;
  const close = () => dialog.close();

  async function submit(event) {
    event.preventDefault();
    const missing = boxes.find(({ needed, box }) => needed && box.value.trim() === '');
    if (missing) {
      complain(missing.needed);
      missing.box.focus();
      return;
    }
    try {
      await done(Object.fromEntries(boxes.map(({ id, box }) => [id, box.value])));
      close();
    } catch (fault) {
      complain(fault.message);
    }
  }
  const complain = (text) => {
    problem.textContent = text;
    problem.hidden = false;
  };

  const dialog = el(
    'dialog',
    { class: 'dialog', 'aria-labelledby': `${prefix}-title`, 'data-testid': 'form' },
    el('header', {}, el('h2', { id: `${prefix}-title` }, title), button('Close', close, { class: 'quiet-button' })),
    el(
      'form',
      { class: 'form', on: { submit } },
      problem,
      ...boxes.flatMap(({ label, box, options }) => [
        el('label', { for: box.id }, label),
        box,
        options
          ? el(
              'datalist',
              { id: `${box.id}-list` },
              ...options.map((each) => el('option', { value: each.value }, each.label)),
            )
          : null,
      ]),
      el(
        'p',
        { class: 'form-buttons' },
        el('button', { type: 'submit', class: 'primary' }, send),
        button('Cancel', close),
      ),
    ),
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  boxes.find(({ box }) => box.value === '')?.box.focus();
}

function boxOf({ type = 'text', rows, value = '', options, choices, min, id: name }, id) {
  if (choices) {
    return el('select', { id, name }, ...choices.map((each) => el('option', { value: each.value }, each.label)));
  }
  if (rows) return el('textarea', { id, name, rows, value });
  return el('input', { id, name, type, value, min, list: options ? `${id}-list` : null, autocomplete: 'off' });
}
