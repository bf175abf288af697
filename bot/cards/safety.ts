/** Safety first (story 4.11, X5): the numbers, what was stopped, and what its managers may do. Nothing stands in front of it. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import type { Council } from '../../src/domain/protocol/types.ts';
import { timeOf, writeInstant } from '../../src/domain/time/instant.ts';
import { type Ink, rows, short } from './buttons.ts';
import { whyField } from './fields.ts';
import { type Banner, type Frame, frame } from './frame.ts';
import { press, roundOf, title } from './looking.ts';
import { type Open, open, protocolWords } from './privacy.ts';
import { isSafetyManager } from './rights.ts';
import { line } from './text.ts';
import { capital, holderSentence, whoDid } from './words.ts';

export interface SafetyPanel {
  readonly emergency: Open;
  readonly daytime: readonly { readonly team: Open; readonly number: Open }[];
  readonly evenings: readonly { readonly number: Open }[];
  /** Numbers that the council prints beside its own: police, a helpline. */
  readonly further: readonly { readonly name: Open; readonly number: Open }[];
  readonly unset: readonly { readonly words: Open }[];
}

/** A council that has not set its numbers yet is said so, and a person to ring is named all the same. */
export function safetyPanel(council: Council | undefined): SafetyPanel {
  const set = council?.safeguarding;
  return {
    emergency: protocolWords(set?.emergency ?? '999'),
    daytime: set?.daytime ? [{ team: protocolWords(set.team), number: protocolWords(set.daytime) }] : [],
    evenings: set?.outOfHours ? [{ number: protocolWords(set.outOfHours) }] : [],
    further: (set?.lines ?? []).map(({ name, number }) => ({
      name: protocolWords(name),
      number: protocolWords(number),
    })),
    unset: set?.daytime ? [] : [{ words: set ? open`They reach ${protocolWords(set.team)}.` : protocolWords('') }],
  };
}

export interface StoppedFrame extends Frame {
  readonly safety: readonly SafetyPanel[];
}

interface Looking {
  readonly sheet: CaseSheet;
  readonly viewer: Viewer;
  readonly ink: Ink;
  readonly banner?: readonly Banner[];
}

type Ask<Answer extends string> = { readonly verb: Answer; readonly fault: string; readonly value: string };

/** The case's card while it is stopped: for whoever stopped it, for the managers who decide, and for everybody else on it. */
export function stoppedFrame(looking: Looking, ask?: Ask<'restart' | 'end'>): StoppedFrame | undefined {
  const { sheet, viewer } = looking;
  const { stopped } = sheet.status;
  if (stopped?.why !== 'safety') return undefined;
  const parts = isSafetyManager(sheet, viewer) ? forManagers(looking, stopped, ask) : forEverybody(looking, stopped);
  return { ...frame({ banner: looking.banner ?? [], ...parts }), safety: [safetyPanel(sheet.protocol.council)] };
}

type Stopped = NonNullable<CaseSheet['status']['stopped']>;

function forManagers(looking: Looking, stopped: Stopped, ask: Ask<'restart' | 'end'> | undefined) {
  const { sheet, viewer } = looking;
  const said = lastOf(sheet, 'safeguarding.mistake').map((fact) =>
    line(`${whoDid(sheet, fact.by)} says: pressed by mistake, ${writeInstant(fact.recordedAt)}.`),
  );
  const taken = stopped.taken
    ? [line(`${stopped.taken === viewer.person ? 'You are' : `${whoDid(sheet, stopped.taken)} is`} dealing with it.`)]
    : [];
  const verb = verbs(looking, stopped);
  return {
    title: title({ sheet }, 'safety'),
    lines: [
      line(`${whoDid(sheet, stopped.by)} stopped the case at ${timeOf(stopped.at)}. Ring them.`),
      ...rungLines(sheet, stopped),
      ...said,
      ...taken,
      line(holderSentence(sheet, true)),
    ],
    fields: ask ? [whyField(ask.value, ask.fault)] : [],
    buttonRows: ask
      ? rows([verb(ask.verb, ask.verb === 'restart' ? 'Restart the case' : 'End the case', 'do')])
      : rows([
          ...(stopped.taken ? [] : [verb('taken', 'I am dealing with it')]),
          verb('restart', 'Restart'),
          verb('end', short(endWords(sheet))),
        ]),
  };
}

function forEverybody(looking: Looking, stopped: Stopped) {
  const { sheet } = looking;
  const verb = verbs(looking, stopped);
  return {
    title: title({ sheet }, 'stopped for safety'),
    lines: [
      line(`Stopped ${writeInstant(stopped.at)}. The managers are being told now. Nobody will be chased on this case.`),
      ...rungLines(sheet, stopped),
      line(comesNext(sheet)),
      line(holderSentence(sheet, true)),
    ],
    buttonRows: rows([verb('rung', 'I have rung'), verb('mistake', 'Pressed by mistake')]),
  };
}

function rungLines(sheet: CaseSheet, stopped: Stopped) {
  return lastOf(sheet, 'safeguarding.rung')
    .filter(({ at }) => at >= stopped.at)
    .map((fact) => line(`${whoDid(sheet, fact.by)} has rung, ${writeInstant(fact.recordedAt)}.`));
}

function lastOf(sheet: CaseSheet, name: string) {
  return sheet.case.facts.filter(({ fact }) => fact === name).slice(-1);
}

function verbs({ sheet, ink }: Looking, stopped: Stopped) {
  return (a: 'rung' | 'mistake' | 'taken' | 'restart' | 'end', words: string, p?: string) =>
    ink.button(words, {
      ...press({ sheet }, { id: 'safeguarding' }, a),
      i: stopped.at,
      n: roundOf({ sheet }, 'safeguarding'),
      ...(p ? { p } : {}),
    });
}

function endWords(sheet: CaseSheet): string {
  return `End ${sheet.protocol.direction.replaceAll('-', ' ')}`;
}

/** Whose case it is now decides where it goes: the manager while the first service holds it, the step-up protocol afterwards. */
function comesNext(sheet: CaseSheet): string {
  const { protocol, status } = sheet;
  const link = protocol.council.texts['step-up-protocol'];
  if (status.holder === protocol.holder.starts || !link) return 'What comes next: your manager decides with you now.';
  return `What comes next: the step-up protocol, ${link}.`;
}

/** X3: the family changed its mind. The manager says how it goes on. */
export function withdrawnFrame(looking: Looking, ask?: Ask<'family-again' | 'stay'>): Frame | undefined {
  const { sheet, viewer, ink, banner = [] } = looking;
  const { stopped } = sheet.status;
  if (stopped?.why !== 'withdrawn') return undefined;
  const chief = sheet.protocol.opening.by.map((role) => sheet.protocol.council.roles[role]?.reportsTo);
  const decides = chief.some((role) => role !== undefined && viewer.roles.includes(role));
  const holder = sheet.protocol.council.services[sheet.protocol.holder.starts]?.name ?? 'the service';
  const verb = (a: 'family-again' | 'stay', titleOf: string, p?: string) =>
    ink.button(titleOf, {
      a,
      c: sheet.case.id,
      n: roundOf({ sheet }, 'withdrawn'),
      i: stopped.at,
      ...(p ? { p } : {}),
    });
  return frame({
    banner,
    title: title({ sheet }, 'the family changed its mind'),
    lines: [
      line(
        `${capital(whoDid(sheet, stopped.by))} recorded it ${writeInstant(stopped.at)}. All that rests on the agreement waits.`,
      ),
      line(holderSentence(sheet, true)),
    ],
    fields: ask ? [whyField(ask.value, ask.fault)] : [],
    buttonRows: ask
      ? rows([verb(ask.verb, ask.verb === 'stay' ? short(`Stay with ${holder}`) : 'They agree again', 'do')])
      : rows(decides ? [verb('stay', short(`Stay with ${holder}`)), verb('family-again', 'They agree again')] : []),
  });
}
