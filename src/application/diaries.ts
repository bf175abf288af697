/**
 * The diaries that a search for a time looks into: of those who must come, of those who may, and of rooms, read together. One call for
 * up to twenty of them.
 */
import type { PersonId } from '../domain/case/types.ts';
import type { Attendee } from '../domain/slots/diary.ts';
import type { RoomDiary } from '../domain/slots/rooms.ts';
import { addMinutes, type Instant } from '../domain/time/instant.ts';
import { type Diary, type Person, PlatformFault, type Room } from './ports.ts';
import type { World } from './world.ts';

export interface DiariesAsked {
  /** The first one's mailbox asks for all: whoever organises, who is inside for certain. */
  readonly required: readonly Person[];
  readonly optional?: readonly Person[];
  readonly rooms?: readonly Room[];
}

export interface DiariesRead {
  /**
   * Whose diary is not visible is left out: nobody is kept from meeting by a diary that nobody sees. Where not one of those who must
   * come has one that is, they are all here, free in office hours.
   */
  readonly people: readonly Attendee[];
  /** By address. A room whose diary is not visible is not to be had. */
  readonly rooms: readonly RoomDiary[];
  /** Those who must come and whose diary is not visible: they are to be asked. */
  readonly unseen: readonly Person[];
  /** Nothing could be read: times are by office hours only. */
  readonly unread: boolean;
}

/** @param bufferMinutes looked at before and after, for a meeting at either end of the window */
export async function readDiaries(
  world: World,
  { required, optional = [], rooms = [] }: DiariesAsked,
  from: Instant,
  to: Instant,
  bufferMinutes: number,
): Promise<DiariesRead> {
  const asked = [...required, ...optional, ...rooms].map(({ mail }) => mail);
  let read: readonly Diary[] = [];
  try {
    if (asked.length > 0)
      read = await world.calendars.diaries(asked, addMinutes(from, -bufferMinutes), addMinutes(to, bufferMinutes));
  } catch (error) {
    if (!(error instanceof PlatformFault)) throw error;
    world.log.warn('diaries-not-read', { status: error.status });
  }
  const byAddress = new Map(read.map((diary) => [diary.address.toLowerCase(), diary]));
  const visible = (mail: string): Diary | undefined => {
    const diary = byAddress.get(mail.toLowerCase());
    return diary?.visible ? diary : undefined;
  };
  const attendee = ({ id, mail }: Person, isRequired: boolean): Attendee | undefined => {
    const diary = visible(mail);
    return diary && { id, required: isRequired, busy: diary.busy, workingHours: diary.workingHours };
  };
  const seen = required.flatMap((person) => attendee(person, true) ?? []);
  const unread = required.length > 0 && seen.length === 0;
  const taken = new Set<PersonId>(required.map(({ id }) => id));
  return {
    people: [
      ...(unread ? required.map(({ id }) => ({ id, required: true, busy: [] })) : seen),
      ...optional.filter(({ id }) => !taken.has(id)).flatMap((person) => attendee(person, false) ?? []),
    ],
    rooms: rooms.flatMap(({ mail }) => {
      const diary = visible(mail);
      return diary ? [{ id: mail, busy: diary.busy }] : [];
    }),
    unseen: unread ? [] : required.filter(({ mail }) => visible(mail) === undefined),
    unread,
  };
}
