import type { FastifyReply } from 'fastify';
import { type Instant, positionToText } from '#kernel';
import type { CommandAnswer } from '../../commands/index.ts';
import { type MigrationWithToDos, migrationWithToDos } from '../../queries/index.ts';
import { etagOf } from '../request/request-context.ts';

/** The new state, from the command's own outcome, with the headers by which a reader finds it again. */
export function answerWithState(
  { state, revision, position, updatedAt }: CommandAnswer,
  reply: FastifyReply,
  now: Instant,
): MigrationWithToDos {
  void reply.header('position', positionToText(position)).header('etag', etagOf(revision));
  return migrationWithToDos(state, { updatedAt, version: revision }, now);
}
