import { workerData } from 'node:worker_threads';
import { openForWriting } from '../open-database.ts';
import { serveWriter } from '../writer-thread/serve-writer.ts';
import { TOPIC_LOG_SCHEMA } from './schema.ts';
import type { TopicWriterOptions } from './topic-batch.ts';
import { TopicWriter } from './topic-writer.ts';

serveWriter(() => {
  const options = workerData as TopicWriterOptions;
  const db = openForWriting(options.path, TOPIC_LOG_SCHEMA);
  return { db, writer: new TopicWriter(db, options) };
});
