/**
 * Where things are in Microsoft 365: cards that were posted, conversations to reach somebody in, how far a mailbox was read.
 */
import type { ConversationRef, Post } from '../../application/ports.ts';
import type { CaseId } from '../../domain/case/types.ts';
import type { Db, PostsTable } from './tables.ts';

/** A message bears one card: whatever it was before, it is this now, and is not drawn as the other any more. */
export async function savePost(db: Db, post: Post): Promise<void> {
  const row: PostsTable = {
    key: post.key,
    case_id: post.caseId,
    conversation_id: post.conversationId,
    activity_id: post.activityId,
    service_url: post.serviceUrl,
    digest: post.digest,
    posted_at: post.postedAt,
  };
  await db
    .deleteFrom('posts')
    .where('conversation_id', '=', post.conversationId)
    .where('activity_id', '=', post.activityId)
    .where('key', '<>', post.key)
    .execute();
  await db
    .insertInto('posts')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute();
}

export async function postByKey(db: Db, key: string): Promise<Post | undefined> {
  const row = await db.selectFrom('posts').selectAll().where('key', '=', key).executeTakeFirst();
  return row && toPost(row);
}

/** In the order in which they were posted. */
export async function postsOf(db: Db, caseId: CaseId): Promise<readonly Post[]> {
  const rows = await db
    .selectFrom('posts')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('posted_at')
    .orderBy('key')
    .execute();
  return rows.map(toPost);
}

export async function saveConversation(db: Db, conversation: ConversationRef): Promise<void> {
  const row = {
    key: conversation.key,
    conversation_id: conversation.conversationId,
    service_url: conversation.serviceUrl,
    tenant_id: conversation.tenantId,
    user_id: conversation.userId,
    team_id: conversation.teamId,
  };
  await db
    .insertInto('conversations')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute();
}

export async function conversationByKey(db: Db, key: string): Promise<ConversationRef | undefined> {
  const row = await db.selectFrom('conversations').selectAll().where('key', '=', key).executeTakeFirst();
  if (!row) return undefined;
  return {
    key: row.key,
    conversationId: row.conversation_id,
    serviceUrl: row.service_url,
    tenantId: row.tenant_id,
    userId: row.user_id,
    teamId: row.team_id,
  };
}

export async function saveCursor(db: Db, name: string, value: string): Promise<void> {
  await db
    .insertInto('cursors')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

export async function cursorByName(db: Db, name: string): Promise<string | undefined> {
  return (await db.selectFrom('cursors').select('value').where('name', '=', name).executeTakeFirst())?.value;
}

function toPost(row: PostsTable): Post {
  return {
    key: row.key,
    caseId: row.case_id,
    conversationId: row.conversation_id,
    activityId: row.activity_id,
    serviceUrl: row.service_url,
    digest: row.digest,
    postedAt: row.posted_at,
  };
}
