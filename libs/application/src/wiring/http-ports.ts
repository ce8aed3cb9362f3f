import type { Line, Migration } from '#migration';
import type { WebhookVerifier } from '#partner-center';
import type { EndingFactsRead } from '../automation/index.ts';
import type { Registration } from '../customers/index.ts';
import type { Importing } from '../importing/index.ts';
import type { Intake } from '../intake/index.ts';

/** Reads back what has to hold before an original may be ended. Rejects with `OutsideFailure`. */
export type EndingFactsPort = (migration: Migration, line: Line, callId: (call: string) => string) => Promise<EndingFactsRead>;

/** Where the edge tells the operator what it met; fields carry no personal data. */
export interface HttpLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What the HTTP edge needs beside the service. */
export interface HttpPorts {
  readonly registration: Pick<Registration, 'register'>;
  readonly imports: Pick<Importing, 'receive'>;
  /** `receive` for what has no topic, `receiveWebhook` for verified notices, `replay` for dead letters. */
  readonly intake: Pick<Intake, 'receive' | 'receiveWebhook' | 'replay'>;
  readonly endingFacts: EndingFactsPort;
  readonly webhookVerifier: Pick<WebhookVerifier, 'verify'>;
  /** Random UUIDs: ids of requests, of bulk runs, of commands that came without an idempotency key. */
  readonly newId: () => string;
  readonly log: HttpLog;
  /** Of the product, for the documents that describe it. */
  readonly version?: string;
  /** Where the built-in simulator listens; absent without one. */
  readonly simulatorAddress?: () => string | null;
  /** Log events that the read models do not have yet. Default: the difference of the positions. */
  readonly projectionLag?: () => Promise<number>;
}
