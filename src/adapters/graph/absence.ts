/**
 * Who has switched automatic replies on, over Graph: up to twenty mailboxes in one `$batch` (facts.md 4).
 *
 * It needs the application permission MailboxSettings.Read (in Exchange's access control: Application MailboxSettings.Read). Without it
 * every mailbox answers 403; absences then count as far as they stand in the calendar.
 */
import type { AutomaticRepliesSetting, DateTimeTimeZone, MailboxSettings } from '@microsoft/microsoft-graph-types';
import { type AutomaticReplies, type AutomaticReply, PlatformFault } from '../../application/ports.ts';
import { type Instant, instantAt, parseDay, parseInstant } from '../../domain/time/instant.ts';
import type { Graph } from './client.ts';

const MOST_IN_A_BATCH = 20;
const DOING = 'read automatic replies';

interface Part {
  readonly id: string;
  readonly status: number;
  readonly body?: MailboxSettings;
}

export function graphAutomaticReplies(graph: Graph): AutomaticReplies {
  async function some(addresses: readonly string[], now: Instant): Promise<readonly AutomaticReply[]> {
    const requests = addresses.map((address, index) => ({
      id: String(index),
      method: 'GET',
      url: `/users/${encodeURIComponent(address)}/mailboxSettings?$select=automaticRepliesSetting`,
      headers: { Prefer: 'outlook.timezone="UTC"' },
    }));
    const { responses } = await graph.post<{ responses: readonly Part[] }>(
      { doing: DOING, path: '/$batch' },
      { requests },
    );
    // 404 has no mailbox, 403 is outside the app's scope in Exchange: nobody's absence is known from there.
    const bad = responses.find(({ status }) => status >= 400 && ![403, 404].includes(status));
    if (bad) throw new PlatformFault(`Microsoft Graph: ${DOING}: ${bad.status}`, bad.status, true);
    if (responses.length > 0 && responses.every(({ status }) => status === 403))
      throw new PlatformFault(`Microsoft Graph: ${DOING}: 403`, 403, false);
    return responses.flatMap(({ id, body }) => {
      const address = addresses[Number(id)];
      const setting = body?.automaticRepliesSetting;
      return address !== undefined && setting ? replyOf(address, setting, now) : [];
    });
  }

  return {
    async of(addresses, now) {
      const found: AutomaticReply[] = [];
      for (let first = 0; first < addresses.length; first += MOST_IN_A_BATCH)
        found.push(...(await some(addresses.slice(first, first + MOST_IN_A_BATCH), now)));
      return found;
    },
  };
}

function replyOf(address: string, setting: AutomaticRepliesSetting, now: Instant): AutomaticReply[] {
  if (setting.status === 'alwaysEnabled') return [{ address, from: now, to: null }];
  const from = setting.status === 'scheduled' ? momentOf(setting.scheduledStartDateTime) : undefined;
  const to = momentOf(setting.scheduledEndDateTime);
  return from && to && to > now ? [{ address, from, to }] : [];
}

/** UTC as asked for; a mailbox of ours that answers in its own zone is in London's. Any other zone is passed over. */
function momentOf(moment: DateTimeTimeZone | null | undefined): Instant | undefined {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(moment?.dateTime ?? '') ?? [];
  if (day === undefined || time === undefined) return undefined;
  const zone = moment?.timeZone ?? '';
  if (zone.toUpperCase() === 'UTC') return parseInstant(`${day}T${time}:00Z`);
  return ['Europe/London', 'GMT Standard Time'].includes(zone) ? instantAt(parseDay(day), time) : undefined;
}
