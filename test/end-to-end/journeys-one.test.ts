import { testJourneys } from './journeys.ts';

testJourneys(0);
