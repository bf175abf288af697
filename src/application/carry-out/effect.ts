/** Who carries out what. */
import type { ClaimedItem } from '../ports.ts';
import type { World } from '../world.ts';
import { carryOutAgenda, carryOutAgendaAgain } from './agenda.ts';
import { carryOutAskHeld } from './ask-held.ts';
import { carryOutLookForAway } from './away.ts';
import { carryOutBegin } from './begin.ts';
import { carryOutBook, carryOutUnbook } from './book.ts';
import { carryOutCard, carryOutRedraw } from './card.ts';
import { carryOutCoverEnds } from './cover-ends.ts';
import { carryOutDiary } from './diary.ts';
import { carryOutDigest, carryOutDigestAgain } from './digest.ts';
import { carryOutEscalate } from './escalate.ts';
import { carryOutExpected } from './expected.ts';
import { carryOutMail } from './mail.ts';
import { carryOutMailAnswer } from './mail-answer.ts';
import { carryOutMailCard } from './mail-card.ts';
import { carryOutMailLine } from './mail-line.ts';
import { carryOutMailNews } from './mail-news.ts';
import { carryOutMailboxAlarm } from './mailbox-alarm.ts';
import { carryOutNextTime } from './next-time.ts';
import { carryOutNotSentYet } from './not-sent-yet.ts';
import { carryOutReadMail } from './read-mail.ts';
import { carryOutAttend, carryOutRebook } from './rebook.ts';
import { carryOutResumes } from './resumes.ts';

/** @throws Later where it has to wait, or whatever went wrong: it is then tried again */
export async function carryOut(world: World, item: ClaimedItem): Promise<void> {
  const { effect } = item;
  switch (effect.kind) {
    case 'mail':
      return carryOutMail(world, item, effect);
    case 'card':
      return carryOutCard(world, item, effect);
    case 'book':
      return carryOutBook(world, item, effect);
    case 'unbook':
      return carryOutUnbook(world, item, effect);
    case 'rebook':
      return carryOutRebook(world, item, effect);
    case 'attend':
      return carryOutAttend(world, item, effect);
    case 'diary':
      return carryOutDiary(world, item, effect);
    case 'begin':
      return carryOutBegin(world, item, effect);
    case 'ask-held':
      return carryOutAskHeld(world, item, effect);
    case 'expected':
      return carryOutExpected(world, item, effect);
    case 'next-time':
      return carryOutNextTime(world, item, effect);
    case 'redraw':
      return carryOutRedraw(world, item, effect.since);
    case 'digest':
      return carryOutDigest(world, effect);
    case 'digest-again':
      return carryOutDigestAgain(world, effect);
    case 'agenda':
      return carryOutAgenda(world, effect);
    case 'agenda-again':
      return carryOutAgendaAgain(world, effect);
    case 'escalate':
      return carryOutEscalate(world, item, effect);
    case 'look-for-away':
      return carryOutLookForAway(world, effect);
    case 'cover-ends':
      return carryOutCoverEnds(world, item);
    case 'resumes':
      return carryOutResumes(world, item, effect);
    case 'not-sent-yet':
      return carryOutNotSentYet(world, item, effect);
    case 'read-mail':
      return carryOutReadMail(world, item, effect);
    case 'mail-card':
      return carryOutMailCard(world, effect);
    case 'mail-news':
      return carryOutMailNews(world, item, effect);
    case 'mail-answer':
      return carryOutMailAnswer(world, item, effect);
    case 'mail-line':
      return carryOutMailLine(world, effect);
    case 'mailbox-alarm':
      return carryOutMailboxAlarm(world, effect);
  }
}
