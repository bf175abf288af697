/** What a card is about, in one line of plain text, for where no card fits. */
import { isObject } from './http.ts';

/** The first text that is marked as a heading, or else the first text of all. Undefined for a card without words. */
export function headingOf(card: unknown): string | undefined {
  const texts = textsIn(card);
  const found = texts.find(({ heading }) => heading) ?? texts[0];
  return found?.text;
}

interface Text {
  readonly text: string;
  readonly heading: boolean;
}

/** In reading order; a button's words are no text of the card. */
function textsIn(element: unknown): Text[] {
  if (Array.isArray(element)) return element.flatMap(textsIn);
  if (!isObject(element) || element.isVisible === false) return [];
  if (element.type === 'TextBlock') {
    const text = plain(String(element.text ?? ''));
    return text === '' ? [] : [{ text, heading: element.style === 'heading' }];
  }
  if (element.type === 'RichTextBlock' && Array.isArray(element.inlines)) {
    const text = plain(element.inlines.map((run) => (isObject(run) ? String(run.text ?? '') : String(run))).join(''));
    return text === '' ? [] : [{ text, heading: element.style === 'heading' }];
  }
  return [element.body, element.items, element.columns, element.rows, element.cells].flatMap((inner) =>
    textsIn(inner ?? []),
  );
}

/** Without Markdown's marks: what a card's words look like, and not how they were written. */
function plain(text: string): string {
  return text
    .replaceAll(/\[([^\]]*)\]\([^)\s]*\)/g, '$1')
    .replaceAll(/(?<!\\)(\*\*|__)(.+?)(?<!\\)\1/g, '$2')
    .replaceAll(/\\([^\w\s])/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
