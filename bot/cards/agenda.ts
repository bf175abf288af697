/** The list of a session of a standing forum, for its channel (class C): references, what each waits for, registers' entries. */
import type { Agenda, AgendaLine } from '../../src/application/sheet.ts';
import { dayOf, timeOf } from '../../src/domain/time/instant.ts';
import type { Ink } from './buttons.ts';
import { type Frame, frame } from './frame.ts';
import { chooser, SHOWN } from './lists.ts';
import {
  type Bell,
  bell,
  NOTHING,
  type Open,
  open,
  openDay,
  openShortDay,
  openTime,
  protocolWords,
} from './privacy.ts';
import { type OpenLine, openBold, openLine } from './text.ts';
import { capital, countOf } from './words.ts';

export function agendaFrame(agenda: Agenda, ink: Ink): { readonly frame: Frame; readonly bell: Bell } {
  const { lines, day, begins, team, listCloses } = agenda;
  const of = team === undefined ? NOTHING : open` (${protocolWords(team)})`;
  const forum = open`${protocolWords(agenda.title)}${of}`;
  const when = open`${openDay(day)}, ${protocolWords(timeOf(begins))}`;
  const shown = lines.slice(0, SHOWN);
  return {
    frame: frame({
      title: open`${forum}: ${when}`,
      lines: [
        openLine(lines.length === 0 ? protocolWords('Nothing is on its list.') : open`On its list: ${lines.length}.`),
        ...shown.map(lineOf),
        ...(lines.length > SHOWN ? [openLine(open`${lines.length - SHOWN} more.`)] : []),
        ...closing(listCloses, agenda),
        ...changed(agenda),
      ],
      ...chooser(shown, ink),
    }),
    bell: bell(open`${forum}, ${openShortDay(day)}: ${countOf(lines.length, 'case', 'cases')}`),
  };
}

function lineOf({ reference, what, entry }: AgendaLine): OpenLine {
  const words = entry
    ? open`${protocolWords(what)}, ${protocolWords(entry.state.replaceAll('-', ' '))} since ${openTime(entry.since)}${entry.fresh ? protocolWords(' (new)') : NOTHING}.`
    : open`${capital(protocolWords(what))}.`;
  return openLine(openBold(open`${protocolWords(reference)}: `), words);
}

function closing(listCloses: Agenda['listCloses'], { day }: Agenda): OpenLine[] {
  if (listCloses === undefined) return [];
  const when = dayOf(listCloses) === day ? protocolWords(timeOf(listCloses)) : openTime(listCloses);
  return [openLine(open`What comes after ${when} is on the next list.`)];
}

function changed({ came, went }: Agenda): OpenLine[] {
  const parts: Open[] = [...(came > 0 ? [open`${came} came`] : []), ...(went > 0 ? [open`${went} went`] : [])];
  return parts.length > 0 ? [openLine(open`Since it was posted: ${protocolWords(parts.join(', '))}.`)] : [];
}
