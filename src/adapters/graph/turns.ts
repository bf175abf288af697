/**
 * Lets only so many requests of one kind run at a time, in order of asking.
 */
export interface Turns {
  /** Runs when it is its turn. Requests with different keys do not wait for each other. */
  take<T>(key: string, run: () => Promise<T>): Promise<T>;
}

/** @param limitOf how many may run at a time for a key */
export function openTurns(limitOf: (key: string) => number): Turns {
  const lanes = new Map<string, { running: number; waiting: (() => void)[] }>();

  return {
    async take(key, run) {
      const lane = lanes.get(key) ?? { running: 0, waiting: [] };
      lanes.set(key, lane);
      if (lane.running >= limitOf(key)) await new Promise<void>((resolve) => lane.waiting.push(resolve));
      else lane.running += 1;
      try {
        return await run();
      } finally {
        const next = lane.waiting.shift();
        // The place is handed on, not freed: nobody who asks in between gets ahead.
        if (next) next();
        else {
          lane.running -= 1;
          if (lane.running === 0) lanes.delete(key);
        }
      }
    },
  };
}
