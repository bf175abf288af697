/** A small form in a dialog, for Outlook's mails and meetings. */
import { announce, button, el } from './dom.js';

let number = 0;

/**
 * @param {{title: string, send: string, fields: object[], done: (values: Record<string, string>) => Promise<void>}} form
 *   fields: `id`, `label`, `value`, and `type`, `rows`, `choices`, `options`, `hint`, `onlyWith` (`{id: value}` of another field) or
 *   `needed` (what to say when it is empty). The value of a `file` field is a list of files.
 *   tools: buttons that fill the form in: `label`, and `values`, which gives what goes where
 */
export function openForm({ title, send, fields, tools = [], done }) {
  number += 1;
  const prefix = `form-${number}`;
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const boxes = fields.map((field) => {
    const box = boxOf(field, `${prefix}-${field.id}`);
    return { ...field, box, part: partOf(field, box) };
  });
  const before = document.activeElement;
  const close = () => dialog.close();

  async function submit(event) {
    event.preventDefault();
    const missing = boxes.find(({ needed, box }) => needed && !box.disabled && box.value.trim() === '');
    if (missing) {
      complain(missing.needed);
      missing.box.focus();
      return;
    }
    try {
      await done(
        Object.fromEntries(boxes.map(({ id, box }) => [id, box.type === 'file' ? [...box.files] : box.value])),
      );
      close();
    } catch (fault) {
      complain(fault.message);
    }
  }
  const complain = (text) => {
    problem.textContent = text;
    problem.hidden = false;
  };

  /** A field that belongs to one choice is there only while that is chosen. */
  function suit() {
    for (const { box, part, onlyWith } of boxes) {
      if (!onlyWith) continue;
      const fits = Object.entries(onlyWith).every(
        ([id, value]) => boxes.find((each) => each.id === id)?.box.value === value,
      );
      part.hidden = !fits;
      box.disabled = !fits;
    }
  }

  function fillIn({ label, values }) {
    for (const [id, value] of Object.entries(values())) {
      const { box } = boxes.find((each) => each.id === id);
      box.value = value;
    }
    suit();
    announce(`${label}: filled in. Please read it, then send it.`);
  }

  const dialog = el(
    'dialog',
    { class: 'dialog', 'aria-labelledby': `${prefix}-title`, 'data-testid': 'form' },
    el('header', {}, el('h2', { id: `${prefix}-title` }, title), button('Close', close, { class: 'quiet-button' })),
    el(
      'form',
      { class: 'form', on: { submit } },
      problem,
      tools.length > 0
        ? el(
            'div',
            { class: 'form-tools', role: 'group', 'aria-label': 'Fill in for me' },
            ...tools.map((tool) => button(tool.label, () => fillIn(tool))),
          )
        : null,
      ...boxes.map(({ part }) => part),
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
  dialog.addEventListener('change', suit);
  suit();
  document.body.append(dialog);
  dialog.showModal();
  boxes.find(({ box }) => box.value === '' && !box.disabled)?.box.focus();
}

/** The box with its label, and what goes with them. */
function partOf({ label, hint, options }, box) {
  if (hint) box.setAttribute('aria-describedby', `${box.id}-hint`);
  return el(
    'div',
    { class: 'form-part' },
    el('label', { for: box.id }, label),
    hint ? el('p', { class: 'under', id: `${box.id}-hint` }, hint) : null,
    box,
    options
      ? el(
          'datalist',
          { id: `${box.id}-list` },
          ...options.map((each) => el('option', { value: each.value }, each.label)),
        )
      : null,
  );
}

function boxOf({ type = 'text', multiple, rows, value = '', options, choices, min, id: name }, id) {
  if (choices) {
    const select = el(
      'select',
      { id, name },
      ...choices.map((each) => el('option', { value: each.value }, each.label)),
    );
    if (value !== '') select.value = value;
    return select;
  }
  if (rows) return el('textarea', { id, name, rows, value });
  if (type === 'file') return el('input', { id, name, type, multiple });
  return el('input', { id, name, type, value, min, list: options ? `${id}-list` : null, autocomplete: 'off' });
}
