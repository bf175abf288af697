/**
 * An invented referral by e-mail, with a labelled line for each thing, as councils ask for it. The same family each time, and nobody's;
 * the dates are of these days.
 */
import { addDays, day, wall } from './dates.js';
import { store } from './store.js';

const CHILDREN = [
  {
    name: 'Robin Larkin',
    born: '14 May 2015',
    mosaic: '4410021',
    school: 'Hollow Lane Primary School',
    support: 'Help with bedtime and school routines, and a place in the after-school club.',
    reasons: 'Missed school, and worries about supervision at home after a bereavement.',
  },
  {
    name: 'Wren Larkin',
    born: '2 September 2018',
    mosaic: '4410022',
    school: 'Hollow Lane Primary School',
    support: 'Somebody to talk to about the loss of a grandparent.',
    reasons: 'Often late for school and tired in class.',
  },
];

const childLines = ({ name, born, mosaic, school, support, reasons }) => [
  `Child's name: ${name}`,
  `Date of birth: ${born}`,
  `MOSAIC number: ${mosaic}`,
  `Schools: ${school}`,
  `Support needed from Early Help: ${support}`,
  `Reasons social care became involved: ${reasons}`,
  '',
];

/** The next working days, bank holidays aside: nobody is visited, so that it does not matter here. */
function nextWeekdays(today, count) {
  const found = [];
  for (let date = addDays(today, 1); found.length < count; date = addDays(date, 1)) {
    const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
    if (weekday !== 0 && weekday !== 6) found.push(date);
  }
  return found;
}

/**
 * @param {{now: string, person: object, complete: boolean}} asked `now` of the sandbox's clock; not complete: without dates
 * @returns {{to: string, subject: string, text: string}}
 */
export function exampleReferral({ now, person, complete }) {
  const today = wall(now).slice(0, 10);
  const dates = nextWeekdays(today, 3);
  const times = dates.map((date, index) => `${day(`${date}T12:00:00Z`)}, ${['10:00', '14:00', '15:30'][index]}`);
  const mailbox = store.tenant.mailboxes.find(({ council }) => council === person.council);
  return {
    to: mailbox?.mail ?? '',
    subject: 'Step down referral',
    text: [
      'Dear colleagues,',
      '',
      'Please consider this family for a step down to Early Help.',
      '',
      ...(complete ? [`Assessment completed: ${day(`${today}T12:00:00Z`)}`, ''] : []),
      ...CHILDREN.flatMap(childLines),
      'Summary of concerns and needs: School attendance has dropped. Routines at home are better than in autumn.',
      'Outline plan: Family worker visits weekly for six weeks. School offers breakfast club.',
      'When should the family come back to social care?: If the children miss school again for more than a week.',
      ...(complete ? [`Provisional dates: ${times.join('; ')}`] : []),
      '',
      'Kind regards',
      person.name,
      person.title ?? '',
    ].join('\n'),
  };
}
