/** What a reader of an HTML mail sees, as plain text. Nothing is loaded: addresses of links and pictures are not even looked at. */
import { compile, type DomNode, type FormatCallback, type SelectorDefinition } from 'html-to-text';
import { LIMITS } from './limits.ts';

/** Of all HTML parts of one mail together. */
export interface HtmlBudget {
  characters: number;
  tags: number;
}

export const htmlBudget = (): HtmlBudget => ({ characters: LIMITS.html, tags: LIMITS.tags });

/** @returns the text, cells of a table parted by a tab; `cut` where the HTML was longer than is read. */
export function textOfHtml(html: string, budget: HtmlBudget): { text: string; cut: boolean } {
  const written = withoutPictures(html);
  const end = endWithin(written, budget);
  const text = convert(written.slice(0, end)).replaceAll(' \t', '\t').replaceAll('\t ', '\t');
  return { text, cut: end < written.length };
}

/** Pictures written into the HTML itself (`src="data:image/png;base64,…"`) may be megabytes before the first word: one walk takes them out. */
function withoutPictures(html: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = html.indexOf(PICTURE); at >= 0; at = html.indexOf(PICTURE, from)) {
    kept.push(html.slice(from, at));
    from = at + PICTURE.length;
    while (from < html.length && isBase64(html.charCodeAt(from))) from += 1;
  }
  return from === 0 ? html : kept.join('') + html.slice(from);
}

const PICTURE = ';base64,';

function isBase64(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (code >= 0x2f && code <= 0x39) || code === 0x2b || code === 0x3d;
}

/** How much of it stays within the budget, which it takes from: `<` counted one by one. */
function endWithin(html: string, budget: HtmlBudget): number {
  const longest = Math.min(html.length, budget.characters);
  budget.characters -= longest;
  for (let at = html.indexOf('<'); at >= 0 && at < longest; at = html.indexOf('<', at + 1)) {
    if (budget.tags === 0) return at;
    budget.tags -= 1;
  }
  return longest;
}

/** As the tag is drawn, unless it is hidden. */
const seen: FormatCallback = (element, walk, builder, options) => {
  if (isHidden(element)) return;
  // Lists count 1, 2, 3, whatever the sender asks for: the library fails at a Roman 4,000.
  if (options.as === 'orderedList') element.attribs = {};
  // The builder knows every formatter by its name; its type does not say so.
  const { formatters } = (builder as unknown as { options: { formatters: Record<string, FormatCallback> } }).options;
  formatters[String(options.as)]?.(element, walk, builder, options);
};

/**
 * A row of a table is a line, its cells are parted by a tab. The paragraph that Outlook puts into each cell would part them otherwise.
 */
const cell: FormatCallback = (element, walk, builder) => {
  if (isHidden(element)) return;
  let content = element;
  for (let level = 0; level < 10; level += 1) {
    const inside = content.children.filter((child) => child.type !== 'text' || (child.data ?? '').trim() !== '');
    const [only] = inside;
    if (inside.length !== 1 || only === undefined || only.type !== 'tag' || !WRAPPING.has(only.name ?? '')) break;
    if (isHidden(only)) return;
    content = only;
  }
  walk(content.children, builder);
  builder.addLiteral('\t');
};

const WRAPPING: ReadonlySet<string> = new Set(['p', 'div', 'span', 'font', 'b', 'strong', 'center']);

/** Styles as senders write them to hide text: compared without blanks. What a style sheet hides is not known here. */
const HIDING: readonly string[] = [
  'display:none',
  'visibility:hidden',
  'mso-hide:all',
  'font-size:0;',
  'font-size:0px',
  'opacity:0;',
  'max-height:0',
];

function isHidden(element: DomNode): boolean {
  const attributes = (element.attribs ?? {}) as Record<string, string | undefined>;
  if (attributes.hidden !== undefined) return true;
  const style = attributes.style;
  if (style === undefined) return false;
  const said = `${style.slice(0, 2_000).toLowerCase().replace(/\s/g, '')};`;
  return HIDING.some((hiding) => said.includes(hiding));
}

const shown = (selector: string, as: string, options: Record<string, unknown> = {}): SelectorDefinition => ({
  selector,
  format: 'seen',
  options: { as, ...options },
});

const line = { leadingLineBreaks: 1, trailingLineBreaks: 1 };
const paragraph = { leadingLineBreaks: 2, trailingLineBreaks: 2 };

const convert = compile({
  wordwrap: false,
  // The whole document: what stands before or behind a body is seen as well.
  baseElements: { selectors: [], returnDomByDefault: true },
  limits: { maxDepth: LIMITS.htmlDepth, ellipsis: '…', maxInputLength: LIMITS.html },
  formatters: { seen, cell },
  selectors: [
    shown('*', 'inline'),
    shown('a', 'inline'),
    ...[
      'article',
      'aside',
      'div',
      'footer',
      'form',
      'header',
      'main',
      'nav',
      'section',
      'tr',
      'dt',
      'dd',
      'fieldset',
    ].map((tag) => shown(tag, 'block', line)),
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'table', 'blockquote', 'pre'].map((tag) =>
      shown(tag, tag === 'pre' ? 'pre' : 'block', paragraph),
    ),
    shown('ol', 'orderedList', paragraph),
    shown('ul', 'unorderedList', { itemPrefix: '- ', ...paragraph }),
    { selector: 'td', format: 'cell' },
    { selector: 'th', format: 'cell' },
    { selector: 'hr', format: 'blockString', options: { string: '---', ...line } },
    ...[
      'head',
      'title',
      'img',
      'picture',
      'video',
      'audio',
      'iframe',
      'object',
      'embed',
      'svg',
      'template',
      'noframes',
    ].map((selector) => ({ selector, format: 'skip' })),
  ],
});
