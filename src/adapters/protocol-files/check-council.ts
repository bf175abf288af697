/** Faults in a council's own file: names that name nothing there. */
import type { Council } from '../../domain/protocol/types.ts';
import type { Report } from './check-pathway.ts';
import { faultOfName } from './names.ts';
import { didYouMean } from './near.ts';

export function checkCouncil(council: Council, folder: string, report: Report): void {
  const roles = Object.keys(council.roles);
  if (council.id !== folder) report(['council'], `the council "${council.id}" stands in the folder "${folder}"`);
  for (const [id, role] of Object.entries(council.roles)) {
    const path = ['roles', id];
    if (role.service !== undefined)
      report([...path, 'service'], faultOfName('service', role.service, Object.keys(council.services)));
    if (role.reportsTo !== undefined) report([...path, 'reports-to'], faultOfName('role', role.reportsTo, roles));
    if (role.channel !== undefined)
      report([...path, 'channel'], faultOfName('channel', role.channel, [...Object.keys(council.channels), 'team']));
    // Escalation climbs this; a circle would climb for ever.
    const seen = new Set([id]);
    for (let above = role.reportsTo; above !== undefined; above = council.roles[above]?.reportsTo) {
      if (seen.has(above)) {
        report([...path, 'reports-to'], `"${id}" reports to itself in the end`);
        break;
      }
      seen.add(above);
    }
  }
  for (const [id, { watchedBy }] of Object.entries(council.mailboxes)) {
    if (watchedBy === undefined) continue;
    const path = ['mailboxes', id, 'watched-by'];
    const role = council.roles[watchedBy];
    if (role === undefined) report(path, faultOfName('role', watchedBy, roles));
    else if (role.held !== 'group' || role.channel === undefined)
      report(path, `a mailbox is read by a role that is held by a group and has a channel; "${watchedBy}" is not one`);
  }
  for (const [id, cycle] of Object.entries(council.cycles)) {
    report(['cycles', id, 'by'], faultOfName('role', cycle.by, roles));
    if (cycle.rules.length === 0)
      report(['cycles', id], `the cycle "${id}" names no ledger rule: "rules" is missing`, 'key');
  }
  for (const [id, setting] of Object.entries(council.settings)) {
    if (!setting.options.includes(setting.default)) {
      report(
        ['settings', id, 'default'],
        `"${setting.default}" is none of its options${didYouMean(setting.default, setting.options)}`,
      );
    }
  }
  for (const [index, role] of council.safeguarding.tells.entries())
    report(['safeguarding', 'tells', index], faultOfName('role', role, roles));
}
