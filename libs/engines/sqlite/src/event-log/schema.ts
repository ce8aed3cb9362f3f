import type { Schema } from '../open-database.ts';

/**
 * Made to be small on disk: a stream's name and an event's type stand in the file once, an event id is its 16 bytes, and
 * the body is one JSON text (see event-body.ts). `event_ids` and `stream_ids` are filled later than what they lead to: see
 * swept-index.ts. How positions are numbered: see position-sequence.ts.
 */
export const EVENT_LOG_SCHEMA: Schema = {
  name: 'an event log',
  applicationId: 0x43_75_74_4c,
  steps: [
    `CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
     CREATE TABLE event_types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
     CREATE TABLE events (
       position INTEGER PRIMARY KEY,
       stream INTEGER NOT NULL,
       revision INTEGER NOT NULL,
       event_id BLOB NOT NULL,
       type INTEGER NOT NULL,
       body TEXT NOT NULL
     ) STRICT;
     CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
     CREATE TABLE positions_reserved (up_to INTEGER NOT NULL) STRICT;
     INSERT INTO positions_reserved VALUES (0);
     CREATE TABLE event_ids (event_id BLOB PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE event_ids_complete (up_to INTEGER NOT NULL) STRICT;
     INSERT INTO event_ids_complete VALUES (-1);`,
    // The names of streams, which have no order either, are indexed as the event ids are; both by numbers.
    `CREATE TABLE stream_list (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
     INSERT INTO stream_list SELECT id, name FROM streams ORDER BY id;
     DROP TABLE streams;
     ALTER TABLE stream_list RENAME TO streams;
     CREATE TABLE stream_ids (slot INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
     CREATE TABLE stream_ids_complete (up_to INTEGER NOT NULL) STRICT;
     INSERT INTO stream_ids_complete VALUES (-1);
     DROP TABLE event_ids;
     CREATE TABLE event_ids (slot INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
     UPDATE event_ids_complete SET up_to = -1;`,
  ],
};
