/** The scenes of the story as scripted persons play them, by the words on the cards. Each test plays as far as it needs. */
import { type Answers, choicesOf } from './card.ts';
import { type Entry, type Persona, persona, type Seen } from './person.ts';
import type { Product } from './product.ts';

export interface Child {
  readonly name: string;
  readonly born: string;
  readonly mosaic: string;
  readonly schools: string;
  readonly support: string;
  readonly reasons: string;
}

export interface Family {
  readonly children: readonly Child[];
  readonly outline: string;
  readonly wayBack: string;
}

/** Invented. */
export const FAMILY: Family = {
  children: [
    {
      name: 'Robin Ashgrove',
      born: '27 3 2015',
      mosaic: '700101',
      schools: 'Larkhall Primary',
      support: 'Help with mornings and getting to school on time.',
      reasons: 'Missed school, and quarrels at home over money.',
    },
    {
      name: 'Wren Ashgrove',
      born: '4 11 2018',
      mosaic: '700102',
      schools: 'Larkhall Primary',
      support: 'Help with mornings and getting to school on time.',
      reasons: 'Missed school, and quarrels at home over money.',
    },
  ],
  outline: 'The family worker visits weekly; school keeps a breakfast place.',
  wayBack: 'If attendance falls below eighty per cent for a month.',
};

/** Everyone of the story, by the part they play. */
export function cast(product: Product) {
  const as = (name: string) => persona(product, name);
  return {
    socialWorker: as('Amara Okafor'),
    otherSocialWorker: as('Ben Whitlock'),
    socialWorkManager: as('Priya Raman'),
    frontDoor: as('Dawn Ellery'),
    otherFrontDoor: as('Tomasz Zielinski'),
    eustonManager: as('Grace Adeyemi'),
    eustonWorker: as('Jo Marsh'),
    otherEustonWorker: as('Kofi Mensah'),
    eustonDuty: as('Nia Powell'),
    kentishTownManager: as('Hugh Pemberton'),
    kentishTownWorker: as('Lena Hartog'),
    focusManager: as('Ines Carvalho'),
    serviceManager: as('Ruth Calder'),
    otherServiceManager: as('Stephen Ngo'),
    headOfService: as('Tessa Vaughan'),
    mashManager: as('Wendy Lock'),
  };
}
export type Cast = ReturnType<typeof cast>;

/** On the page behind [Choose a team]. */
export const NAME_TEAM = /^(Name this team|Choose a team)$/;
export const FRONT_DOOR = 'Early Help Front Door';
export const SOCIAL_WORK = 'Social Work North';
export const EUSTON = 'Euston';

export interface Referral {
  readonly family?: Family;
  /** ISO day; the day of the card's clock where absent. */
  readonly agreed?: string;
  readonly completed?: string;
  /** Of the times offered; one on each of the last three days where absent. */
  readonly choose?: (offered: readonly string[]) => readonly string[];
}

/** A time on each of the last three days offered: early ones are over before a team has accepted. */
export function threeDays(offered: readonly string[]): readonly string[] {
  const byDay = new Map<string, string>();
  for (const time of offered) {
    const day = time.slice(0, 'Thu 17 Dec 2026'.length);
    if (!byDay.has(day)) byDay.set(day, time);
  }
  const inOrder = [...byDay.values()].sort(
    (one, other) => Date.parse(one.slice(4, 22)) - Date.parse(other.slice(4, 22)),
  );
  return inOrder.slice(-3);
}

/** From "step down" to *Check your answers*. */
export async function writeReferral(worker: Persona, referral: Referral = {}): Promise<Seen> {
  const { family = FAMILY, agreed, completed = '2026-12-17', choose = threeDays } = referral;
  let card = await worker.press(await worker.say('step down'), 'After an assessment');
  card = await worker.press(card, 'Save and continue', {
    'Who agreed': ['Mother'],
    How: 'In person',
    ...(agreed ? { When: agreed } : {}),
  });
  card = await worker.press(card, 'Save and continue', {
    'Date it was, or will be, completed': completed,
    'Service in the lead afterwards': 'Early Help',
  });
  for (const [index, child] of family.children.entries()) {
    const more = index + 1 < family.children.length;
    card = await worker.press(card, more ? 'Add another child' : 'Save and continue', childAnswers(child));
  }
  card = await worker.press(card, 'Save and continue', {
    'Outline plan': family.outline,
    'When should the family come back to social care?': family.wayBack,
  });
  return worker.press(card, 'Save and continue', { Times: choose(choicesOf(card.card, 'Times')) });
}

export function childAnswers(child: Child): Answers {
  return {
    Name: child.name,
    'Date of birth': child.born,
    'MOSAIC number': child.mosaic,
    Schools: child.schools,
    'Support needed from Early Help': child.support,
    'Reasons social care became involved': child.reasons,
  };
}

export const REFERENCE = /CAM-[A-Z0-9]{4}/;

export function referenceOn(card: Seen): string {
  const found = REFERENCE.exec(card.words)?.[0];
  if (!found) throw new Error(`No reference on this card:\n${card.words}`);
  return found;
}

export const AGREEMENT = 'The agreement';

/** The family of these scenes may be on an open case of an earlier scene already: the social worker has seen it, and says why. */
export async function pastOverlap(socialWorker: Persona, check: Seen): Promise<Seen> {
  return check.buttons.includes('Go on all the same')
    ? socialWorker.press(check, 'Go on all the same', { 'Why go on all the same': 'Another scene.' })
    : check;
}

export async function sendReferral(socialWorker: Persona, check: Seen): Promise<Seen> {
  return socialWorker.press(await pastOverlap(socialWorker, check), 'Send referral', { [AGREEMENT]: true });
}

/** @returns the case's reference, once the referral lies in the mailbox and the front door has its card */
export async function refer(product: Product, people: Cast, referral: Referral = {}): Promise<string> {
  const check = await writeReferral(people.socialWorker, referral);
  const reference = referenceOn(await sendReferral(people.socialWorker, check));
  await product.settle();
  await people.frontDoor.finds(`New step down: ${reference}`, FRONT_DOOR);
  return reference;
}

/** Opens the detail from a post. Where a client has no dialogs it is sent to the own chat. */
export async function openDetail(person: Persona, post: Seen, button: string | RegExp): Promise<Seen> {
  const opened = await person.press(post, button);
  if (opened.in === 'dialog' || !/Sent to your own chat/.test(opened.words + opened.notice)) return opened;
  const latest = (await person.chat()).at(-1);
  if (!latest) throw new Error('Nothing was sent to the own chat.');
  return latest;
}

export async function openScreening(people: Cast, reference: string, who = people.frontDoor): Promise<Seen> {
  const post = await who.finds(`New step down: ${reference}`, FRONT_DOOR, 'Open and decide');
  return openDetail(who, post, 'Open and decide');
}

/** A10 to A12 begin with it. */
export async function nameTeam(
  product: Product,
  people: Cast,
  reference: string,
  team = EUSTON,
  who = people.frontDoor,
): Promise<Seen> {
  const page = await who.press(await openScreening(people, reference, who), 'Choose a team');
  const done = await who.press(page, NAME_TEAM, { Team: team });
  await product.settle();
  return done;
}

export async function referToPanel(product: Product, people: Cast, reference: string): Promise<Seen> {
  const page = await people.frontDoor.press(await openScreening(people, reference), 'Refer to panel');
  const done = await people.frontDoor.press(page, 'Refer to panel', {
    Why: 'Complex family',
    'In short': 'Two services have worked with the family, and neither fits by itself.',
  });
  await product.settle();
  return done;
}

/** Everybody's way to a step that is theirs: the whole case, then the next step, until the heading says so. */
export async function myStep(person: Persona, reference: string, heading: string): Promise<Seen> {
  const wanted = `${reference}: ${heading}`;
  const there = (await person.chat()).findLast((card) => card.headings.some((each) => each.startsWith(wanted)));
  if (there) return there;
  let card = await person.say(`case ${reference}`);
  card = await person.press(card, 'Show my next step');
  if (card.headings.some((each) => each.startsWith(wanted))) return card;
  throw new Error(`${person.name}'s next step is not "${heading}":\n${card.words}`);
}

/** The card that asks for the offer of a consultation. */
export const offerOf = (reference: string) => `${reference} is coming to your team`;

/** The manager offers the first time on which both are free, and it is booked. */
export async function bookConsultation(product: Product, people: Cast, reference: string, who = people.eustonManager) {
  const card = await who.finds(offerOf(reference), undefined, 'Show free times');
  const times = await who.press(card, 'Show free times');
  const [first = ''] = choicesOf(times.card, 'Time');
  const booked = await who.press(times, 'Offer and book', { Time: first });
  await product.settle();
  return { booked, time: first };
}

export const MEETINGS = {
  consultation: 'Consultation',
  panel: 'Early Help Panel',
  visit: 'Joint visit',
} as const;

/** The meeting as it stands in somebody's diary. */
export async function meetingOf(person: Persona, reference: string, meeting: string): Promise<Entry> {
  const diary = await person.diary();
  const found = diary.filter((entry) => entry.subject === `${reference} ${meeting}` && !entry.isCancelled);
  if (found.length !== 1) {
    const there = diary.map(({ subject }) => subject).join(' · ');
    throw new Error(`${person.name} has ${found.length} meetings called "${reference} ${meeting}". There is: ${there}`);
  }
  return found[0] as Entry;
}

/** A quarter of an hour after a meeting's end, or the next working morning: when the bot asks what became of it. */
export async function moveBeyond(product: Product, end: string): Promise<void> {
  await product.moveClock({ to: new Date(Date.parse(end) + 15 * 60_000).toISOString() });
}

/** Books the consultation, lets it pass, and names the worker: from there on the visit is booked by itself. */
export async function acceptFamily(
  product: Product,
  people: Cast,
  reference: string,
  { manager = people.eustonManager, worker = people.eustonWorker, answers = {} as Answers } = {},
): Promise<Seen> {
  await bookConsultation(product, people, reference, manager);
  const consultation = await meetingOf(manager, reference, MEETINGS.consultation);
  await moveBeyond(product, consultation.end);
  const question = await manager.finds(
    `${reference}: How did the consultation go?`,
    undefined,
    'Accept and name worker',
  );
  const page = await manager.press(question, 'Accept and name worker');
  const done = await manager.press(page, 'Accept and name worker', { 'Family worker': worker.name, ...answers });
  await product.settle();
  return done;
}

/** Lets the joint visit pass and says that it took place. */
export async function holdVisit(product: Product, people: Cast, reference: string, who = people.socialWorker) {
  const visit = await meetingOf(people.socialWorker, reference, MEETINGS.visit);
  await moveBeyond(product, visit.end);
  const question = await who.finds(`${reference}: Did the joint visit take place?`, undefined, 'It took place');
  const page = await who.press(question, 'It took place');
  const done = await who.press(page, 'It took place', { 'Who was there': ['Mother', 'Children'] });
  await product.settle();
  return done;
}

/** The three people's ticks in MOSAIC. */
export async function tickMosaic(product: Product, people: Cast, reference: string): Promise<void> {
  const { socialWorker, socialWorkManager, eustonDuty } = people;
  await socialWorker.press(await myStep(socialWorker, reference, 'section 4 in MOSAIC'), 'Section 4 is done', {
    'Section 4 is complete': true,
    'Next step chosen': true,
  });
  await socialWorkManager.press(
    await myStep(socialWorkManager, reference, 'next actions in MOSAIC'),
    'Next actions are sent',
    {
      'Next actions': ['Step down to Early Help (EH)', "Progress to early help – Children's social care case closure"],
      'Passed to': 'EU Euston',
    },
  );
  await product.settle();
  await eustonDuty.finds(reference, EUSTON);
  const duty = await myStep(eustonDuty, reference, "duty manager's next action");
  const page = await eustonDuty.press(duty, 'Choose the next action');
  await eustonDuty.press(page, 'Choose the next action', {
    'Next action': 'Early Help Assessment required',
    'Who does the assessment': people.eustonWorker.name,
  });
  await product.settle();
}

export async function closeCase(product: Product, people: Cast, reference: string): Promise<Seen> {
  const card = await myStep(people.socialWorker, reference, 'close in MOSAIC');
  const done = await people.socialWorker.press(card, 'Closed in MOSAIC');
  await product.settle();
  return done;
}
