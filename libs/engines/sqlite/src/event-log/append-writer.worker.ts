import { workerData } from 'node:worker_threads';
import { openForWriting } from '../open-database.ts';
import { serveWriter } from '../writer-thread/serve-writer.ts';
import { AppendWriter } from './append-writer.ts';
import { EVENT_LOG_SCHEMA } from './schema.ts';

serveWriter(() => {
  const db = openForWriting((workerData as { path: string }).path, EVENT_LOG_SCHEMA);
  return { db, writer: new AppendWriter(db) };
});
