/**
 * The use cases, bound to one world: what the bot, the command line's doctor and the tests call.
 */
import type { PersonId } from '../domain/case/types.ts';
import type { Protocol } from '../domain/protocol/types.ts';
import { forumsFor } from './agendas.ts';
import { adopt } from './carry-out/post.ts';
import { rolesInCouncil } from './case-roles.ts';
import { ownDocuments, takeFile } from './documents.ts';
import { draftFreeTimes, draftLimit } from './draft-times.ts';
import { beginDraft, draftOf, saveDraftPage, setDraftChildren } from './drafts.ts';
import { dueFor, undatedFor } from './due-for.ts';
import { mailDesk } from './mail/desk.ts';
import { maySee } from './may-see.ts';
import { openCase } from './open-case.ts';
import { draftFaults, draftLate, LATE } from './opening.ts';
import { acceptOverlap, overlapsOf } from './overlaps.ts';
import { ownTimes } from './own-times.ts';
import { perform } from './perform.ts';
import { readSheet } from './read-case.ts';
import type { Stepwise } from './sheet.ts';
import { candidatesFor, timesFor } from './times.ts';
import { viewerOf } from './viewer.ts';
import type { World } from './world.ts';

async function mayBeOpenedBy(
  world: World,
  person: PersonId,
  protocols: readonly Protocol[],
): Promise<readonly Protocol[]> {
  const allowed = await Promise.all(
    protocols.map(async ({ council, opening }) => {
      const roles = await rolesInCouncil(world.directory, council.id, person);
      return opening.by.some((role) => roles.includes(role));
    }),
  );
  return protocols.filter((_, index) => allowed[index]);
}

export function createStepwise(world: World): Stepwise {
  return {
    async startable(person) {
      const offered = world.protocols
        .all()
        .filter(({ offered, council }) => offered && world.councils.includes(council.id));
      return mayBeOpenedBy(world, person, offered);
    },
    rolesOf: (person) => world.directory.rolesOf(person),
    person: (id) => world.directory.person(id),
    protocol: (pathway, version) => world.protocols.get(pathway, version),
    protocols: () => world.protocols.all().filter(({ council }) => world.councils.includes(council.id)),
    calendar: (council) => world.protocols.calendar(council),
    now: () => world.clock.now(),

    drafts: {
      of: (person) => world.store.draftsOf(person),
      begin: (person, pathway, from) => beginDraft(world, person, pathway, from),
      overlaps: (person, id) => overlapsOf(world, person, id),
      acceptOverlap: (person, id, shown, why) => acceptOverlap(world, person, id, shown, why),
      get: (person, id) => draftOf(world, person, id),
      save: (person, id, page, answers, moveTo) => saveDraftPage(world, person, id, page, answers, moveTo),
      setChildren: (person, id, children, removed) => setDraftChildren(world, person, id, children, removed),
      async delete(person, id) {
        if (await draftOf(world, person, id)) await world.store.deleteDraft(id);
      },
      faults: (person, id, page) => draftFaults(world, person, id, page),
      late: (person, id) => draftLate(world, person, id),
      sayWhyLate: (person, id, reason) => saveDraftPage(world, person, id, LATE, { reason }),
      freeTimes: (person, id) => draftFreeTimes(world, person, id),
      limit: (id) => draftLimit(world, id),
    },

    mails: mailDesk(world),
    documents: {
      of: (person) => ownDocuments(world, person),
      take: (person, file) => takeFile(world, person, file),
    },

    send: (person, draftId, key, origin) => openCase(world, person, draftId, key, origin),
    perform: (person, caseId, commands, key) => perform(world, person, { caseId, commands, key }),
    adopt: (person, caseId, step, origin) => adopt(world, person, caseId, step, origin),
    sheet: (caseId) => readSheet(world, caseId),
    async sheetByReference(reference) {
      const row = await world.store.caseByReference(reference.toUpperCase());
      return row ? readSheet(world, row.id) : undefined;
    },
    viewer: (person, sheet) => viewerOf(world, sheet, person),
    maySee,
    casesOf: (person) => world.store.casesOf(person),
    dueFor: (person) => dueFor(world, person),
    forumsFor: (person) => forumsFor(world, person),
    timesFor: (sheet, step, more) => timesFor(world, sheet, step, more),
    ownTimes(person, sheet, id) {
      const meeting = sheet.protocol.steps[id];
      if (meeting?.kind !== 'meet') throw new Error(`${id} is no meeting.`);
      const limit = sheet.status.deadlines.find((deadline) => deadline.step === id && deadline.effective);
      return ownTimes(world, person, { meeting, calendar: sheet.calendar, limit });
    },
    candidates: (sheet, role) => candidatesFor(world, sheet, role),
    async afterwards(person, { protocol, status }) {
      if (!status.ended) return [];
      const again = world.protocols.all().filter(({ id }) => protocol.afterwards.includes(id));
      return mayBeOpenedBy(world, person, again);
    },
    register: (council, list, state) => world.store.register(council, list, state),
    undatedFor: (person) => undatedFor(world, person),
    remember: (conversation) => world.store.saveConversation(conversation),
  };
}
