/** The protocols as they are in this installation: with what each council has filled in in the directory file. */

import type { Protocols } from '../application/ports.ts';
import type { Council, CouncilId, Protocol } from '../domain/protocol/types.ts';
import { type DirectoryEntries, localValuesOf } from './directory.ts';
import { loadCalendar } from './holidays.ts';
import { withLocalValues } from './local-values.ts';

/** @param extraHolidays path of the operator's own file of bank holidays (HOLIDAYS_FILE) */
export function localProtocols(protocols: Protocols, entries: DirectoryEntries, extraHolidays?: string): Protocols {
  const councils = new Map<Council, Council>();
  const here = (council: Council): Council => {
    const known = councils.get(council) ?? withLocalValues(council, localValuesOf(entries.councils[council.id]));
    councils.set(council, known);
    return known;
  };
  // One object for each pathway, so that whoever asks twice gets the same one.
  const filled = new Map<Protocol, Protocol>();
  const fill = (protocol: Protocol): Protocol => {
    const known = filled.get(protocol) ?? { ...protocol, council: here(protocol.council) };
    filled.set(protocol, known);
    return known;
  };
  const councilOf = (id: CouncilId) => protocols.all().find(({ council }) => council.id === id)?.council;
  return {
    all: () => protocols.all().map(fill),
    get: (id, version) => fill(protocols.get(id, version)),
    calendar(id) {
      const council = councilOf(id);
      const own = council && here(council);
      if (!own || own.closureDays.length === council.closureDays.length) return protocols.calendar(id);
      return loadCalendar({ closures: own.closureDays, extraFile: extraHolidays });
    },
  };
}

/** For `readDirectory`: the councils that there are pathways of. */
export function councilsOf(protocols: Protocols): (id: CouncilId) => Council | undefined {
  return (id) => protocols.all().find(({ council }) => council.id === id)?.council;
}
