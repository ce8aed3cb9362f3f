import { parseGuid, parseInstant, type Instant } from '#kernel';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly smtpPort: number;
  readonly dataFile: string;
  readonly productUrl: string;
  /** As others reach it, where that is not the address on which it listens. */
  readonly publicUrl: string | undefined;
  readonly seed: string;
  /** `null` = the machine's time. */
  readonly drivenFrom: Instant | null;
  readonly partnerTenantId: string | undefined;
  readonly remembersRequestIds: boolean;
}

/** From environment variables; all that is wrong with them together. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings | { readonly faults: readonly string[] } {
  const faults: string[] = [];
  const port = (name: string, byDefault: number): number => {
    const value = Number(env[name] ?? byDefault);
    if (!Number.isInteger(value) || value < 0 || value > 65_535)
      faults.push(`${name}: "${env[name] ?? ''}" is no port; for example ${byDefault || 2525}`);
    return value;
  };
  const productUrl = env.PRODUCT_URL ?? 'http://127.0.0.1:3000';
  if (!URL.canParse(productUrl)) faults.push(`PRODUCT_URL: "${productUrl}" is no URL; for example http://127.0.0.1:3000`);
  const publicUrl = env.SIMULATOR_PUBLIC_URL;
  if (publicUrl !== undefined && !URL.canParse(publicUrl))
    faults.push(`SIMULATOR_PUBLIC_URL: "${publicUrl}" is no URL; for example http://simulator:3100`);
  const drivenFrom = clockOf(env.CLOCK ?? 'system');
  if (drivenFrom === undefined)
    faults.push(`CLOCK: "${env.CLOCK ?? ''}" is neither system nor driven:<ISO time>; for example driven:2026-01-05T00:00:00Z`);
  const partner = env.PARTNER_TENANT_ID === undefined ? undefined : parseGuid(env.PARTNER_TENANT_ID);
  if (env.PARTNER_TENANT_ID !== undefined && partner === undefined) faults.push(`PARTNER_TENANT_ID: "${env.PARTNER_TENANT_ID}" is no GUID`);
  const settings = {
    host: env.HOST ?? '127.0.0.1',
    port: port('SIMULATOR_PORT', 3100),
    smtpPort: port('SIMULATOR_SMTP_PORT', 0),
    dataFile: env.SIMULATOR_DATA ?? './data/partner-center-simulator.sqlite',
    productUrl,
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    seed: env.SIMULATOR_SEED ?? '1',
    drivenFrom: drivenFrom ?? null,
    partnerTenantId: partner,
    remembersRequestIds: env.SIMULATOR_REMEMBERS_REQUEST_IDS === 'true',
  };
  return faults.length > 0 ? { faults } : settings;
}

function clockOf(text: string): Instant | null | undefined {
  if (text === 'system') return null;
  return text.startsWith('driven:') ? parseInstant(text.slice('driven:'.length)) : undefined;
}
