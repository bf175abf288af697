/** Words that may mean that somebody is at risk. They stop nothing by themselves: the numbers are shown first, or a person looks first. */

/** Whole words; "she is not at risk" counts too, since a program cannot weigh a sentence. Read in one go, however long the text. */
const DANGER =
  /\b(unsafe|not safe|at risk|in danger|danger|dangerous|hurt|hurting|injur\w+|bruis\w+|abus\w+|beat|beaten|hit|hitting|assault\w*|suicid\w*|self[- ]?harm\w*|kill\w*|dying|overdos\w*|missing|neglect\w*|violen\w+|threat\w*|emergency|999|rape\w*|molest\w*|significant harm)\b/i;

export function mentionsDanger(text: string): boolean {
  return DANGER.test(text);
}
