import type { Generated } from 'kysely';

/** What all processes share beside the copies of the read models. Each list of statements is a step, never changed once it has shipped. */
export function sharedTables(schema: string): readonly string[] {
  const name = (table: string): string => `"${schema}"."${table}"`;
  return [
    `CREATE TABLE ${name('read_model_copies')} (
       schema text COLLATE "C" PRIMARY KEY,
       version integer NOT NULL,
       state text NOT NULL,
       since timestamptz NOT NULL DEFAULT clock_timestamp()
     );
     CREATE UNIQUE INDEX read_model_copies_current ON ${name('read_model_copies')} (version) WHERE state = 'current';
     CREATE TABLE ${name('read_model_follower')} (
       version integer PRIMARY KEY,
       owner text NOT NULL,
       alive_at timestamptz NOT NULL,
       fault text
     );
     CREATE TABLE ${name('read_model_rebuilds')} (
       id text PRIMARY KEY,
       version integer NOT NULL,
       asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       state text NOT NULL DEFAULT 'asked',
       events bigint NOT NULL DEFAULT 0,
       detail text
     );
     CREATE TABLE ${name('blob_uploads')} (
       upload text PRIMARY KEY,
       begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
     );
     CREATE TABLE ${name('blob_chunks')} (
       upload text NOT NULL REFERENCES ${name('blob_uploads')} ON DELETE CASCADE,
       n integer NOT NULL,
       bytes bytea NOT NULL,
       PRIMARY KEY (upload, n)
     );
     ALTER TABLE ${name('blob_chunks')} ALTER COLUMN bytes SET STORAGE EXTERNAL;
     CREATE TABLE ${name('blobs')} (
       id text PRIMARY KEY,
       upload text NOT NULL REFERENCES ${name('blob_uploads')} ON DELETE CASCADE,
       chunks integer NOT NULL
     );`,
    `CREATE TABLE ${name('driven_clock')} (
       one boolean PRIMARY KEY CHECK (one),
       stands_at text COLLATE "C" NOT NULL
     );`,
  ];
}

export interface SharedTables {
  read_model_copies: { schema: string; version: number; state: 'building' | 'current' | 'retired'; since: Generated<Date> };
  read_model_follower: { version: number; owner: string; alive_at: Date; fault: string | null };
  read_model_rebuilds: {
    id: string;
    version: number;
    asked_at: Generated<Date>;
    state: Generated<'asked' | 'running' | 'done' | 'failed'>;
    events: Generated<number>;
    detail: string | null;
  };
  blob_uploads: { upload: string; begun_at: Generated<Date> };
  blob_chunks: { upload: string; n: number; bytes: Buffer };
  blobs: { id: string; upload: string; chunks: number };
  /** ISO 8601 in UTC: sorted by its bytes. */
  driven_clock: { one: boolean; stands_at: string };
}
