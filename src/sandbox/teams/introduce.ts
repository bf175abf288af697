/**
 * Telling the bot, once per data folder, for whom and where it is installed. A bot in Teams learns of people and channels
 * in no other way before somebody writes to it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { SandboxContext } from '../context.ts';
import { channelsOf, membersOf, personalChat } from './conversations.ts';
import { installedForPerson, installedInTeam } from './envelopes.ts';
import { markRead } from './messages.ts';
import { type JsonObject, recordsOf } from './records.ts';
import { deliver, trouble } from './to-bot.ts';

export interface Patience {
  readonly attempts: number;
  readonly between: number;
}

export interface Introduced {
  readonly told: number;
  /** Names of people and teams of whom the bot could not be told. Call again to try them again. */
  readonly missing: readonly string[];
}

/**
 * @param patience how often one event is tried before giving up, and the pause in milliseconds
 */
export async function introduceBot(
  context: SandboxContext,
  patience: Patience = { attempts: 60, between: 500 },
): Promise<Introduced> {
  const records = recordsOf(context.state);
  const missing: string[] = [];
  let told = 0;

  async function introduce(id: string, name: string, events: () => JsonObject[], after: () => void): Promise<void> {
    if (records.introductions.get(id)) return;
    for (const event of events()) {
      if (!(await deliverPatiently(context, event, patience))) {
        missing.push(name);
        return;
      }
    }
    records.introductions.put({ id, at: context.clock.now() });
    told += 1;
    after();
  }

  for (const person of context.tenant.people) {
    const chat = personalChat(context.tenant, person);
    // A greeting that everybody gets is not news for anybody, so it is marked as read.
    const quiet = () => markRead(records, person.aadObjectId, chat.id);
    await introduce(person.id, person.name, () => installedForPerson(context, person), quiet);
  }
  for (const team of context.tenant.teams) {
    const channels = channelsOf(team);
    const selected = channels[1] ?? channels[0];
    const owner = context.tenant.people.find((person) => person.aadObjectId === team.members[0]);
    if (!selected || !owner) continue;
    await introduce(
      team.id,
      team.name,
      () => installedInTeam(context, team, owner, selected),
      () => {
        for (const channel of channels) {
          for (const member of membersOf(context.tenant, channel)) markRead(records, member.aadObjectId, channel.id);
        }
      },
    );
  }
  return { told, missing };
}

async function deliverPatiently(context: SandboxContext, event: JsonObject, patience: Patience): Promise<boolean> {
  for (let attempt = 1; attempt <= patience.attempts; attempt += 1) {
    if (trouble(await deliver(context, event)) === null) return true;
    if (attempt < patience.attempts) await pause(patience.between);
  }
  return false;
}
