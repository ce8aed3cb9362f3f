import { z } from 'zod';
import { type Instant, parseGuid, parseInstant } from '#kernel';

/** One fault of the environment: the variable, what is wrong with its value, and one that would be right. */
export interface ConfigurationFault {
  readonly variable: string;
  readonly fault: string;
  readonly example: string;
}

export type ClockSetting = { readonly kind: 'system' } | { readonly kind: 'driven'; readonly start: Instant };

export interface PartnerCenterCredentials {
  readonly partnerCenterUrl: string;
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** Contract §2. */
export interface Configuration {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly eventStoreUrl: string | null;
  readonly kafkaBrokers: readonly string[] | null;
  /** How to sign in at the brokers; null = without. */
  readonly kafkaLogin: { readonly username: string; readonly password: string } | null;
  readonly kafkaTls: boolean;
  readonly databaseUrl: string | null;
  readonly partnerTenantId: string;
  /** null = the built-in simulator. */
  readonly partnerCenter: PartnerCenterCredentials | null;
  readonly simulatorPort: number;
  /** A simulator that runs alone plays Partner Center; null = the built-in one does, or none. */
  readonly simulatorUrl: string | null;
  /** Commerce calls that this process may make in a minute; null = all that Partner Center allows a partner. */
  readonly callsPerMinute: number | null;
  /** null = the simulator's own mailbox. */
  readonly mailUrl: string | null;
  readonly mailFrom: string;
  readonly partnerName: string;
  readonly clock: ClockSetting;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly webhookTrustRoot: string | null;
  /** Where Partner Center reaches this service; null = only as it listens. */
  readonly publicUrl: string | null;
}

/** The tenant that the built-in simulator plays when none is named. */
const SIMULATED_PARTNER = '5c5d1bc3-7c1f-4b02-9d6c-0e6b3f2a9d11';
const PUBLISHED = {
  partnerCenterUrl: 'https://api.partnercenter.microsoft.com',
  graphUrl: 'https://graph.microsoft.com',
  loginUrl: 'https://login.microsoftonline.com',
};
const CREDENTIALS = ['PARTNER_CENTER_CLIENT_ID', 'PARTNER_CENTER_CLIENT_SECRET', 'PARTNER_CENTER_REFRESH_TOKEN'] as const;

const EXAMPLES: Readonly<Record<string, string>> = {
  HOST: '127.0.0.1',
  PORT: '3000',
  DATA_DIR: './data',
  EVENT_STORE_URL: 'esdb://127.0.0.1:2113?tls=false',
  KAFKA_BROKERS: '127.0.0.1:9092',
  KAFKA_USERNAME: 'cutover',
  KAFKA_PASSWORD: 'the password of that user',
  KAFKA_TLS: 'true',
  DATABASE_URL: 'postgres://user:password@127.0.0.1:5432/cutover',
  PARTNER_TENANT_ID: '5c5d1bc3-7c1f-4b02-9d6c-0e6b3f2a9d11',
  PARTNER_CENTER_URL: PUBLISHED.partnerCenterUrl,
  GRAPH_URL: PUBLISHED.graphUrl,
  LOGIN_URL: PUBLISHED.loginUrl,
  PARTNER_CENTER_CLIENT_ID: 'the id of your app registration',
  PARTNER_CENTER_CLIENT_SECRET: 'its secret',
  PARTNER_CENTER_REFRESH_TOKEN: 'from the consent of an admin agent',
  PARTNER_CENTER_CALLS_PER_MINUTE: '250',
  SIMULATOR_PORT: '3100',
  SIMULATOR_URL: 'http://127.0.0.1:3100',
  MAIL_URL: 'smtp://127.0.0.1:25',
  MAIL_FROM: 'migrations@partner.example',
  PARTNER_NAME: 'Example Partner Ltd',
  CLOCK: 'driven:2026-12-01T08:00:00Z',
  LOG_LEVEL: 'info',
  WEBHOOK_TRUST_ROOT: './webhook-ca.pem',
  PUBLIC_URL: 'https://cutover.partner.example',
};

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'is not a whole number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'is not a port from 0 to 65535');

function url(protocols: readonly string[]) {
  return z.string().refine(
    (text) => {
      const parsed = URL.parse(text);
      return parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== '';
    },
    `is not an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );
}

const web = url(['https:', 'http:']).transform((text) => text.replace(/\/+$/, ''));

const shape = z.object({
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'is not a host name or an address')
    .default('127.0.0.1'),
  PORT: port.default(3000),
  DATA_DIR: z.string().default('./data'),
  EVENT_STORE_URL: z
    .string()
    .regex(
      /^esdb(\+discover)?:\/\/([^@/?#\s]+@)?[\w.-]+(:\d{1,5})?(,[\w.-]+(:\d{1,5})?)*\/?(\?\S*)?$/,
      'is not an address that begins with esdb:// or esdb+discover:// and names one server or several',
    )
    .optional(),
  KAFKA_BROKERS: z
    .string()
    .refine(
      (text) => text.split(',').every((broker) => /^[\w.-]+:\d{1,5}$/.test(broker.trim())),
      'is not a list of host:port, separated by commas',
    )
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .optional(),
  KAFKA_USERNAME: z.string().optional(),
  KAFKA_PASSWORD: z.string().optional(),
  KAFKA_TLS: z
    .enum(['true', 'false'], 'is neither true nor false')
    .transform((text) => text === 'true')
    .default(false),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  PARTNER_TENANT_ID: z
    .string()
    .refine((text) => parseGuid(text) !== undefined, 'is not a GUID')
    .transform((text) => parseGuid(text)!)
    .optional(),
  PARTNER_CENTER_URL: web.optional(),
  GRAPH_URL: web.optional(),
  LOGIN_URL: web.optional(),
  PARTNER_CENTER_CLIENT_ID: z.string().optional(),
  PARTNER_CENTER_CLIENT_SECRET: z.string().optional(),
  PARTNER_CENTER_REFRESH_TOKEN: z.string().optional(),
  PARTNER_CENTER_CALLS_PER_MINUTE: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'is not a whole number from 1 on')
    .transform(Number)
    .optional(),
  SIMULATOR_PORT: port.default(3100),
  SIMULATOR_URL: web.optional(),
  MAIL_URL: url(['smtp:', 'smtps:']).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\s@<>"]+@[^\s@<>"]+$/, 'is not a mail address')
    .default('migrations@partner.example'),
  PARTNER_NAME: z
    .string()
    .regex(/^[^\r\n]{1,120}$/, 'is not one line of up to 120 characters')
    .default('Your partner'),
  CLOCK: z
    .string()
    .transform((text, context): ClockSetting => {
      if (text === 'system') return { kind: 'system' };
      const start = text.startsWith('driven:') ? parseInstant(text.slice('driven:'.length)) : undefined;
      if (start) return { kind: 'driven', start };
      context.addIssue({ code: 'custom', message: 'is neither `system` nor `driven:` with a moment in ISO 8601' });
      return z.NEVER;
    })
    .default({ kind: 'system' }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'is not one of fatal, error, warn, info, debug, trace, silent')
    .default('info'),
  WEBHOOK_TRUST_ROOT: z.string().optional(),
  PUBLIC_URL: web.optional(),
});

/** Whether an address of the web, of mail and the like leads to this machine. */
export function isLoopback(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** A fault of a setting, with an example of a right one. */
export function faultOf(variable: string, fault: string): ConfigurationFault {
  return { variable, fault, example: EXAMPLES[variable] ?? '' };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Faults that lie between variables rather than in one; told from what is given, so that no single fault hides them. */
function faultsBetween(given: Environment): ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  const missing = CREDENTIALS.filter((name) => given[name] === undefined);
  const outside = [given.PARTNER_CENTER_URL, given.GRAPH_URL, given.LOGIN_URL];
  const asksForReal = missing.length < CREDENTIALS.length || outside.some((address) => address !== undefined);
  if (asksForReal) {
    for (const name of missing)
      faults.push(
        faultOf(name, 'is missing although other Partner Center settings are given: set all of them, or none for the built-in simulator'),
      );
    if (given.PARTNER_TENANT_ID === undefined)
      faults.push(faultOf('PARTNER_TENANT_ID', 'is missing: Partner Center credentials belong to a tenant'));
    if (given.MAIL_URL === undefined) faults.push(faultOf('MAIL_URL', 'is missing: without the built-in simulator there is no mailbox'));
  }
  if ((given.KAFKA_USERNAME === undefined) !== (given.KAFKA_PASSWORD === undefined)) {
    const absent = given.KAFKA_USERNAME === undefined ? 'KAFKA_USERNAME' : 'KAFKA_PASSWORD';
    faults.push(faultOf(absent, 'is missing: to sign in at the brokers takes both a user and a password'));
  }
  if (given.SIMULATOR_URL !== undefined && asksForReal)
    faults.push(faultOf('SIMULATOR_URL', 'is given beside settings of a real Partner Center: give one of the two'));
  if (given.CLOCK?.startsWith('driven:')) {
    const published = [PUBLISHED.partnerCenterUrl, PUBLISHED.graphUrl, PUBLISHED.loginUrl];
    const addresses = asksForReal ? outside.map((address, index) => address ?? published[index]!) : [];
    for (const address of [given.MAIL_URL, given.SIMULATOR_URL]) if (address) addresses.push(address);
    if (!addresses.every(isLoopback))
      faults.push(
        faultOf(
          'CLOCK',
          'is driven although an outside address is not loopback: a driven clock would buy real subscriptions at made-up times',
        ),
      );
  }
  return faults;
}

export type ConfigurationResult =
  | { readonly kind: 'configuration'; readonly configuration: Configuration }
  | { readonly kind: 'faults'; readonly faults: readonly ConfigurationFault[] };

/** Reads the environment; all faults are told together. An empty value counts as unset. */
export function readConfiguration(environment: Environment): ConfigurationResult {
  const given = Object.fromEntries(Object.keys(shape.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
  const parsed = shape.safeParse(given);
  const faults = [
    ...(parsed.error?.issues ?? []).map((issue) =>
      faultOf(String(issue.path[0]), `${issue.message} (it is ${shownValue(String(issue.path[0]), environment)})`),
    ),
    ...faultsBetween(given),
  ];
  if (!parsed.success || faults.length > 0) return { kind: 'faults', faults };
  const values = parsed.data;
  const {
    PARTNER_CENTER_CLIENT_ID: clientId,
    PARTNER_CENTER_CLIENT_SECRET: clientSecret,
    PARTNER_CENTER_REFRESH_TOKEN: refreshToken,
  } = values;
  return {
    kind: 'configuration',
    configuration: {
      host: values.HOST,
      port: values.PORT,
      dataDir: values.DATA_DIR,
      eventStoreUrl: values.EVENT_STORE_URL ?? null,
      kafkaBrokers: values.KAFKA_BROKERS ?? null,
      kafkaLogin:
        values.KAFKA_USERNAME && values.KAFKA_PASSWORD ? { username: values.KAFKA_USERNAME, password: values.KAFKA_PASSWORD } : null,
      kafkaTls: values.KAFKA_TLS,
      databaseUrl: values.DATABASE_URL ?? null,
      partnerTenantId: values.PARTNER_TENANT_ID ?? SIMULATED_PARTNER,
      partnerCenter:
        clientId && clientSecret && refreshToken
          ? {
              partnerCenterUrl: values.PARTNER_CENTER_URL ?? PUBLISHED.partnerCenterUrl,
              graphUrl: values.GRAPH_URL ?? PUBLISHED.graphUrl,
              loginUrl: values.LOGIN_URL ?? PUBLISHED.loginUrl,
              clientId,
              clientSecret,
              refreshToken,
            }
          : null,
      simulatorPort: values.SIMULATOR_PORT,
      simulatorUrl: values.SIMULATOR_URL ?? null,
      callsPerMinute: values.PARTNER_CENTER_CALLS_PER_MINUTE ?? null,
      mailUrl: values.MAIL_URL ?? null,
      mailFrom: values.MAIL_FROM,
      partnerName: values.PARTNER_NAME,
      clock: values.CLOCK,
      logLevel: values.LOG_LEVEL,
      webhookTrustRoot: values.WEBHOOK_TRUST_ROOT ?? null,
      publicUrl: values.PUBLIC_URL ?? null,
    },
  };
}

const SECRET = new Set<string>([
  'PARTNER_CENTER_CLIENT_SECRET',
  'PARTNER_CENTER_REFRESH_TOKEN',
  'KAFKA_PASSWORD',
  'DATABASE_URL',
  'EVENT_STORE_URL',
  'MAIL_URL',
]);

/** Addresses may carry a password: what may be secret is never shown. */
function shownValue(variable: string, environment: Environment): string {
  return SECRET.has(variable) ? 'not shown' : JSON.stringify(environment[variable]);
}
