import type { Schema } from '../open-database.ts';

export const TOPIC_LOG_SCHEMA: Schema = {
  name: 'a topic log',
  applicationId: 0x43_75_74_54,
  steps: [
    `CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL) STRICT;
     CREATE TABLE lanes (topic INTEGER NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, partition)) STRICT, WITHOUT ROWID;
     CREATE TABLE messages (
       id INTEGER PRIMARY KEY,
       topic INTEGER NOT NULL,
       partition INTEGER NOT NULL,
       offset INTEGER NOT NULL,
       published_at INTEGER NOT NULL,
       key TEXT NOT NULL,
       headers TEXT NOT NULL,
       value TEXT NOT NULL
     ) STRICT;
     CREATE UNIQUE INDEX messages_by_lane ON messages (topic, partition, offset);
     CREATE TABLE committed (consumers TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (consumers, topic, partition)) STRICT, WITHOUT ROWID;`,
  ],
};
