import { mailContract } from './mail-contract.ts';
import { sqlitePlace } from './sqlite-place.ts';

mailContract('SQLite', sqlitePlace);
