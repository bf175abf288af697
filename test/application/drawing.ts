/** The plainest drawing: what a card is about and how things stand, as data, so that a test can ask for a single word of it. */
import type { AdaptiveCard } from '../../src/application/ports.ts';
import type { CaseSheet, Drawing, Viewer } from '../../src/application/sheet.ts';
import { writeDay, writeInstant } from '../../src/domain/time/instant.ts';
import { explain } from '../../src/domain/time/reasons.ts';

/** What the tests look at. */
export interface PlainCard {
  readonly about: string;
  readonly reference?: string;
  readonly state?: string;
  readonly outcome?: string | null;
  readonly due?: string | null;
  readonly why?: string | null;
  readonly booking?: string | null;
  readonly noTime?: readonly string[] | null;
  readonly rung?: number | null;
  readonly holder?: string;
  readonly stopped?: string | null;
  readonly ended?: string | null;
  readonly lines?: readonly string[];
  readonly counts?: {
    readonly overdue: number;
    readonly today: number;
    readonly tomorrow: number;
    readonly week: number;
  };
  readonly doneSince?: number;
  readonly [name: string]: unknown;
}

export const plain = (card: AdaptiveCard): PlainCard => card as unknown as PlainCard;

export const plainDrawing: Drawing = {
  step(sheet, step, audience) {
    const viewer = 'viewer' in audience ? audience.viewer : undefined;
    const card = cardOf(sheet, step, viewer);
    return card && { card: { ...card }, bell: `${sheet.case.reference}: ${step}` };
  },
  digest({ channel, day, lines, doneSince }) {
    const count = (state: string) => lines.filter((line) => line.state === state).length;
    const counts = {
      overdue: count('overdue'),
      today: count('today'),
      tomorrow: count('tomorrow'),
      week: count('this-week'),
    };
    const shown = lines.map(({ state, reference, title, due, ownerNames }) =>
      `${state} ${reference} ${title} ${writeDay(due)} ${ownerNames.join(', ')}`.trim(),
    );
    return {
      card: { about: 'digest', channel, day, counts, lines: shown, doneSince },
      bell: `${counts.overdue} overdue, ${counts.today} due today`,
    };
  },
  escalation(sheet, deadline, ownerNames, remindedOn) {
    const card = {
      about: `escalation ${deadline.step}`,
      reference: sheet.case.reference,
      due: `${writeDay(deadline.due)}, 17:00`,
      ownerNames,
      remindedOn,
    };
    return { card, bell: `${sheet.case.reference}: may need your help` };
  },
  away({ person, until, steps, candidates }) {
    const card = {
      about: 'away',
      person: person.name,
      until: writeDay(until),
      steps: steps.map(({ sheet, step }) => `${sheet.case.reference} ${step}`),
      candidates: candidates.map(({ name }) => name),
    };
    return { card, bell: `${steps.length} steps need cover` };
  },
  agenda({ title, day, begins, team, listCloses, lines, came, went }) {
    const card = {
      about: `agenda ${title}`,
      session: `${writeDay(day)}, ${writeInstant(begins).slice(-5)}${team ? ` ${team}` : ''}`,
      listCloses: listCloses ? writeInstant(listCloses) : null,
      lines: lines.map(({ reference, what, entry }) =>
        entry ? `${reference} ${what}: ${entry.state}${entry.fresh ? ' (new)' : ''}` : `${reference} ${what}`,
      ),
      came,
      went,
    };
    return { card, bell: `${title}: ${lines.length}` };
  },
  begin({ sheet, step, draft, protocol, viewer }) {
    const card = {
      about: `begin ${protocol.id}`,
      reference: sheet.case.reference,
      step,
      draft: draft.id,
      viewer: viewer.name,
    };
    return { card, bell: `${sheet.case.reference}: ${protocol.title}` };
  },
  mail({ id, mailboxName, state, receivedAt, urgent, reference, doneByName, why }) {
    const card = {
      about: 'mail',
      mail: id,
      mailbox: mailboxName,
      state,
      arrived: writeInstant(receivedAt),
      urgent,
      reference: reference ?? null,
      doneBy: doneByName ?? null,
      why: why ?? null,
    };
    return { card, bell: `A mail waits in the ${mailboxName}` };
  },
  mailLine({ since, to, count, people, waiting, unaccounted, notCompared }) {
    const { setAside, in: all, unread, joined, opened } = count;
    const card = {
      about: 'mail-line',
      since: since === null ? null : writeInstant(since),
      to: writeInstant(to),
      mails: { in: all, unread, waiting: count.waiting, joined, opened },
      setAside: setAside.map(({ why, by, count: times }) => `${times} ${why} by ${people[by] ?? by}`),
      waiting: waiting.count,
      oldest: waiting.oldest === null ? null : writeInstant(waiting.oldest),
      unaccounted,
      notCompared,
    };
    return { card, bell: `Mails: ${all}` };
  },
  mailNews({ sheet, mail, what, viewer }) {
    const card = {
      about: `mail-news ${what}`,
      reference: sheet.case.reference,
      viewer: viewer.name,
      subject: mail.content?.subject ?? null,
      matchedBy: mail.entry.matchedBy,
    };
    return { card, bell: `${sheet.case.reference}: a mail` };
  },
  mailboxAlarm({ mailboxName, since, over }) {
    return {
      card: { about: over ? 'mailbox-alarm over' : 'mailbox-alarm', mailbox: mailboxName, since: writeInstant(since) },
      bell: over ? `${mailboxName}: read again` : `${mailboxName}: not read`,
    };
  },
};

function cardOf(sheet: CaseSheet, step: string, viewer: Viewer | undefined): AdaptiveCard | undefined {
  const { status, protocol } = sheet;
  const { reference } = sheet.case;
  const stopped = status.stopped ? `${status.stopped.why}${status.stopped.taken ? ' taken' : ''}` : null;
  const common = {
    reference,
    holder: status.holder,
    stopped,
    ended: status.ended?.how ?? null,
    viewer: viewer?.name ?? null,
  };
  if (step === 'case' || step.startsWith('safety')) {
    const sent = sheet.case.facts.some(({ fact }) => fact === `${protocol.opening.sends}.sent`);
    const steps = Object.values(status.steps).map((view) =>
      `${view.step} ${view.state} ${dueOf(sheet, view.step) ?? ''}`.trim(),
    );
    return {
      about: step.startsWith('safety') ? 'safety' : 'case',
      ...common,
      steps,
      sent,
      unsent: sheet.unsent.length,
    };
  }
  const view = status.steps[step];
  if (view?.state !== 'open' && view?.state !== 'done' && view?.state !== 'skipped') return undefined;
  const deadline = status.deadlines.find((each) => each.step === step && each.effective);
  return {
    about: step,
    ...common,
    state: view.state,
    outcome: view.outcome ?? null,
    due: dueOf(sheet, step) ?? null,
    why: deadline ? explain(deadline.because) : null,
    booking: view.booking ? `${writeInstant(view.booking.start)} ${view.booking.state}` : null,
    noTime: (view.noTime?.answers.blockers as readonly string[] | undefined) ?? null,
    blockedBy: view.blockedBy.map(({ says }) => says),
    rung: view.rung ?? null,
    ...(viewer ? { personal: sheet.personal[step] ?? null } : {}),
  };
}

function dueOf(sheet: CaseSheet, step: string): string | undefined {
  const deadline = sheet.status.deadlines.find((each) => each.step === step && each.effective);
  return deadline && `${writeDay(deadline.due)}, 17:00`;
}
