/** The protocol data as commands read it: faults are said, not thrown. */

import {
  foldersOf,
  type ProtocolFiles,
  protocolsOf,
  readProtocols,
  writeFault,
} from '../adapters/protocol-files/load.ts';
import { didYouMean } from '../adapters/protocol-files/near.ts';
import type { Protocols } from '../application/ports.ts';
import type { Time } from '../domain/case/times.ts';
import type { Protocol } from '../domain/protocol/types.ts';
import { NotATime, parseDay, parseInstant } from '../domain/time/instant.ts';
import type { Outcome } from './command.ts';

export const SANDBOX_DIRECTORY = 'env/directory.sandbox.yaml';

export interface Data {
  readonly files: ProtocolFiles;
  readonly protocols: Protocols;
}

export function readData(): Data | Outcome {
  const files = readProtocols(foldersOf(process.env.PROTOCOLS));
  if (files.faults.length > 0) {
    return {
      exit: 1,
      error: `The protocols have faults; see "stepwise check".\n${files.faults.map(writeFault).join('\n')}`,
    };
  }
  return { files, protocols: protocolsOf(files, process.env.HOLIDAYS_FILE) };
}

export function isOutcome(value: object): value is Outcome {
  return 'exit' in value;
}

export function findPathway(data: Data, id: string | undefined): Protocol | Outcome {
  if (id === undefined) return { exit: 2, error: 'Name a pathway.' };
  const all = data.protocols.all();
  const found = all.find((protocol) => protocol.id === id);
  if (found) return found;
  const names = all.map((protocol) => protocol.id);
  return {
    exit: 1,
    error: `No pathway is called "${id}"${didYouMean(id, names).replace(/\?$/, '')}. There are: ${names.join(', ')}.`,
  };
}

/** A day (`2026-12-18`) or a moment, with an offset or in London time; undefined where it is neither. */
export function readTime(text: string): Time | undefined {
  try {
    return text.length === 10 ? parseDay(text) : parseInstant(text.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T'));
  } catch (error) {
    if (error instanceof NotATime) return undefined;
    throw error;
  }
}
