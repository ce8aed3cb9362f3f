import type { Instant } from '#kernel';

/** A row of the stand-in's ledger (contract §5). */
export interface LedgerEntry {
  readonly seq: number;
  readonly at: Instant;
  readonly customer: string;
  readonly kind: 'invitation' | 'reminder' | 'cart' | 'checkout' | 'order' | 'subscription' | 'license' | 'cancellation';
  readonly status: string;
  readonly orderId?: string;
  readonly subscriptionId?: string;
  readonly skuId?: string;
  readonly quantity?: number;
  readonly userId?: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

export interface ReceivedMail {
  readonly messageId: string;
  readonly customer: string | null;
  readonly kind: 'invitation' | 'reminder' | 'original-may-end' | null;
  readonly at: Instant;
  readonly text: string;
}

export interface SimulatedState {
  readonly relationship: 'reseller' | 'none';
  readonly originals: readonly {
    readonly subscriptionId: string;
    readonly sku: string;
    readonly seats: number;
    readonly state: 'running' | 'extended' | 'expired' | 'cancelled';
    readonly termEnd: string;
    readonly endedAt: Instant | null;
  }[];
}

const PAGE = 5_000;

/** The stand-in's control API (contract §5): how it is told what to do, and what it says happened. */
export function controlOf(url: string) {
  async function ask(method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> {
    const answer = await fetch(new URL(path, url), {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: answer.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as unknown) : text };
  }
  async function read<T>(path: string): Promise<T> {
    const { status, json } = await ask('GET', path);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(json)}`);
    return json as T;
  }

  return {
    faults: (rates: Readonly<Record<string, number>>) => ask('PUT', '/control/faults', rates),
    /** False where there was nothing to do. */
    async act(
      tenant: string,
      does: 'accept' | 'decline' | 'remove-relationship' | 'cancel-original',
      subscriptionId?: string,
    ): Promise<boolean> {
      const { status, json } = await ask(
        'POST',
        `/control/customers/${tenant}/${does}`,
        subscriptionId === undefined ? undefined : { subscriptionId },
      );
      if (status !== 200 && status !== 409) throw new Error(`${does} answered ${status}: ${JSON.stringify(json)}`);
      return status === 200;
    },
    customer: (tenant: string) => read<SimulatedState>(`/control/customers/${tenant}`),
    /** Of the newest entry, looked for from one that is known on. */
    async lastSeq(known: number): Promise<number> {
      const { items }: { items: readonly LedgerEntry[] } = await read(`/control/ledger?limit=${PAGE}&cursor=${known}`);
      return items.at(-1)?.seq ?? known;
    },
    async ledger(): Promise<readonly LedgerEntry[]> {
      const entries: LedgerEntry[] = [];
      for (let cursor: string | null = '0'; cursor !== null;) {
        const page: { items: LedgerEntry[]; nextCursor: string | null } = await read(`/control/ledger?limit=${PAGE}&cursor=${cursor}`);
        entries.push(...page.items);
        cursor = page.nextCursor;
      }
      return entries;
    },
    mails: async (limit: number) => (await read<{ items: readonly ReceivedMail[] }>(`/control/mails?limit=${limit}`)).items,
    async calls(): Promise<readonly (readonly [string, number])[]> {
      const { calls } = await read<{ calls: readonly { endpoint: string; count: number }[] }>('/control/calls');
      const sums = new Map<string, number>();
      for (const { endpoint, count } of calls) sums.set(endpoint, (sums.get(endpoint) ?? 0) + count);
      return [...sums].sort((a, b) => b[1] - a[1]);
    },
    brokenLimits: async () => (await read<{ brokenLimits: number }>('/control/calls')).brokenLimits,
    authority: () => read<string>('/control/webhook-ca.pem'),
  };
}

export type Control = ReturnType<typeof controlOf>;
