/**
 * The longest files first, so that the last to end is a short one. jest knows this from earlier runs; on a fresh clone it goes by size,
 * and the smallest files of all play the most journeys.
 */
import Sequencer from '@jest/test-sequencer';

/** Those that take much longer than their size says, the longest first. */
const LONGEST = [
  'end-to-end/journeys-one',
  'end-to-end/journeys.browser',
  'end-to-end/journeys-other',
  'end-to-end/meetings.browser',
  'end-to-end/stumbling',
  'sandbox/page',
  'end-to-end/kill',
  'cli/stepwise',
  'end-to-end/playground',
  'end-to-end/story.browser',
  'bot/ways',
  'application/reminders',
  'end-to-end/',
  'application/',
  'cli/',
  'bot/every-',
  'domain/case/every-pathway',
  'domain/case/properties',
];

const rank = (path) => {
  const found = LONGEST.findIndex((part) => path.includes(`/test/${part}`));
  return found < 0 ? LONGEST.length : found;
};

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const bySize = super.sort([...tests]);
    const places = new Map(bySize.map((test, place) => [test, place]));
    return bySize.toSorted(
      (one, other) => rank(one.path) - rank(other.path) || (places.get(one) ?? 0) - (places.get(other) ?? 0),
    );
  }
}
