import { randomUUID } from 'node:crypto';
import type { MigrationSummary, MigrationView } from '#migration';
import type { ImportView, Overview } from '#read-models';
import type { CustomerDescription } from '../../../partner-center-simulator/src/index.ts';

/** One entry of the stand-in's ledger (contract §5). */
export interface LedgerEntry {
  readonly seq: number;
  readonly customer: string;
  readonly kind: string;
  readonly orderId?: string;
  readonly skuId?: string;
  readonly quantity?: number;
  readonly status: string;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** The service and the stand-in as anybody outside sees them: the demo has no other way in. */
export class DemoApi {
  readonly #url: string;
  readonly #simulatorUrl: string;
  readonly #fetch: typeof fetch;

  /** `fetchFrom`: how requests go out; each may be repeated as it is. */
  constructor(url: string, simulatorUrl: string, fetchFrom: typeof fetch = fetch) {
    this.#url = url;
    this.#simulatorUrl = simulatorUrl;
    this.#fetch = fetchFrom;
  }

  async importFile(file: Uint8Array<ArrayBuffer>): Promise<ImportView> {
    const { importId } = await this.#ask<{ importId: string }>('POST', `${this.#url}/v1/imports`, file, 'text/csv');
    for (;;) {
      const state = await this.#ask<ImportView>('GET', `${this.#url}/v1/imports/${importId}`, undefined, undefined, [404]);
      if (state.state === 'done' || state.state === 'failed') return state;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  overview(): Promise<Overview> {
    return this.#ask('GET', `${this.#url}/v1/overview`);
  }

  async clock(): Promise<string> {
    return (await this.#ask<{ now: string }>('GET', `${this.#url}/v1/clock`)).now;
  }

  advance(to: string): Promise<unknown> {
    return this.#ask('PUT', `${this.#url}/v1/clock`, JSON.stringify({ to }), 'application/json');
  }

  migrations(query: string): Promise<readonly MigrationSummary[]> {
    return this.#all(`${this.#url}/v1/migrations?limit=500${query}`);
  }

  migration(id: string): Promise<MigrationView> {
    return this.#ask('GET', `${this.#url}/v1/migrations/${id}`);
  }

  /** A person's command; what the rules forbid is no error here: the person sees it and goes on. */
  command(id: string, command: string, body: unknown): Promise<unknown> {
    return this.#ask('POST', `${this.#url}/v1/migrations/${id}/${command}`, JSON.stringify(body), 'application/json', [409, 422]);
  }

  ledger(): Promise<readonly LedgerEntry[]> {
    return this.#all(`${this.#simulatorUrl}/control/ledger?limit=500`);
  }

  /** Says who a customer of the stand-in is. */
  describe(tenantId: string, description: CustomerDescription): Promise<unknown> {
    return this.#ask('PUT', `${this.#simulatorUrl}/control/customers/${tenantId}`, JSON.stringify(description), 'application/json');
  }

  /** A customer of the stand-in does something by itself. */
  customerDoes(tenantId: string, what: 'accept' | 'cancel-original', body: unknown): Promise<unknown> {
    return this.#ask(
      'POST',
      `${this.#simulatorUrl}/control/customers/${tenantId}/${what}`,
      JSON.stringify(body),
      'application/json',
      [409],
    );
  }

  async #all<T>(address: string): Promise<readonly T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<T> = await this.#ask('GET', cursor === '' ? address : `${address}&cursor=${encodeURIComponent(cursor)}`);
      items.push(...page.items);
      cursor = page.nextCursor ?? null;
    }
    return items;
  }

  async #ask<T>(
    method: string,
    address: string,
    body?: string | Uint8Array<ArrayBuffer>,
    type?: string,
    tolerated: readonly number[] = [],
  ): Promise<T> {
    const headers: Record<string, string> = {
      ...(type && { 'content-type': type }),
      ...(method === 'POST' && address.startsWith(this.#url) && { 'idempotency-key': randomUUID() }),
    };
    const answer = await this.#fetch(address, { method, headers, ...(body !== undefined && { body }) });
    const text = await answer.text();
    if (!answer.ok && !tolerated.includes(answer.status)) throw new Error(`${method} ${address} was answered ${answer.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
