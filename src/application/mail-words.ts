/** Sentences that mails share. Staff, teams and dates; never anything of a family. */
import type { Council, SendStep, Step } from '../domain/protocol/types.ts';
import { writeDay, writeInstant } from '../domain/time/instant.ts';
import { writeCount } from '../domain/time/reasons.ts';
import type { CaseSheet } from './sheet.ts';

/** {reference}, {team} and roles such as {family-worker} in the words of the data. */
export function fillIn({ protocol, status, people, case: { reference } }: CaseSheet, words: string): string {
  const team = status.team === undefined ? undefined : protocol.council.teams[status.team]?.name;
  return words
    .replaceAll('{reference}', reference)
    .replaceAll('{team}', team ?? 'the team')
    .replace(
      /\{([a-z-]+)\}/g,
      (whole, role: string) => people[status.named[role] ?? '']?.name ?? protocol.council.roles[role]?.name ?? whole,
    );
}

/**
 * What comes after a mail: the step that its arrival opens, else the first that can be done now.
 * @example 'Next: answer the social worker, within 2 working days of the arrival of this mail.'
 */
export function nextStep(sheet: CaseSheet, sent: SendStep): string | undefined {
  const steps = Object.values(sheet.protocol.steps).filter(({ id, optional }) => id !== sent.id && !optional);
  const answer = steps.find(({ after }) => after.includes(sent.id) || after.includes(`${sent.id}.received`));
  const next = answer ?? steps.find((step) => isReady(sheet, step));
  return next && `Next: ${next.title}${when(sheet, next, sent)}.`;
}

function isReady({ status }: CaseSheet, { id }: Step): boolean {
  const view = status.steps[id];
  return view?.state === 'open' && view.blockedBy.length === 0;
}

function when({ status }: CaseSheet, step: Step, sent: SendStep): string {
  const deadline = status.deadlines.find((each) => each.step === step.id && each.effective);
  if (deadline) return `, due ${writeDay(deadline.due)}, 17:00`;
  const within = step.due.find((due) => due.form === 'within' && due.of === `${sent.id}.received`);
  return within?.form === 'within' ? `, within ${writeCount(within.count)} of the arrival of this mail` : '';
}

export function whereToLook({ case: { reference } }: CaseSheet): string {
  return `The details are in Stepwise, in Microsoft Teams. Open your chat with it and type: case ${reference}`;
}

/** Numbers that the council has not set are left out; 999 always stands. */
export function safeguardingSentences({ safeguarding }: Pick<Council, 'safeguarding'>): readonly string[] {
  const { emergency, team, daytime, outOfHours } = safeguarding;
  return [
    `If a child is in danger now, ring ${emergency}.`,
    `If a child may be at risk of significant harm, ring ${team}${daytime ? `: ${daytime}` : ''}.`,
    ...(outOfHours ? [`Evenings and weekends: ${outOfHours}.`] : []),
    'You need no form for that.',
  ];
}

export function safeguardingLine({ protocol }: Pick<CaseSheet, 'protocol'>): string {
  return safeguardingSentences(protocol.council).join(' ');
}

/** What is booked and still to come: a notice of it says when and where it is now, whatever was planned at first (KNO-S-02). */
export function meetingLines({ protocol, status, now, rooms }: CaseSheet): readonly string[] {
  return Object.values(protocol.steps).flatMap((step) => {
    const { booking, state } = status.steps[step.id] ?? {};
    if (step.kind !== 'meet' || state !== 'open' || !booking || booking.start <= now) return [];
    const room = booking.room === undefined ? undefined : rooms?.find(({ mail }) => mail === booking.room)?.name;
    const place = room ?? step.place;
    return [`Booked: ${step.title}, ${writeInstant(booking.start)}${place ? `, ${place}` : ''}`];
  });
}
