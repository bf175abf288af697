/** The hours in which children are at school: a setting of the council. There are no term dates, so every working day has them. */
import type { SchoolDay } from '../domain/slots/find-slots.ts';
import type { CaseSheet } from './sheet.ts';

const SETTING = 'school-day';
/** No printed protocol gives hours. Councils that set none get those between which English schools commonly begin and end. */
const USUAL: SchoolDay = { from: '09:00', to: '15:30' };

/** `09:00-15:30`, as the case was opened under, else as the council has it now. */
export function schoolDayOf(sheet: Pick<CaseSheet, 'case' | 'protocol'>): SchoolDay {
  const set = sheet.case.settings[SETTING] ?? sheet.protocol.council.settings[SETTING]?.default ?? '';
  const [, from, to] = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(set) ?? [];
  return from !== undefined && to !== undefined && from < to ? { from, to } : USUAL;
}
