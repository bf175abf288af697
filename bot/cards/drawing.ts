/**
 * Cards of cases, drawn from a sheet alone: what the dispatcher posts and edits. The same sheet gives the same card, so that one which
 * says nothing new is not sent again.
 */
import type { AdaptiveCard } from '../../src/application/ports.ts';
import type { CaseSheet, Drawing, Viewer } from '../../src/application/sheet.ts';
import type { Step } from '../../src/domain/protocol/types.ts';
import { agendaFrame } from './agenda.ts';
import { isOver } from './asking.ts';
import { createInk, type Ink } from './buttons.ts';
import { caseFrame } from './case-card.ts';
import { channelCard } from './channel.ts';
import { expectedFrame, expectedOf, expectedQuestion } from './expected.ts';
import type { Banner, OpenBanner } from './frame.ts';
import { beginFrame } from './linked.ts';
import { digestFrame } from './lists.ts';
import type { Turned } from './looking.ts';
import { mailNewsFrame, newsBellOf } from './mail-news.ts';
import { alarmFrame, lineFrame, noticeFrame } from './mail-notices.ts';
import { newsBell } from './meeting-words.ts';
import { awayFrame, escalationFrame } from './notices.ts';
import { type Bell, bell, open, openReference, openSheet, protocolWords } from './privacy.ts';
import { render } from './render.ts';
import { isSafetyManager, mayAct } from './rights.ts';
import { stoppedFrame, withdrawnFrame } from './safety.ts';
import { createSigner } from './signed.ts';
import { stepCard } from './steps.ts';
import { caseTitle, countOf, headingOf, questionOf, toldTitle } from './words.ts';

export function createDrawing({ signingKey }: { readonly signingKey: Uint8Array | string }): Drawing {
  const ink = createInk(createSigner(signingKey));
  return {
    step(sheet, step, audience) {
      const card =
        'channel' in audience ? drawForChannel(ink, sheet, step) : drawForPerson(ink, sheet, step, audience.viewer);
      return card && { card, bell: bellOf(sheet, step, 'viewer' in audience ? audience.viewer : undefined) };
    },
    digest(digest) {
      const drawn = digestFrame(digest, ink);
      return { card: render('digest', drawn.frame), bell: drawn.bell };
    },
    escalation(sheet, deadline, ownerNames, remindedOn, viewer) {
      return {
        card: render('escalation', escalationFrame(sheet, deadline, ownerNames, remindedOn, viewer, ink)),
        bell: bell(open`${openReference(sheet)}: may need your help`),
      };
    },
    agenda(agenda) {
      const drawn = agendaFrame(agenda, ink);
      return { card: render('list', drawn.frame), bell: drawn.bell };
    },
    mail(notice) {
      const drawn = noticeFrame(notice, ink);
      return { card: render('mail', drawn.frame), bell: drawn.bell };
    },
    mailLine(mails) {
      const drawn = lineFrame(mails, ink);
      return { card: render('mail', drawn.frame), bell: drawn.bell };
    },
    mailNews(input) {
      return { card: render('mail', mailNewsFrame(input, ink)), bell: newsBellOf(input) };
    },
    mailboxAlarm(input) {
      const drawn = alarmFrame(input);
      return { card: render('mail', drawn.frame), bell: drawn.bell };
    },
    begin(input) {
      return {
        card: render('plain', beginFrame(input, ink)),
        bell: bell(caseTitle(input.sheet, protocolWords('a second case to begin'))),
      };
    },
    away(input) {
      return {
        card: render('away', awayFrame(input, ink)),
        bell: bell(open`${countOf(input.steps.length, 'step needs', 'steps need')} cover`),
      };
    },
  };
}

/** Class C. The sheet is stripped of what is personal before anything is drawn from it. */
export function drawForChannel(
  ink: Ink,
  sheet: CaseSheet,
  step: string,
  banner: readonly OpenBanner[] = [],
): AdaptiveCard | undefined {
  const drawn = channelCard({ sheet: openSheet(sheet), ink, banner }, step);
  return drawn && render(drawn.template, drawn.frame);
}

/** Class P: for the one who may see it. Whether they may is asked before, at each opening and press. */
export function drawForPerson(
  ink: Ink,
  sheet: CaseSheet,
  step: string,
  viewer: Viewer,
  banner: readonly Banner[] = [],
  turned?: Turned,
): AdaptiveCard | undefined {
  const looking = { sheet, viewer, ink, banner, ...(turned ? { turned } : {}) };
  if (sheet.status.stopped) {
    const stopped = stoppedFrame(looking);
    if (stopped) return render('stopped', stopped);
    const withdrawn = withdrawnFrame(looking);
    if (withdrawn) return render('step', withdrawn);
  }
  if (step === 'case' || step === 'safety') return render('case', caseFrame(looking));
  const expected = sheet.protocol.facts[step] && expectedFrame(looking, step);
  if (expected) return render('step', expected);
  const card = stepCard(looking, step);
  return card && render(card.template, card.frame);
}

function bellOf(sheet: CaseSheet, step: Step['id'], viewer: Viewer | undefined): Bell {
  const { stopped, ended } = sheet.status;
  if (stopped)
    return bell(caseTitle(sheet, protocolWords(viewer && isSafetyManager(sheet, viewer) ? 'open now' : 'paused')));
  if (ended) return bell(caseTitle(sheet, protocolWords(ended.how.replaceAll('-', ' '))));
  const asked = sheet.protocol.steps[step];
  const expected = asked ? undefined : expectedOf(sheet, step);
  if (expected) return bell(caseTitle(sheet, expectedQuestion(sheet, expected)));
  if (!asked) return bell(caseTitle(sheet, protocolWords(sheet.protocol.title)));
  const open = sheet.status.steps[step]?.state === 'open';
  if (open && asked.kind === 'resolve' && viewer && mayAct(sheet, asked, viewer))
    return bell(caseTitle(sheet, protocolWords('your decision is needed')));
  if (!open) return bell(caseTitle(sheet, toldTitle(sheet, asked, false)));
  if (asked.kind === 'meet' && isOver(sheet, asked)) return bell(questionOf(sheet, asked));
  return bell(newsBell(sheet, asked) ?? headingOf(sheet, asked));
}
