/**
 * Types an invented, plausible answer into every empty input of the latest form. Never presses a button, never changes
 * what somebody has answered, and leaves alone what is marked as optional.
 */
import { inputsOf } from './cards.js';
import { wall } from './dates.js';
import { keep, store } from './store.js';

const FAMILIES = ['Ashby', 'Fenwick', 'Marlow', 'Quill', 'Tarrant', 'Larkin'];

const CHILDREN = [
  {
    first: 'Rowan',
    born: '14 5 2015',
    school: 'Hollow Lane Primary School',
    support: 'Help with bedtime and school routines, and a place in the after-school club.',
    reasons: 'Missed school, and worries about supervision at home after a bereavement.',
  },
  {
    first: 'Wren',
    born: '2 9 2018',
    school: 'Hollow Lane Primary School',
    support: 'Somebody to talk to about the loss of a grandparent, and help to settle back into class.',
    reasons: 'Often late for school and tired in class; the teacher was worried.',
  },
  {
    first: 'Ellis',
    born: '30 1 2021',
    school: 'Puddle Court Nursery',
    support: 'Speech and language sessions at the family hub, and a regular nursery place.',
    reasons: 'The health visitor was worried about speech and about missed appointments.',
  },
  {
    first: 'Sky',
    born: '8 11 2023',
    school: 'Not at school',
    support: 'Stay-and-play at the family hub, and advice on sleep.',
    reasons: 'Part of the same assessment as the older children; no worry of their own.',
  },
];

/** Label → answer; the first that fits. `child` is the one that the card is about. */
const ANSWERS = [
  [/date of birth|born/i, (child) => child.born],
  [/mosaic/i, (child) => child.mosaic],
  [/school|nursery/i, (child) => child.school],
  [/support needed/i, (child) => child.support],
  [/reasons? social care|became involved/i, (child) => child.reasons],
  [
    /concerns|summary/i,
    () =>
      'School attendance has dropped. Routines at home are better than in autumn, and both parents want help to keep them.',
  ],
  [
    /outline plan|who will do what/i,
    () =>
      'Family worker: weekly visits for six weeks. School: breakfast club. Parents: the parenting group from January.',
  ],
  [
    /come back|back to social care|bring them back/i,
    () => 'Attendance under 80 per cent for three weeks, or any worry about the children being left alone.',
  ],
  [/address/i, () => '12 Larkspur Walk, London NW1 0XX'],
  [/phone|number/i, () => '020 7946 0123'],
  [/which service|service/i, () => 'Early Help'],
  [/name/i, (child) => child.name],
  [/why|reason/i, () => 'The family needs this now. This reason is made up.'],
];

const OPTIONAL = /\(optional\)|^if other/i;
const UNLIKELY = /^(no|none|not|other|neither|someone else|never)\b/i;

export const canFillIn = (person) => person?.role === 'social-worker';

/** The last card on screen that asks for something. */
export const latestForm = (log) =>
  [...log.querySelectorAll('.card')].filter((card) => inputsOf(card).length > 0).at(-1);

/** @returns {number} how many inputs were filled in */
export function fillIn(card) {
  const number = numberOf(card);
  const inputs = inputsOf(card);
  // A first child without a name begins another family.
  const asksForName = inputs
    .find((input) => /^name\b/i.test(input.label ?? ''))
    ?.renderedElement?.querySelector('input');
  if (number === 1 && asksForName?.value === '') keep({ families: store.families + 1 });
  const child = childOf(Math.max(0, store.families - 1), number);
  return inputs.filter((input) => fillOne(input, child)).length;
}

/** What the card is about says its heading: further down it may speak of other children too. */
function numberOf(card) {
  const heading = card.querySelector('[role="heading"], .ac-textBlock')?.textContent ?? '';
  return Number(/\bchild (\d+)/i.exec(heading)?.[1] ?? 1);
}

/** From the fifth child of a family on they are a year younger each time round, and still no two are the same. */
function childOf(family, number) {
  const index = number - 1;
  const round = Math.floor(index / CHILDREN.length);
  const child = CHILDREN[index % CHILDREN.length];
  const surname = FAMILIES[family % FAMILIES.length];
  const first = round === 0 ? child.first : `${child.first} ${['May', 'Lee', 'Kit'][(round - 1) % 3]}`;
  const [day, month, year] = child.born.split(' ');
  return {
    ...child,
    name: `${first} ${surname}`,
    born: `${day} ${month} ${Number(year) + round}`,
    mosaic: String(4_410_271 + family * 100 + index),
  };
}

function fillOne(input, child) {
  const element = input.renderedElement;
  const label = `${input.label ?? ''} ${input.title ?? ''}`.trim();
  if (!element || OPTIONAL.test(label)) return false;
  const box = element.querySelector('select, textarea, input') ?? element;
  switch (input.getJsonTypeName()) {
    case 'Input.ChoiceSet':
      return box.tagName === 'SELECT' ? choose(box) : pick([...element.querySelectorAll('input')], input);
    case 'Input.Toggle':
      return tick(box);
    case 'Input.Date':
      return type(box, within(wall(store.now).slice(0, 10), box));
    case 'Input.Time':
      return type(box, '10:00');
    case 'Input.Number':
      return type(box, box.min || '1');
    default:
      // A document is dropped into the chat, or its link is pasted: words are none.
      if (/paste its link/i.test(box.placeholder ?? '')) return type(box, 'https://files.example/made-up.docx');
      return type(
        box,
        (ANSWERS.find(([pattern]) => pattern.test(label))?.[1](child) ?? `Made up: ${label || 'an answer'}`).slice(
          0,
          box.maxLength > 0 ? box.maxLength : undefined,
        ),
      );
  }
}

function type(box, value) {
  if (box.value !== '') return false;
  box.value = value;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  box.dispatchEvent(new Event('change', { bubbles: true }));
  return true;
}

const within = (date, { min, max }) => (min && date < min ? min : max && date > max ? max : date);

function tick(box) {
  if (box.checked) return false;
  box.click();
  return true;
}

function choose(select) {
  if (select.value !== '') return false;
  const options = [...select.options].filter((option) => option.value !== '' && !option.disabled);
  const option = options.find((each) => !UNLIKELY.test(each.text.trim())) ?? options[0];
  if (!option) return false;
  select.value = option.value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  return true;
}

/**
 * One of a set. Where visit times are offered, one on each of the last three days: the visit comes after the consultation,
 * and the first days are gone by then.
 */
function pick(boxes, input) {
  if (boxes.length === 0 || boxes.some((box) => box.checked)) return false;
  const titles = input.choices.map((choice) => choice.title ?? '');
  const days = titles.map((title) => Date.parse(/\d{1,2} \w{3} \d{4}/.exec(title)?.[0] ?? ''));
  const latest = [...new Set(days.filter((date) => !Number.isNaN(date)))].sort((a, b) => a - b).slice(-3);
  const wanted =
    input.isMultiSelect && latest.length === 3
      ? latest.map((date) => days.indexOf(date))
      : [
          Math.max(
            0,
            titles.findIndex((title) => !UNLIKELY.test(title.trim())),
          ),
        ];
  for (const index of wanted) boxes[index]?.click();
  return true;
}
