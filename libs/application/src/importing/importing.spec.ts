import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { type Instant, accept } from '#kernel';
import { type SoleWork, UnconfirmedAppend, createCommandLoop, soleWorkOfOneProcess } from '#event-sourcing';
import { MemoryEventStore } from '#engines/memory';
import { IMPORT_COLUMNS, type CheckedRow } from '#imports';
import { type ImportEvent, importStreamOf } from '#read-models';
import { serviceEventSchemas } from '../service/event-schemas.ts';
import { importDecider } from './import-decider.ts';
import { createImportSpool } from './import-spool.ts';
import { createImporting } from './importing.ts';

const NOW = '2026-12-01T08:00:00.000Z' as Instant;
const ID = 'import-1';

class EngineAway extends Error {
  readonly code = 'event-store-unreachable';
}

const CELLS: Readonly<Record<string, string>> = {
  customer_tenant_id: '22222222-2222-4222-8222-222222222222',
  customer_name: 'Contoso',
  customer_domain: 'contoso.example',
  country: 'DE',
  original_subscription_id: '55555555-5555-4555-8555-555555555555',
  program: 'open',
  offer_name: 'Office 365 E3',
  sku_id: '33333333-3333-4333-8333-333333333333',
  seats: '10',
  term_end: '2027-01-31',
  auto_renew: 'false',
};

const FILE = `${IMPORT_COLUMNS.join(',')}\n${IMPORT_COLUMNS.map((column) => CELLS[column] ?? '').join(',')}\n`;

/** Imports into a memory log; each registration meets the next of the failures first. */
function importingThrough(failures: Error[], soleWork: SoleWork = soleWorkOfOneProcess(), dryRuns = new Set<string>()) {
  const store = new MemoryEventStore();
  const clock = { now: () => NOW };
  const files = new Map<string, Uint8Array[]>();
  const interruptions: unknown[] = [];
  const errors: unknown[] = [];
  const writes: string[] = [];
  const ended: unknown[] = [];
  let ids = 0;
  const importing = createImporting({
    commands: createCommandLoop({ store, clock, decider: importDecider, schemas: serviceEventSchemas<ImportEvent>() }),
    spool: {
      async write(id, source) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of source) chunks.push(chunk);
        files.set(id, chunks);
        writes.push(id);
      },
      async *read(id) {
        yield* await Promise.resolve(files.get(id) ?? []);
      },
      remove(id) {
        files.delete(id);
        return Promise.resolve();
      },
      ids: () => Promise.resolve([...files.keys()]),
    },
    soleWork,
    carriesOut: true,
    target: () => ({
      register(_customer, rows: readonly CheckedRow[]) {
        const failure = failures.shift();
        return failure ? Promise.reject(failure) : Promise.resolve(rows.map(() => ({ outcome: 'accepted' as const, migrationId: 'm' })));
      },
    }),
    queries: {
      imports: { unfinished: () => Promise.resolve([ID]), unfinishedDryRuns: () => Promise.resolve([...dryRuns]) } as never,
    },
    dryRunRows: () => ({
      received(id) {
        dryRuns.add(id);
        return Promise.resolve();
      },
      accounted: () => Promise.resolve(),
      ended(id, state, _counts, detail) {
        dryRuns.delete(id);
        ended.push([id, state, detail]);
        return Promise.resolve();
      },
    }),
    clock,
    newId: () => `import-${(ids += 1)}`,
    onError: (_id, error) => errors.push(error),
    onInterrupted: (_id, error) => interruptions.push(error),
    delay: () => new Promise((resolve) => void setImmediate(resolve)),
    random: () => 0.5,
  });
  async function run(): Promise<readonly string[]> {
    await importing.receive(Readable.from([Buffer.from(FILE)]), { dryRun: false });
    await importing.idle();
    return eventsOf(ID);
  }
  async function eventsOf(id: string): Promise<readonly string[]> {
    return (await store.readStream(importStreamOf(id))).map(({ type }) => type);
  }
  return { importing, run, eventsOf, interruptions, errors, files, writes, ended };
}

describe('an import', () => {
  test('goes on by itself after an engine was away, and keeps its file until then', async () => {
    const away = new EngineAway('away');
    const { run, interruptions, errors, files } = importingThrough([away, away]);
    expect(await run()).toEqual(['import.received.v1', 'import.rows-accounted.v1', 'import.finished.v1']);
    expect({ interruptions, errors, files: files.size }).toEqual({ interruptions: [away, away], errors: [], files: 0 });
  });

  test('fails by a defect, which would meet each further try', async () => {
    const { run, interruptions, errors } = importingThrough([new TypeError('a defect')]);
    expect(await run()).toEqual(['import.received.v1', 'import.failed.v1']);
    expect({ interruptions, errors }).toEqual({ interruptions: [], errors: [new TypeError('a defect')] });
  });

  test.each(['append-too-large', 'stream-deleted', 'name-reserved'])('fails where the log refuses an append for good: %s', async (code) => {
    const refused = new UnconfirmedAppend('migration-1', 'command-1', Object.assign(new Error('refused'), { code }));
    const { run, interruptions, files } = importingThrough([refused]);
    expect(await run()).toEqual(['import.received.v1', 'import.failed.v1']);
    expect({ interruptions, files: files.size }).toEqual({ interruptions: [], files: 0 });
  });

  test('goes on after an append that is not confirmed because the log was away', async () => {
    const unconfirmed = new UnconfirmedAppend('migration-1', 'command-1', new EngineAway('away'));
    const { run, interruptions } = importingThrough([unconfirmed]);
    expect(await run()).toEqual(['import.received.v1', 'import.rows-accounted.v1', 'import.finished.v1']);
    expect(interruptions).toEqual([unconfirmed]);
  });

  test('counts a row once, whatever appends arrive late', () => {
    const outcomes = [2, 3, 4].map((line) => ({ line, outcome: 'accepted' as const, warnings: [] }));
    const two = importDecider.evolve(importDecider.initialState, {
      type: 'import.rows-accounted.v1',
      data: { outcomes: outcomes.slice(0, 2), lastRow: 2 },
    });
    expect(importDecider.decide({ type: 'AccountRows', outcomes, lastRow: 3 }, two)).toEqual(
      accept({ type: 'import.rows-accounted.v1', data: { outcomes: outcomes.slice(2), lastRow: 3 } }),
    );
  });

  test('that this process has lost is taken up again where nobody else did', async () => {
    const lost = new AbortController();
    lost.abort();
    const ours = soleWorkOfOneProcess();
    let takes = 0;
    const soleWork: SoleWork = {
      async take(name) {
        const held = await ours.take(name);
        takes += 1;
        return held && takes === 1 ? { ...held, lost: lost.signal } : held;
      },
    };
    const { run } = importingThrough([], soleWork);
    expect(await run()).toEqual(['import.received.v1', 'import.rows-accounted.v1', 'import.finished.v1']);
    expect(takes).toBe(2);
  });
});

const upload = (): Readable => Readable.from([Buffer.from(FILE)]);

describe('a request that comes again', () => {
  test('is the same import, and its file is not written under whoever reads it', async () => {
    const { importing, eventsOf, writes } = importingThrough([]);
    const again = { dryRun: false, importId: 'import-of-the-key' };
    const both = await Promise.all([importing.receive(upload(), again), importing.receive(upload(), again)]);
    await importing.idle();
    expect(await importing.receive(upload(), again)).toEqual({ importId: 'import-of-the-key' });
    await importing.idle();
    expect(both).toEqual([{ importId: 'import-of-the-key' }, { importId: 'import-of-the-key' }]);
    expect(await eventsOf('import-of-the-key')).toEqual(['import.received.v1', 'import.rows-accounted.v1', 'import.finished.v1']);
    expect(writes).toEqual(['import-of-the-key']);
  });

  test('is another dry run', async () => {
    const { importing, ended } = importingThrough([]);
    const again = { dryRun: true, importId: 'import-of-the-key' };
    for (const importId of ['import-1', 'import-2']) expect(await importing.receive(upload(), again)).toEqual({ importId });
    await importing.idle();
    expect(ended).toEqual([
      ['import-1', 'done', null],
      ['import-2', 'done', null],
    ]);
  });
});

describe('what the dead leave behind', () => {
  const pieces = [Buffer.from(FILE)];

  test('dry runs have failed, and their files go, unless another process is at them', async () => {
    const soleWork = soleWorkOfOneProcess();
    const { importing, files, ended } = importingThrough([], soleWork, new Set(['dead', 'elsewhere']));
    for (const id of ['dead', 'elsewhere']) files.set(id, pieces);
    await soleWork.take('import file elsewhere');
    await importing.resume();
    await importing.idle();
    expect(ended).toEqual([['dead', 'failed', 'the service was stopped: start the dry run again']]);
    expect([...files.keys()]).toEqual(['elsewhere']);
  });

  test('files go whose import was never received or has ended, and no others', async () => {
    const { importing, run, files, eventsOf } = importingThrough([new TypeError('a defect')]);
    await run();
    const busy = importing.receive(upload(), { dryRun: false, importId: 'in-hand' });
    for (const id of [ID, 'never-received']) files.set(id, pieces);
    await Promise.all([busy, importing.resume()]);
    await importing.idle();
    expect(await eventsOf('in-hand')).toEqual(['import.received.v1', 'import.rows-accounted.v1', 'import.finished.v1']);
    expect([...files.keys()]).toEqual([]);
  });

  test('a dry run in hand goes on', async () => {
    const { importing, ended } = importingThrough([]);
    const { importId } = await importing.receive(upload(), { dryRun: true });
    await importing.resume();
    await importing.idle();
    expect(ended).toEqual([[importId, 'done', null]]);
  });
});

test('the files that wait are those of the folder, by their imports', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'import-spool-'));
  try {
    const spool = createImportSpool(join(folder, 'imports'));
    expect(await spool.ids!()).toEqual([]);
    await spool.write('import-1', upload());
    expect(await spool.ids!()).toEqual(['import-1']);
    await spool.remove('import-1');
    expect(await spool.ids!()).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
