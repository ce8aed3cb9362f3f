import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Position } from '#kernel';
import { migrationOfStream, summaryOf } from '#migration';
import type { Service } from '../../service/service.ts';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../../wiring/tokens.ts';
import { LiveReader } from './live-reader.ts';

const GATHER_MS = 50;
const OVERVIEW_MS = 1_000;
const BEAT_MS = 15_000;
const AT_A_TIME = 200;
/** How much of the log is read for a reader that comes back. */
const PAGE = 1_000;
const MOST_PAGES = 20;
const MOST_READERS = 200;

/** Tells open readers what changed, soon after it is in the read models: each summary is read and written once for all of them. */
@Injectable()
export class LiveStream {
  readonly #readers = new Set<LiveReader>();
  #stopListening: (() => void) | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #overviewDue: NodeJS.Timeout | undefined;
  #beating: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(HTTP_PORTS) private readonly ports: Pick<HttpPorts, 'log'>,
  ) {}

  get isFull(): boolean {
    return this.#readers.size >= MOST_READERS;
  }

  /** Serves a reader until it goes. `after` is what it saw last. */
  async add(response: ServerResponse, after: Position | undefined): Promise<void> {
    const { positions } = this.service.queries;
    const reader = new LiveReader(response, after ?? positions.current, () => this.#gather());
    response.on('close', () => this.#remove(reader));
    this.#readers.add(reader);
    this.#listen();
    if (after !== undefined) {
      reader.beginCatchUp();
      await this.#catchUp(reader, after);
      reader.endCatchUp(positions.current);
    }
    reader.sendOverview(await this.#overview());
    this.#gather();
  }

  /** Ends every stream: the server is going to close. */
  end(): void {
    for (const reader of this.#readers) reader.end();
  }

  #listen(): void {
    this.#beating ??= setInterval(() => {
      for (const reader of this.#readers) reader.beat();
    }, BEAT_MS).unref();
    this.#stopListening ??= this.service.queries.positions.onCommitted((_, keys) => {
      const ids = migrationsAmong(keys);
      if (ids.length === 0) return;
      for (const reader of this.#readers) reader.changed(ids);
      this.#gather();
      this.#overviewDue ??= setTimeout(() => void this.#tellOverview(), OVERVIEW_MS).unref();
    });
  }

  #remove(reader: LiveReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
    clearInterval(this.#beating);
    this.#beating = undefined;
    clearTimeout(this.#overviewDue);
    this.#overviewDue = undefined;
  }

  /** What changed since the reader went, from the log itself. */
  async #catchUp(reader: LiveReader, after: Position): Promise<void> {
    const { store } = this.service;
    let from = after;
    const ofThisLog = after <= (await store.head());
    for (let pages = 0; ofThisLog && pages < MOST_PAGES && !reader.resetDue; pages += 1) {
      const events = await store.readAll({ from, limit: PAGE });
      reader.changed(migrationsAmong(events.map(({ streamId }) => streamId)));
      if (events.length < PAGE) return;
      from = events.at(-1)!.position;
    }
    reader.oweReset();
  }

  #gather(): void {
    if (this.#gathering === undefined) this.#gathering = setTimeout(() => void this.#sendGathered(), GATHER_MS).unref();
  }

  /** One at a time: what changes while readers are being told is gathered for the next time. */
  async #sendGathered(): Promise<void> {
    try {
      await this.#send();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#gathering = undefined;
      if ([...this.#readers].some((reader) => reader.wants)) this.#gather();
    }
  }

  #failed(error: unknown): void {
    this.ports.log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'the live stream could not be told what changed');
  }

  async #send(): Promise<void> {
    const { positions } = this.service.queries;
    const upTo = positions.current;
    const taken = [...this.#readers].filter((reader) => reader.wants).map((reader) => ({ reader, ids: reader.take(AT_A_TIME) }));
    try {
      const summaries = await this.#summaries([...new Set(taken.flatMap(({ ids }) => ids))]);
      for (const { reader, ids } of taken) {
        if (reader.resetDue) reader.sendReset(positions.current);
        else
          reader.sendMigrations(
            ids.flatMap((id) => summaries.get(id) ?? []),
            upTo,
          );
      }
    } catch (error) {
      for (const { reader, ids } of taken) reader.changed(ids);
      throw error;
    }
  }

  async #summaries(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { queries, clock } = this.service;
    const now = clock.now();
    const summaries = new Map<string, string>();
    for (let start = 0; start < ids.length; start += AT_A_TIME) {
      for (const { state, recorded } of await queries.migrations.byIds(ids.slice(start, start + AT_A_TIME))) {
        summaries.set(state.id, JSON.stringify(summaryOf(state, recorded, now)));
      }
    }
    return summaries;
  }

  async #tellOverview(): Promise<void> {
    this.#overviewDue = undefined;
    try {
      const overview = await this.#overview();
      for (const reader of this.#readers) reader.sendOverview(overview);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #overview(): Promise<string> {
    return JSON.stringify(await this.service.queries.overview(this.service.clock.now()));
  }
}

function migrationsAmong(streamIds: Iterable<string>): string[] {
  return Array.from(streamIds, migrationOfStream).filter((id) => id !== undefined);
}
