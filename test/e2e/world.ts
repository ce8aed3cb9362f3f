import type { MigrationSummary, MigrationView } from '#migration';
import type { ImportView, Overview } from '#read-models';
import { type Answer, type Page, type ProblemBody, type Request, ask, demand, everyItem } from './caller.ts';
import { type Customer, descriptionOf, registrationOf } from './customers.ts';
import type { Product } from './product.ts';

/** One entry of the stand-in's account (contract §5). */
export interface LedgerEntry {
  readonly seq: number;
  readonly at: string;
  readonly requestId: string | null;
  readonly customer: string;
  readonly kind: 'invitation' | 'reminder' | 'cart' | 'checkout' | 'order' | 'subscription' | 'license' | 'cancellation';
  readonly cartId?: string;
  readonly orderId?: string;
  readonly subscriptionId?: string;
  readonly skuId?: string;
  readonly quantity?: number;
  readonly userId?: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly status: string;
}

export interface HistoryItem {
  readonly position: string;
  readonly revision: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly correlationId: string;
  readonly causationId: string;
  readonly evidence: { readonly requestId?: string } | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ImportRow {
  readonly line: number;
  readonly outcome: 'accepted' | 'rejected' | 'duplicate';
  readonly code?: string;
  readonly column?: string;
  readonly hint?: string;
  readonly warnings: readonly unknown[];
  readonly migrationId?: string;
}

/** The public shape of a migration (contract §3). */
export type Migration = MigrationView & {
  readonly todos: readonly {
    readonly id: string;
    readonly kind: string;
    readonly dueAt: string;
    readonly attempts: number;
    readonly lastError: string | null;
  }[];
};

/** A repeated write is answered with the position of the first time, which lies before later writes. */
function later(position: string | null, known: string | null): string | null {
  if (position === null || known === null) return position ?? known;
  return BigInt(position) > BigInt(known) ? position : known;
}

/** One running product with its stand-in, as tests call them. */
export class World {
  readonly product: Product;
  #lastWrite: string | null = null;

  constructor(product: Product) {
    this.product = product;
  }

  // --- the product ---

  /** As a client does that reads its own writes: every read waits for the position of the last write. */
  async ask<T = unknown>(method: string, path: string, request: Request = {}): Promise<Answer<T>> {
    const headers = { ...this.#readsWhatItWrote(), ...request.headers };
    const answer = await ask<T>(method, `${this.product.url}${path}`, { ...request, headers });
    this.#lastWrite = later(answer.headers.get('position'), this.#lastWrite);
    return answer;
  }

  #readsWhatItWrote(): Readonly<Record<string, string>> {
    return this.#lastWrite === null ? {} : { 'min-position': this.#lastWrite };
  }

  async #demand<T>(status: number, method: string, path: string, request: Request = {}): Promise<T> {
    const answer = await this.ask<T>(method, path, request);
    if (answer.status !== status)
      throw new Error(
        `${method} ${path} gave ${answer.status} instead of ${status}: ${answer.text.slice(0, 2_000)}${this.#toldOf(answer)}`,
      );
    return answer.body;
  }

  /** What a failure is about stands in the product's own log alone. */
  #toldOf({ status }: Answer<unknown>): string {
    return status < 500 ? '' : `\n${this.product.stderr().slice(-3_000)}`;
  }

  get<T>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    return this.#demand<T>(200, 'GET', path, { headers });
  }

  all<T>(path: string, limit?: number): Promise<readonly T[]> {
    return everyItem<T>(`${this.product.url}${path}`, { ...(limit !== undefined && { limit }), headers: this.#readsWhatItWrote() });
  }

  /** Tells the stand-in who the customer is, then registers it. */
  async register(customer: Customer): Promise<Migration> {
    await this.describe(customer);
    return this.#demand<Migration>(201, 'POST', '/v1/migrations', { body: registrationOf(customer) });
  }

  async describe(customer: Customer): Promise<void> {
    await demand(200, 'PUT', `${this.product.simulatorUrl}/control/customers/${customer.tenant}`, { body: descriptionOf(customer) });
  }

  migration(id: string, query = ''): Promise<Migration> {
    return this.get(`/v1/migrations/${id}${query}`);
  }

  migrations(query: string): Promise<readonly MigrationSummary[]> {
    return this.all(`/v1/migrations${query}`);
  }

  history(id: string): Promise<readonly HistoryItem[]> {
    return this.all(`/v1/migrations/${id}/history`);
  }

  async told(id: string, ...types: readonly string[]): Promise<readonly HistoryItem[]> {
    return (await this.history(id)).filter(({ type }) => types.includes(type));
  }

  /** A command that the rules allow. */
  async command(id: string, name: string, body: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Migration> {
    return this.#demand<Migration>(200, 'POST', `/v1/migrations/${id}/${name}`, { body, headers });
  }

  /** A command that they forbid: the code of the refusal. */
  async refusal(id: string, name: string, body: object = {}, status = 409): Promise<string> {
    return (await this.#demand<ProblemBody>(status, 'POST', `/v1/migrations/${id}/${name}`, { body })).code;
  }

  async advance(by: string): Promise<string> {
    return (await this.#demand<{ now: string }>(200, 'PUT', '/v1/clock', { body: { by } })).now;
  }

  async advanceTo(to: string): Promise<void> {
    const time = to.length === 10 ? `${to}T00:00:00.000Z` : to;
    await this.#demand(200, 'PUT', '/v1/clock', { body: { to: time } });
  }

  async now(): Promise<string> {
    return (await this.get<{ now: string }>('/v1/clock')).now;
  }

  /** The day that lies so many days from now. */
  async dayIn(days: number): Promise<string> {
    return new Date(Date.parse(await this.now()) + days * 86_400_000).toISOString().slice(0, 10);
  }

  overview(): Promise<Overview> {
    return this.get('/v1/overview');
  }

  sendFile(csv: string | Uint8Array, query = ''): Promise<Answer<{ importId: string } & ProblemBody>> {
    return this.ask('POST', `/v1/imports${query}`, { body: csv, headers: { 'content-type': 'text/csv' } });
  }

  /** Takes a file in and waits for its end. */
  async importFile(csv: string | Uint8Array, query = ''): Promise<ImportView> {
    const { status, body, text } = await this.sendFile(csv, query);
    if (status !== 202) throw new Error(`the file was answered with ${status}: ${text}`);
    return this.importEnd(body.importId);
  }

  async importEnd(importId: string, meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<ImportView> {
    for (;;) {
      const { status, body, text } = await this.ask<ImportView>('GET', `/v1/imports/${importId}`);
      if (status !== 200) throw new Error(`the import was answered with ${status}: ${text}`);
      if (body.state === 'done' || body.state === 'failed') return body;
      await meanwhile();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  importRows(importId: string, outcome?: ImportRow['outcome']): Promise<readonly ImportRow[]> {
    return this.all(`/v1/imports/${importId}/rows${outcome ? `?outcome=${outcome}` : ''}`);
  }

  /** Waits for what the intake of messages does behind the answer. */
  async eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
    const until = performance.now() + 15_000;
    while (!(await holds())) {
      if (performance.now() > until) throw new Error(`did not come to pass: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  // --- the stand-in, as judge ---

  simulator<T = unknown>(method: string, path: string, request?: Request): Promise<Answer<T>> {
    return ask<T>(method, `${this.product.simulatorUrl}${path}`, request);
  }

  async customerDoes(
    customer: Customer,
    act: 'accept' | 'decline' | 'remove-relationship' | 'cancel-original',
    body: object = {},
  ): Promise<void> {
    await demand(200, 'POST', `${this.product.simulatorUrl}/control/customers/${customer.tenant}/${act}`, { body });
  }

  async faults(rates: Readonly<Record<string, number>>): Promise<void> {
    await demand(200, 'PUT', `${this.product.simulatorUrl}/control/faults`, { body: rates });
  }

  ledger(customer?: Customer): Promise<readonly LedgerEntry[]> {
    return everyItem(`${this.product.simulatorUrl}/control/ledger${customer ? `?customer=${customer.tenant}` : ''}`, { limit: 5_000 });
  }

  async ledgerOf(customer: Customer, kind: LedgerEntry['kind']): Promise<readonly LedgerEntry[]> {
    return (await this.ledger(customer)).filter((entry) => entry.kind === kind);
  }

  async mails(customer: Customer): Promise<readonly Record<string, unknown>[]> {
    const { body } = await demand<Page<Record<string, unknown>>>(
      200,
      'GET',
      `${this.product.simulatorUrl}/control/mails?customer=${customer.tenant}`,
    );
    return body.items;
  }

  async brokenLimits(): Promise<unknown> {
    return (await demand<{ brokenLimits: unknown }>(200, 'GET', `${this.product.simulatorUrl}/control/calls`)).body.brokenLimits;
  }
}
