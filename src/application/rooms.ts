/** Rooms for a meeting that is held in one. */
import type { MeetStep } from '../domain/protocol/types.ts';
import { readRooms } from '../domain/slots/rooms.ts';
import type { Instant } from '../domain/time/instant.ts';
import { readDiaries } from './diaries.ts';
import type { Directory, Room } from './ports.ts';
import type { CaseSheet } from './sheet.ts';
import type { World } from './world.ts';

/** @returns undefined where the meeting wants none; empty where the council has listed none */
export function roomsFor(directory: Directory, { protocol }: CaseSheet, step: MeetStep): readonly Room[] | undefined {
  return step.room ? directory.rooms(protocol.council.id) : undefined;
}

/** The first room that is free then, by one look into the diaries of all of them. undefined: none is, or their diaries cannot be read. */
export async function roomAt(
  world: World,
  rooms: readonly Room[],
  start: Instant,
  end: Instant,
): Promise<Room | undefined> {
  const { rooms: diaries } = await readDiaries(world, { required: [], rooms }, start, end, 0);
  const id = readRooms(diaries).firstFree(start, end);
  return rooms.find(({ mail }) => mail === id);
}
