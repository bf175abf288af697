import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Holidays from 'date-holidays';
import { parse } from 'yaml';
import { faultsOfHolidays, HolidaysFault, loadCalendar } from '../../src/adapters/holidays.ts';
import { addDays, weekdayOf } from '../../src/domain/time/day-number.ts';
import { type Day, parseDay } from '../../src/domain/time/instant.ts';

const calendar = loadCalendar();
const folder = mkdtempSync(join(tmpdir(), 'holidays-'));
let files = 0;

function write(yaml: string): string {
  files += 1;
  const path = join(folder, `${files}.yaml`);
  writeFileSync(path, yaml);
  return path;
}

const heading = 'source: https://www.gov.uk/bank-holidays\nchecked: 2026-11-22\n';
const faultsOf = (yaml: string) => {
  const path = write(yaml);
  return faultsOfHolidays({ extraFile: path }).map(({ line, col, words }) => `${line}:${col} ${words}`);
};

describe('the bank holidays that come with the product', () => {
  test('make the same weekdays free, 2015 to 2035, as a list kept by others', () => {
    const others = new Holidays('GB', 'ENG');
    const free = new Set<string>();
    for (let year = 2015; year <= 2035; year += 1) {
      for (const { date, type } of others.getHolidays(year)) if (type === 'public') free.add(date.slice(0, 10));
    }
    const differing: string[] = [];
    let weekdays = 0;
    for (let day = parseDay('2015-01-01'); day <= '2035-12-31'; day = addDays(day, 1)) {
      if (['Saturday', 'Sunday'].includes(weekdayOf(day))) continue;
      weekdays += 1;
      if (calendar.isWorkingDay(day) === free.has(day)) differing.push(day);
    }
    expect(differing).toEqual([]);
    expect(weekdays).toBeGreaterThan(5_000);
  });

  test.each([
    ['2015-12-28', 'Boxing Day (substitute day)'],
    ['2016-12-27', 'Christmas Day (substitute day)'],
    ['2020-05-08', 'Early May bank holiday (VE day)'],
    ['2021-12-27', 'Christmas Day (substitute day)'],
    ['2021-12-28', 'Boxing Day (substitute day)'],
    ['2022-06-02', 'Spring bank holiday'],
    ['2022-06-03', 'Platinum Jubilee bank holiday'],
    ['2022-09-19', 'Bank Holiday for the State Funeral of Queen Elizabeth II'],
    ['2022-12-27', 'Christmas Day (substitute day)'],
    ['2023-05-08', 'Bank holiday for the coronation of King Charles III'],
    ['2028-01-03', "New Year's Day (substitute day)"],
  ])('%s is %s', (day, name) => {
    expect(calendar.holidayOn(day as Day)?.name).toBe(name);
  });

  test('the first Monday of May 2020 and the last of May 2022 were worked, the holiday having been moved', () => {
    expect(calendar.isWorkingDay(parseDay('2020-05-04'))).toBe(true);
    expect(calendar.isWorkingDay(parseDay('2022-05-30'))).toBe(true);
  });

  test('are published up to 2028 and by rule from 2029 on', () => {
    const yaml = readFileSync(
      new URL('../../src/protocols/bank-holidays/england-and-wales.yaml', import.meta.url),
      'utf8',
    );
    const { holidays } = parse(yaml) as { holidays: { day: string; projected?: boolean }[] };
    for (const { day, projected } of holidays) expect([day, projected === true]).toEqual([day, day >= '2029']);
    expect(holidays.map(({ day }) => day)).toEqual(holidays.map(({ day }) => day).sort());
  });
});

describe('a file of the operator’s own', () => {
  test('adds a one-off holiday, without a release', () => {
    const extraFile = write(`${heading}holidays:\n  - { day: 2027-06-07, name: Bank holiday for a royal wedding }\n`);
    expect(calendar.isWorkingDay(parseDay('2027-06-07'))).toBe(true);
    const extended = loadCalendar({ extraFile });
    expect(extended.isWorkingDay(parseDay('2027-06-07'))).toBe(false);
    expect(extended.addWorkingDays(parseDay('2027-06-04'), 1)).toBe('2027-06-08');
    expect(extended.holidayOn(parseDay('2027-05-31'))?.name).toBe('Spring bank holiday');
  });

  test('moves one, and turns a day by rule into a published one', () => {
    const extraFile = write(
      `${heading}withdrawn:\n  - { day: 2030-05-06, name: Early May bank holiday }\n` +
        'holidays:\n  - { day: 2030-05-08, name: Early May bank holiday (VE day) }\n  - { day: 2030-12-25, name: Christmas Day }\n',
    );
    const moved = loadCalendar({ extraFile });
    expect(moved.isWorkingDay(parseDay('2030-05-06'))).toBe(true);
    expect(moved.isWorkingDay(parseDay('2030-05-08'))).toBe(false);
    expect(moved.holidayOn(parseDay('2030-12-25'))?.projected).toBe(false);
    expect(moved.holidayOn(parseDay('2030-12-26'))?.projected).toBe(true);
  });

  const of2036 = [
    ['01-01', "New Year's Day"],
    ['04-11', 'Good Friday'],
    ['04-14', 'Easter Monday'],
    ['05-05', 'Early May bank holiday'],
    ['05-26', 'Spring bank holiday'],
    ['08-25', 'Summer bank holiday'],
    ['12-25', 'Christmas Day'],
    ['12-26', 'Boxing Day'],
  ].map(([day, name]) => `  - { day: 2036-${day}, name: "${name}" }\n`);

  test('adds a further year, as the refusal beyond the data tells one to', () => {
    const extraFile = write(`${heading}years: { from: 2036, to: 2036 }\nholidays:\n${of2036.join('')}`);
    const extended = loadCalendar({ extraFile });
    expect(extended.addWorkingDays(parseDay('2035-12-31'), 1)).toBe('2036-01-02');
    expect(() => extended.isWorkingDay(parseDay('2037-01-01'))).toThrow('Add the bank holidays of 2037');
  });

  test('may not leave a year half listed, or a gap', () => {
    expect(faultsOf(`${heading}years: { from: 2036, to: 2036 }\nholidays:\n${of2036.slice(1).join('')}`)).toEqual([
      '3:8 2036 has 7 bank holidays; a whole year has at least 8',
    ]);
    expect(faultsOf(`${heading}years: { from: 2038, to: 2038 }\nholidays: []\n`)[0]).toBe(
      '3:8 years: 2015 to 2035 are known; the years in between are missing',
    );
  });

  test('has every fault named at once, with its line', () => {
    const yaml = `${heading}holidays:\n  - { day: 2027-02-30, name: Nothing }\n  - { day: 2027-03-01, nam: Something }\n`;
    expect(faultsOf(yaml)).toEqual([
      '4:12 holidays.0.day: must be a day like 2026-12-28, and one that exists',
      '5:5 holidays.1.name: must be text',
      '5:24 no word "nam" belongs here',
    ]);
    expect(
      faultsOf(
        `${heading}withdrawn:\n  - { day: 2027-02-26, name: Nothing }\nholidays:\n  - { day: 2040-01-02, name: Late }\n`,
      ),
    ).toEqual([
      '4:12 Nothing: 2027-02-26 is no bank holiday',
      '6:12 2040-01-02 lies outside 2015 to 2035; name its year under `years` and list that year in full',
    ]);
    expect(
      faultsOf(`${heading}holidays:\n  - { day: 2027-03-01, name: A }\n  - { day: 2027-03-01, name: B }\n`),
    ).toEqual(['5:12 2027-03-01 stands twice']);
    expect(faultsOf('holidays: [')).toHaveLength(1);
  });

  test('that is not there is said to be so, by name', () => {
    const extraFile = join(folder, 'none.yaml');
    expect(() => loadCalendar({ extraFile })).toThrow(HolidaysFault);
    expect(() => loadCalendar({ extraFile })).toThrow(/none\.yaml:1:1 {2}cannot be read: ENOENT/);
  });
});

test('the same sources give the very same calendar', () => {
  const closures = [{ day: '2026-12-29', name: 'Christmas closure' }];
  expect(loadCalendar({ closures })).toBe(loadCalendar({ closures: [...closures] }));
  expect(loadCalendar({ closures })).not.toBe(loadCalendar());
});
