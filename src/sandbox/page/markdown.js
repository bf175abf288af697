/**
 * The little Markdown that Teams shows in a card's TextBlock: bold, italics, links, lists, paragraphs.
 * Everything is escaped first, so nothing that a person typed can become HTML, and links lead to the web or to mail only.
 */

const escapeHtml = (text) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Backslash-escaped marks stand aside while the others are read. */
const ASIDE = '\uE000';
const putAside = (text) =>
  text.replaceAll(/\\([\\`*_{}[\]()#+\-.!|~])/g, (_, mark) => `${ASIDE}${mark.charCodeAt(0)}${ASIDE}`);
const bringBack = (text) => text.replaceAll(/\uE000(\d+)\uE000/g, (_, code) => `&#${code};`);

function inline(escaped) {
  return escaped
    .replaceAll(
      /\[([^\]\n]*)\]\(((?:https?:\/\/|mailto:)[^\s()]+)\)/g,
      '<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>',
    )
    .replaceAll(/\*\*(?=\S)([^\n]*?\S)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/(?<![\w])__(?=\S)([^\n]*?\S)__(?![\w])/g, '<strong>$1</strong>')
    .replaceAll(/(?<![\w*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![\w*])/g, '<em>$1</em>')
    .replaceAll(/(?<![\w_/:.])_(?=[^\s_])([^_\n]*?[^\s_])_(?![\w_])/g, '<em>$1</em>');
}

/** @param {string} text @returns {string} HTML that is safe to insert */
export function markdown(text) {
  const lines = escapeHtml(
    putAside(String(text).replaceAll('\uE000', '')).replaceAll('\r\n', '\n').replaceAll('\r', '\n'),
  ).split('\n');
  const html = [];
  let list = null;
  let paragraph = [];
  const endParagraph = () => {
    if (paragraph.length > 0) html.push(`<p>${paragraph.map(inline).join('<br>')}</p>`);
    paragraph = [];
  };
  const endList = () => {
    if (list)
      html.push(`<${list.tag}${list.start > 1 ? ` start="${list.start}"` : ''}>${list.items.join('')}</${list.tag}>`);
    list = null;
  };
  for (const line of lines) {
    const bullet = /^\s*[-*] +(.*)$/.exec(line);
    const number = /^\s*(\d{1,3})[.)] +(.*)$/.exec(line);
    if (bullet || number) {
      endParagraph();
      const tag = bullet ? 'ul' : 'ol';
      if (list?.tag !== tag) {
        endList();
        list = { tag, start: number ? Number(number[1]) : 1, items: [] };
      }
      list.items.push(`<li>${inline(bullet ? bullet[1] : number[2])}</li>`);
    } else if (line.trim() === '') {
      endParagraph();
      endList();
    } else {
      endList();
      paragraph.push(line.trim());
    }
  }
  endParagraph();
  endList();
  return bringBack(html.join(''));
}
