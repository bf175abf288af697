/**
 * An invented referral by e-mail, with a labelled line for each thing, in the words of the council's own form. The same family each time,
 * and nobody's; the dates are of these days.
 */
import { addDays, day, wall } from './dates.js';
import { store } from './store.js';

const CHILDREN = [
  {
    name: 'Robin Larkin',
    born: '14 May 2015',
    number: '4410021',
    school: 'Hollow Lane Primary School',
    support: 'Help with bedtime and school routines, and a place in the after-school club.',
    reasons: 'Missed school, and worries about supervision at home after a bereavement.',
  },
  {
    name: 'Wren Larkin',
    born: '2 September 2018',
    number: '4410022',
    school: 'Hollow Lane Primary School',
    support: 'Somebody to talk to about the loss of a grandparent.',
    reasons: 'Often late for school and tired in class.',
  },
];
const WORRIES = 'School attendance has dropped. Routines at home are better than in autumn.';
const OUTLINE = 'Family worker visits weekly for six weeks. School offers breakfast club.';
const ACHIEVED = 'The children are in bed on time, and both parents come to the parenting group.';

/**
 * What each council asks for: `first`, of each `child`, and `last`. `dates` has the days that are written in, or none of them where they
 * are to be missing; a line without its day is left out.
 */
const LAYOUTS = {
  camden: {
    first: ({ today }) => [['Assessment completed', today]],
    child: ({ number, school, support, reasons }) => [
      ['MOSAIC number', number],
      ['Schools', school],
      ['Support needed from Early Help', support],
      ['Reasons social care became involved', reasons],
    ],
    last: ({ visits }) => [
      ['Summary of concerns and needs', WORRIES],
      ['Outline plan', OUTLINE],
      ['Way back', 'If the children miss school again for more than a week.'],
      ['Provisional dates', visits],
    ],
  },
  barnsley: {
    first: ({ today }) => [
      ['Present plan', 'Child in Need plan'],
      ['What the decision rests on', 'Child in Need review'],
      ['Single assessment completed on', today],
      ['Reason', WORRIES],
      ['Who stays in touch with the children', 'Their class teacher, Hollow Lane Primary School'],
    ],
    child: () => [["The child's own consent", 'Asked, and agrees']],
    last: () => [['The step down plan in outline', OUTLINE]],
  },
  herefordshire: {
    first: ({ today }) => [
      ['Meeting', 'Child in Need meeting'],
      ['Date of the meeting', today],
    ],
    child: () => [],
    last: () => [
      ['Needs and worries', WORRIES],
      ['What the plan has achieved', ACHIEVED],
    ],
  },
  knowsley: {
    first: () => [
      ['The family is open as', 'Child in Need'],
      ['What the team manager says to it', 'The family is ready for this.'],
    ],
    child: ({ school }) => [['School or nursery', school]],
    last: () => [
      ['What are we worried about', WORRIES],
      ['What is working well', ACHIEVED],
      ['What needs to happen', OUTLINE],
    ],
  },
};
const ELSEWHERE = {
  first: () => [],
  child: ({ school }) => [['School', school]],
  last: () => [['Needs and worries', WORRIES]],
};

const written = (lines) => lines.filter(([, value]) => value).map(([label, value]) => `${label}: ${value}`);
const longDay = (date) => day(`${date}T12:00:00Z`);

/** Bank holidays are not known here: nobody is visited, so that it does not matter. */
function nextWeekdays(today, count) {
  const found = [];
  for (let date = addDays(today, 1); found.length < count; date = addDays(date, 1)) {
    const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
    if (weekday !== 0 && weekday !== 6) found.push(date);
  }
  return found;
}

function datesFrom(now) {
  const today = wall(now).slice(0, 10);
  const hours = ['10:00', '14:00', '15:30'];
  return {
    today: longDay(today),
    agreed: longDay(addDays(today, -3)),
    visits: nextWeekdays(today, hours.length)
      .map((date, index) => `${longDay(date)}, ${hours[index]}`)
      .join('; '),
  };
}

/**
 * @param {{now: string, person: object, complete: boolean}} asked `now` of the sandbox's clock; not complete: without dates
 * @returns {{to: string, subject: string, text: string}}
 */
export function exampleReferral({ now, person, complete }) {
  const dates = complete ? datesFrom(now) : {};
  const { first, child, last } = LAYOUTS[person.council] ?? ELSEWHERE;
  const mailbox = store.tenant.mailboxes.find(({ council }) => council === person.council);
  return {
    to: mailbox?.mail ?? '',
    subject: 'Step down referral',
    text: [
      'Dear colleagues,',
      '',
      'Please consider this family for a step down to Early Help.',
      '',
      ...written([
        ['Who agreed', 'Mother'],
        ['When', dates.agreed],
        ['How', 'In person'],
      ]),
      ...written(first(dates)),
      '',
      ...CHILDREN.flatMap((each) => [
        ...written([["Child's name", each.name], ['Date of birth', each.born], ...child(each)]),
        '',
      ]),
      ...written(last(dates)),
      '',
      'Kind regards',
      person.name,
      person.title,
    ].join('\n'),
  };
}
