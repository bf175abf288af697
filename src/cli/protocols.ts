/** `stepwise protocols`: what there is. */
import { readingsOf } from './before-go-live.ts';
import type { Outcome } from './command.ts';
import { isOutcome, readData } from './data.ts';
import { rulesOfCouncil, rulesOfPathway } from './rules-carried.ts';

export function protocols(): Outcome {
  const data = readData();
  if (isOutcome(data)) return data;
  const pathways = data.protocols.all().map((protocol) => ({
    council: protocol.council.id,
    pathway: protocol.id,
    title: protocol.title,
    direction: protocol.direction,
    edition: protocol.edition,
    version: protocol.version,
    offered: protocol.offered,
    steps: Object.values(protocol.steps).map((step) => ({ id: step.id, title: step.title, kind: step.kind })),
    rules: rulesOfPathway(protocol),
  }));
  const readings = readingsOf(data.files, undefined);
  const councils = data.files.councils.map((council) => ({
    id: council.id,
    name: council.name,
    pathways: pathways.filter((each) => each.council === council.id),
    /** Carried by a pathway or by what stands in the council's own file. */
    rules: rulesOfCouncil(council, data.protocols.all()),
    notCarried: data.files.listed[council.id] ?? [],
    ambiguities: data.files.ambiguities[council.id] ?? [],
    settings: readings.filter((each) => each.council === council.id).map(({ council: _, now: __, ...each }) => each),
  }));
  const text = councils.flatMap((council) => [
    council.name,
    ...council.pathways.flatMap((each) => [
      `  ${each.pathway}  ${each.title}${each.offered ? '' : ' (not offered in chat yet)'}`,
      `    ${each.direction.replace('-', ' ')}, edition ${each.edition}, ${each.steps.length} steps, ${each.rules.length} ledger rules`,
      `    ${each.steps.map((step) => step.id).join(', ')}`,
    ]),
    ...(council.notCarried.length === 0
      ? []
      : [`  not carried: ${council.notCarried.map(({ rule, as }) => `${rule} (${as})`).join(', ')}`]),
    ...(council.settings.length === 0
      ? []
      : [`  settings: ${council.settings.map((each) => `${each.setting} (${each.ambiguity})`).join(', ')}`]),
  ]);
  return { exit: 0, json: { councils }, text: text.join('\n') };
}
