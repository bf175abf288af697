/** Text from outside made fit to be kept and shown. Every expression here is a class of single characters: linear. */

/** Control characters but tab and line break. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
/** What turns the direction of writing round, hides or tags text: a name may look like another with them. */
const UNSEEN = /[\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Several lines: each without blanks at its end, never more than one empty line together. */
export function cleanText(text: string): string {
  const lines: string[] = [];
  let empty = true;
  for (const line of withoutUnseen(text.replaceAll('\r\n', '\n').replace(/[\r\u2028\u2029]/g, '\n')).split('\n')) {
    const kept = line.trimEnd();
    if (kept !== '' || !empty) lines.push(kept);
    empty = kept === '';
  }
  if (empty) lines.pop();
  return lines.join('\n');
}

/** One line of at most `most` characters. */
export function cleanLine(text: string, most: number): string {
  return cutTo(
    withoutUnseen(text.replace(/[\t\n\r\u2028\u2029]/g, ' '))
      .split(' ')
      .filter((word) => word !== '')
      .join(' '),
    most,
  );
}

/** Never cuts a character of two halves in two. */
export function cutTo(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}

/**
 * A file's name as it may be shown and saved: no path, at most 200 characters, its ending kept.
 * @returns '' where nothing is left
 */
export function cleanFileName(name: string): string {
  const line = cleanLine(name, 2_000);
  const last = line.slice(Math.max(line.lastIndexOf('/'), line.lastIndexOf('\\')) + 1).trim();
  if (last === '.' || last === '..') return '';
  if (last.length <= LONGEST_NAME) return last;
  const dot = last.lastIndexOf('.');
  const ending = dot > 0 && last.length - dot <= 12 ? last.slice(dot) : '';
  return cutTo(last, LONGEST_NAME - ending.length) + ending;
}

const LONGEST_NAME = 200;

function withoutUnseen(text: string): string {
  return text.toWellFormed().replace(CONTROL, '').replace(UNSEEN, '').replaceAll('\u00a0', ' ');
}
