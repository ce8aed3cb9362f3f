import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import nodemailer from 'nodemailer';
import { parseInstant, type Instant } from '#kernel';
import { DrivenClock, startSimulator, type Simulator, type SimulatorOptions } from '../src/index.ts';

export const PARTNER = '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1';
export const START = parseInstant('2027-02-01T08:00:00Z')!;
export const BUSINESS_BASIC = '3b555118-da6a-4418-894f-7df1e2096870';
export const OFFICE_E3 = '6fd2c87f-b296-42f0-b197-1e91e994b900';

/** Answers read back over HTTP have no types. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

/** A partner at work with the stand-in: over HTTP and SMTP only, besides its clock. */
export class APartner {
  readonly clock: DrivenClock;
  readonly simulator: Simulator;
  #token = '';

  constructor(simulator: Simulator, clock: DrivenClock) {
    this.simulator = simulator;
    this.clock = clock;
  }

  static async start(options: Partial<SimulatorOptions> = {}, clock = new DrivenClock(START)): Promise<APartner> {
    const simulator = await startSimulator({
      host: '127.0.0.1',
      port: 0,
      smtpPort: 0,
      dataFile: ':memory:',
      clock,
      seed: 7,
      partnerTenantId: PARTNER,
      ...options,
    });
    return new APartner(simulator, clock);
  }

  async walk(to: string | { by: string }): Promise<void> {
    const moved = await this.call('PUT', '/control/clock', typeof to === 'string' ? { to } : to);
    if (moved.status !== 200) throw new Error(JSON.stringify(moved.body));
    this.#token = '';
  }

  get now(): Instant {
    return this.clock.now();
  }

  async token(tenant = PARTNER, resource = 'https://api.partnercenter.microsoft.com', grant = 'refresh_token'): Promise<string> {
    const form = { grant_type: grant, client_id: 'app', client_secret: 'secret', refresh_token: 'any', scope: `${resource}/.default` };
    const answer = await fetch(`${this.simulator.url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await answer.json()) as Json).access_token ?? '';
  }

  /** As App+User, with a fresh token when the clock has moved. */
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    if (this.#token === '') this.#token = await this.token();
    return this.call(method, path, body, { authorization: `Bearer ${this.#token}`, ...headers });
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(`${this.simulator.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
  }

  async mail(customer: string, kind: string, messageId: string): Promise<void> {
    const transport = nodemailer.createTransport(this.simulator.smtpUrl);
    await transport.sendMail({
      from: 'partner@example.com',
      to: 'admin@customer.example',
      subject: kind,
      text: `The link is here: ${kind}`,
      messageId,
      headers: { 'X-Cutover-Customer': customer, 'X-Cutover-Kind': kind },
    });
    transport.close();
  }

  async ledger(kind?: string): Promise<Json[]> {
    const { body } = await this.call('GET', '/control/ledger?limit=5000');
    return body.items.filter((entry: Json) => kind === undefined || entry.kind === kind);
  }

  async catalogItem(skuGuid: string): Promise<string> {
    const { body } = await this.call('GET', '/control/catalog');
    return body.items.find((item: Json) => item.skuId === skuGuid).catalogItem;
  }

  async cart(customer: string, lines: readonly { catalogItemId: string; quantity: number }[], requestId = 'r-1'): Promise<Answer> {
    const lineItems = lines.map((line, id) => ({ id, termDuration: 'P1Y', billingCycle: 'monthly', ...line }));
    return this.ask(
      'POST',
      `/v1/customers/${customer}/carts`,
      { partnerOnRecordAttestationAccepted: true, lineItems },
      { 'ms-requestid': requestId },
    );
  }

  checkout(customer: string, cartId: string, requestId = 'r-2'): Promise<Answer> {
    return this.ask('POST', `/v1/customers/${customer}/carts/${cartId}/checkout`, undefined, { 'ms-requestid': requestId });
  }
}

export interface Heard {
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly body: Json;
}

/** What stands in the product's place: it hears what is posted to it, and answers as told. */
export class AProduct {
  readonly heard: Heard[] = [];
  answers: number[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createHttpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        this.heard.push({ path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text) });
        response.writeHead(this.answers.shift() ?? 202).end();
      });
    });
  }

  static async start(): Promise<AProduct> {
    const product = new AProduct();
    await new Promise<void>((resolve) => product.#server.listen(0, '127.0.0.1', () => resolve()));
    return product;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
