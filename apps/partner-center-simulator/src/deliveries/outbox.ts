import type { Instant } from '#kernel';
import type { Database } from '../storage/database.ts';
import type { Timers } from '../time/timers.ts';

export interface OutgoingMessage {
  readonly id: string;
  /** `webhook`: to the registered webhook URL, signed. `product`: a CloudEvent to `POST /v1/events`. */
  readonly receiver: 'webhook' | 'product';
  readonly customer: string;
  readonly name: string;
  readonly body: string;
}

export interface Attempt {
  readonly at: Instant;
  /** The answer's status; `null` = no answer. */
  readonly status: number | null;
  readonly problem: string | null;
}

export interface KeptMessage extends OutgoingMessage {
  readonly attempts: readonly Attempt[];
}

interface Row extends OutgoingMessage {
  readonly attempts: string;
}

/** What is to be sent, durable in the transaction of what caused it. A message with the same id is put once. */
export class Outbox {
  readonly #db: Database;
  readonly #timers: Timers;

  constructor(db: Database, timers: Timers) {
    this.#db = db;
    this.#timers = timers;
  }

  put({ id, receiver, customer, name, body }: OutgoingMessage, sendAt: Instant): void {
    const added = this.#db.run(
      `INSERT INTO outbox (id, receiver, customer, name, body, created_at, state) VALUES (?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING`,
      id,
      receiver,
      customer,
      name,
      body,
      sendAt,
    );
    if (added > 0) this.#timers.set('delivery', id, sendAt);
  }

  waiting(id: string): KeptMessage | undefined {
    const row = this.#db.get<Row>(`SELECT id, receiver, customer, name, body, attempts FROM outbox WHERE id = ? AND state = 'waiting'`, id);
    return row && { ...row, attempts: JSON.parse(row.attempts) as Attempt[] };
  }

  delivered(message: KeptMessage, attempt: Attempt): void {
    this.#settle(message, 'delivered', attempt);
  }

  givenUp(message: KeptMessage, attempt: Attempt): void {
    this.#settle(message, 'given-up', attempt);
  }

  tryAgain(message: KeptMessage, attempt: Attempt, at: Instant): void {
    this.#settle(message, 'waiting', attempt);
    this.#timers.set('delivery', message.id, at);
  }

  /** Nobody has said yet where it goes: it waits, and no attempt is counted. */
  leaveUnaddressed(id: string): void {
    this.#db.run(`UPDATE outbox SET state = 'unaddressed' WHERE id = ?`, id);
    this.#timers.cancel('delivery', id);
  }

  /** A timer whose message has been settled already. */
  forgetTimer(id: string): void {
    this.#timers.cancel('delivery', id);
  }

  sendUnaddressed(at: Instant): void {
    this.#db.transaction(() => {
      for (const { id } of this.#db.all<{ id: string }>(`SELECT id FROM outbox WHERE state = 'unaddressed'`)) {
        this.#db.run(`UPDATE outbox SET state = 'waiting' WHERE id = ?`, id);
        this.#timers.set('delivery', id, at);
      }
    });
  }

  attemptsOf(name: string, bodyPart: string): Attempt[] {
    const rows = this.#db.all<{ attempts: string }>('SELECT attempts FROM outbox WHERE name = ? AND instr(body, ?) > 0', name, bodyPart);
    return rows.flatMap(({ attempts }) => JSON.parse(attempts) as Attempt[]);
  }

  #settle(message: KeptMessage, state: 'waiting' | 'delivered' | 'given-up', attempt: Attempt): void {
    this.#db.run(
      'UPDATE outbox SET state = ?, attempts = ? WHERE id = ?',
      state,
      JSON.stringify([...message.attempts, attempt]),
      message.id,
    );
    this.#timers.cancel('delivery', message.id);
  }
}
