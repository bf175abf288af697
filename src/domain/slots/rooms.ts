/** Which room a meeting can have: the first of the council's list that is free for the whole of it. */
import { type Instant, millisecondsOf } from '../time/instant.ts';
import { type BusyTime, meets, union } from './diary.ts';

export interface RoomDiary {
  readonly id: string;
  readonly busy: readonly BusyTime[];
}

/** Asked once for each room, answered for many times. The time to travel is people's: a room needs no buffer. */
export interface Rooms {
  /** The id of the first free room. undefined: none is. */
  firstFree(start: Instant, end: Instant): string | undefined;
}

/** @param rooms in the order in which the council would have them */
export function readRooms(rooms: readonly RoomDiary[], tentativeBlocks = true): Rooms {
  const read = rooms.map(({ id, busy }) => ({
    id,
    taken: union(
      busy.filter(({ kind }) => tentativeBlocks || kind !== 'tentative'),
      0,
    ),
  }));
  return {
    firstFree(start, end) {
      const time = { opens: millisecondsOf(start), closes: millisecondsOf(end) };
      return read.find(({ taken }) => !meets(taken, time))?.id;
    },
  };
}
