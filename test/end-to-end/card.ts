/** An Adaptive Card as a person meets it: its words in reading order, its buttons, its inputs by their labels. */

export type Json = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

export interface Button {
  readonly title: string;
  readonly action: Json;
  /** The inputs that a client sends with it: of its own card and of those around it. */
  readonly inputs: readonly Json[];
}

/** Parts that stand inside a part, in reading order. A card that a button unfolds stands behind that button. */
function partsOf(node: Json): readonly Json[] {
  return ['body', 'items', 'columns', 'rows', 'cells', 'inlines', 'images', 'actions'].flatMap((key) =>
    list(node[key]),
  );
}

/** Words in reading order, one line each; those that a button unfolds included. */
export function wordsOf(node: Json): string {
  const lines: string[] = [];
  const add = (...words: unknown[]) => lines.push(...words.map(text).filter((word) => word !== ''));
  const visit = (part: Json): void => {
    const type = text(part.type);
    if (type === 'RichTextBlock') {
      const inlines = Array.isArray(part.inlines) ? part.inlines : [];
      add(inlines.map((run) => (isObject(run) ? text(run.text) : text(run))).join(''));
      return;
    }
    if (type === 'TextBlock') add(part.text);
    if (type === 'FactSet') for (const fact of list(part.facts)) add(`${text(fact.title)}: ${text(fact.value)}`);
    if (type === 'Image') add(part.altText);
    if (type.startsWith('Input.')) {
      add(part.label, part.title, part.placeholder, type === 'Input.Toggle' ? undefined : part.value);
      for (const choice of list(part.choices)) add(choice.title);
    }
    if (type.startsWith('Action.')) {
      add(`[${text(part.title)}]`);
      if (isObject(part.card)) visit(part.card);
      return;
    }
    for (const inner of partsOf(part)) visit(inner);
    if (isObject(part.selectAction)) visit(part.selectAction);
  };
  visit(node);
  return lines.join('\n');
}

/** Inputs of a card, without those of cards that a button unfolds. */
function inputsIn(node: Json): readonly Json[] {
  if (text(node.type).startsWith('Input.')) return [node];
  if (text(node.type).startsWith('Action.')) return [];
  return partsOf(node).flatMap(inputsIn);
}

export function buttonsOf(card: Json, around: readonly Json[] = []): readonly Button[] {
  const inputs = [...around, ...inputsIn(card)];
  const buttons: Button[] = [];
  const visit = (part: Json): void => {
    if (text(part.type).startsWith('Action.')) {
      buttons.push({ title: text(part.title), action: part, inputs });
      if (isObject(part.card)) buttons.push(...buttonsOf(part.card, inputs));
      return;
    }
    for (const inner of partsOf(part)) visit(inner);
    if (isObject(part.selectAction)) visit(part.selectAction);
  };
  visit(card);
  return buttons;
}

/** The headings: what the card is about. */
export function headingsOf(card: Json): readonly string[] {
  const visit = (part: Json): string[] => [
    ...(part.type === 'TextBlock' && part.style === 'heading' ? [text(part.text)] : []),
    ...partsOf(part).flatMap(visit),
  ];
  return visit(card);
}

/** Titles that an input offers. Empty where there is no such input. */
export function choicesOf(card: Json, label: string): readonly string[] {
  const input = findInput(
    buttonsOf(card).flatMap(({ inputs }) => inputs),
    label,
  );
  return input ? list(input.choices).map((choice) => text(choice.title)) : [];
}

/** What stands in an input as the card comes. */
export function standsIn(card: Json, label: string): string {
  const input = findInput(
    buttonsOf(card).flatMap(({ inputs }) => inputs),
    label,
  );
  if (!input) throw new Error(`Nothing on this card is called "${label}".`);
  return text(input.value);
}

/** What somebody answers: words of the choices, a date, a tick. */
export type Answer = string | boolean | readonly string[];
export type Answers = Readonly<Record<string, Answer>>;

/** "Name (needs fixing)" and "Note (optional)" are still called Name and Note. */
const plain = (label: string) => label.replace(/\s*\((optional|needs fixing)\)/g, '').trim();
const namesOf = (input: Json) =>
  [input.label, input.title].map((name) => plain(text(name))).filter((name) => name !== '');

export function findInput(inputs: readonly Json[], label: string): Json | undefined {
  return (
    inputs.find((input) => namesOf(input).includes(plain(label))) ??
    inputs.find((input) => namesOf(input).some((name) => name.startsWith(plain(label))))
  );
}

/** What the inputs would send as they stand, with what the person put into some of them. */
export function fill(button: Button, answers: Answers): Json {
  if (button.action.associatedInputs === 'none') return {};
  const values: Record<string, unknown> = {};
  for (const input of button.inputs) values[text(input.id)] = standing(input);
  for (const [label, answer] of Object.entries(answers)) {
    const input = button.inputs.find(({ id }) => id === label) ?? findInput(button.inputs, label);
    if (!input) {
      const there = button.inputs.flatMap(namesOf).join(' · ');
      throw new Error(`Nothing on this card is called "${label}". There is: ${there || 'no input at all'}.`);
    }
    values[text(input.id)] = valueFor(input, answer);
  }
  return values;
}

function standing(input: Json): string {
  if (input.type === 'Input.Toggle') return text(input.value) || text(input.valueOff) || 'false';
  return text(input.value);
}

function valueFor(input: Json, answer: Answer): string {
  if (input.type === 'Input.Toggle') {
    return answer === true ? text(input.valueOn) || 'true' : text(input.valueOff) || 'false';
  }
  if (input.type !== 'Input.ChoiceSet') return String(answer);
  const choices = list(input.choices);
  const wanted = Array.isArray(answer) ? answer : [String(answer)];
  return wanted
    .map((title) => {
      const found =
        choices.find((choice) => choice.title === title || choice.value === title) ??
        choices.find((choice) => text(choice.title).startsWith(title));
      if (!found) {
        const there = choices.map((choice) => text(choice.title)).join(' · ');
        throw new Error(`"${title}" cannot be chosen for ${namesOf(input)[0]}. There is: ${there}.`);
      }
      return text(found.value);
    })
    .join(',');
}
