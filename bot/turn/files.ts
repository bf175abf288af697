/** A file that somebody drops into the chat is kept for a form that asks for a document (story: no upload in a card). */
import type { Person } from '../../src/application/ports.ts';
import { rows, short } from '../cards/buttons.ts';
import { writeSize } from '../cards/document-fields.ts';
import { frame } from '../cards/frame.ts';
import { render } from '../cards/render.ts';
import { line } from '../cards/text.ts';
import { type Desk, plain, say } from './answering.ts';
import { answerTyped } from './said.ts';
import type { DroppedFile, FilesTurn, Reply } from './turn.ts';

export async function takeFiles(desk: Desk, turn: FilesTurn, person: Person): Promise<readonly Reply[]> {
  // What is typed beside a file may say that a child is in danger: that comes first, whatever becomes of the file.
  const typed = turn.text === '' ? [] : await answerTyped(desk, { ...turn, kind: 'typed' }, person);
  if (turn.surface !== 'chat')
    return [...typed, say(plain('Not here', 'Please drop it into our own chat. Nothing was kept.'))];
  const taken: { readonly words: string; readonly kept: boolean }[] = [];
  for (const file of turn.files) taken.push(await take(desk, person, file));
  const kept = taken.filter((each) => each.kept).length;
  return [
    ...typed,
    say(
      render(
        'plain',
        frame({
          title: kept === 0 ? 'Nothing was kept' : kept === 1 ? 'Document kept' : `${kept} documents kept`,
          lines: [
            ...taken.map(({ words }) => line(words)),
            ...(kept === 0 ? [] : [line(`Choose ${kept === 1 ? 'it' : 'them'} on a form that asks for a document.`)]),
          ],
          buttonRows: rows(kept === 0 ? [] : await carryOn(desk, person)),
        }),
      ),
    ),
  ];
}

async function take({ stepwise }: Desk, person: Person, { name, url }: DroppedFile) {
  if (url === undefined)
    return {
      kept: false,
      words: `${name ? `'${name}'` : 'A picture'} was not kept: Teams gives me no way to it. Attach it as a file.`,
    };
  const took = await stepwise.documents.take(person.id, { name, url });
  return took.ok
    ? { kept: true, words: `Kept: '${took.document.name}', ${writeSize(took.document.size)}.` }
    : { kept: false, words: took.words };
}

/** The form that somebody is in the middle of is mostly the one that it was dropped for: drawn anew it offers the document. */
async function carryOn({ stepwise, ink }: Desk, person: Person) {
  const drafts = await stepwise.drafts.of(person.id);
  const [newest, ...others] = [...drafts].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  if (!newest) return [];
  const title = stepwise.protocols().find(({ id }) => id === newest.pathway)?.title;
  return [
    ink.button(others.length > 0 && title ? short(`Carry on: ${title}`) : 'Carry on', { a: 'carry-on', d: newest.id }),
  ];
}
