import { derivedId } from '#kernel';
import type { CheckedRow, ImportCustomer, RegistrationOutcome } from '#imports';
import { isOpen, lineOf, type LineRegistration, type Migration, type MigrationEvent } from '#migration';
import { migrationsOf, type CustomerMigration } from './customer-migrations.ts';
import { differingColumns, differingCustomer, lineOfRow } from './known-original.ts';
import { registerCustomer, type RegistrationParts } from './registration.ts';

export interface RowsToRegister {
  readonly importId: string;
  readonly customer: ImportCustomer;
  readonly rows: readonly CheckedRow[];
  /** Says what would become of the rows, and writes nothing. */
  readonly dryRun: boolean;
}

/** Somebody else registers the same customer at the same time, again and again: more often than that is no accident. */
const MOST_TURNS = 8;

/** Rows of one customer in an import: they register a migration, or add lines to the one that is open. Safe to repeat. */
export async function registerRows(
  parts: RegistrationParts,
  { importId, customer, rows, dryRun }: RowsToRegister,
): Promise<readonly RegistrationOutcome[]> {
  const commandId = derivedId('import', importId, customer.customerTenantId, String(rows[0]!.row));
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const known = await migrationsOf(parts.commands, parts.partnerTenantId, customer.customerTenantId);
    const earlier = dryRun ? undefined : await earlierTry(parts, known, commandId, importId);
    const fresh = earlier ? [] : rows.filter((row) => judge(row, known) === undefined);
    const registered =
      fresh.length === 0 || dryRun ? earlier : await register(parts, { customer, rows: fresh, known, commandId, importId });
    // Overtaken: what is registered by now decides.
    if (fresh.length > 0 && !dryRun && !registered) continue;
    return rows.map((row): RegistrationOutcome => {
      if (registered?.originals.has(row.original.originalSubscriptionId))
        return { outcome: 'accepted', migrationId: registered.migrationId };
      const verdict = judge(row, known);
      if (verdict) return verdict;
      return registered
        ? {
            outcome: 'duplicate',
            migrationId: registered.migrationId,
            hint: 'This original was registered at the same moment from elsewhere: nothing of this row is taken over.',
          }
        : { outcome: 'accepted' };
    });
  }
  throw new Error(`customer ${customer.customerTenantId} is being registered from elsewhere all the time: start the import again`);
}

/** What is known decides about a row; undefined where it is new. */
function judge(row: CheckedRow, known: readonly CustomerMigration[]): RegistrationOutcome | undefined {
  for (const { migration, migrationId } of known) {
    const line = lineOf(migration, row.original.originalSubscriptionId);
    if (!line) continue;
    const differing = differingColumns(row, line);
    const hint =
      differing.length === 0
        ? `Migration ${migrationId} has this original already: leave this row out.`
        : `Migration ${migrationId} has this original already with another ${differing.join(', ')}: that stands, nothing of this row is taken over.`;
    return { outcome: 'duplicate', migrationId, code: 'already-registered', column: differing[0] ?? null, hint };
  }
  const latest = known.at(-1);
  if (!latest || !takesLines(latest.migration)) return undefined;
  const differing = differingCustomer(row, latest.migration);
  if (differing.length === 0) return undefined;
  const stands = differing.map(([column, value]) => `${column} "${value}"`).join(', ');
  const hint = `Migration ${latest.migrationId} has this customer with ${stands}: write the same here, or mend the tenant id.`;
  return { outcome: 'rejected', migrationId: latest.migrationId, code: 'customer-differs', column: differing[0]![0], hint };
}

/** Else the customer's next migration takes them; one that came back after it was superseded takes none. */
function takesLines(migration: Migration): boolean {
  return isOpen(migration) && !migration.supersededBy;
}

interface Registered {
  readonly migrationId: string;
  readonly originals: ReadonlySet<string>;
}

/** What an earlier try of the very same rows has registered: a command that adds nothing has that try's answer, or none. */
async function earlierTry(
  parts: RegistrationParts,
  known: readonly CustomerMigration[],
  commandId: string,
  importId: string,
): Promise<Registered | undefined> {
  for (const { streamId, migrationId } of known) {
    for (const id of [derivedId('register', commandId), commandId]) {
      const outcome = await parts.commands.execute(streamId, {
        id,
        command: { type: 'AddLines', at: parts.clock.now(), lines: [] },
        actor: `import:${importId}`,
        correlationId: migrationId,
      });
      if (outcome.kind === 'applied' && outcome.repeated) return { migrationId, originals: originalsIn(outcome.events) };
    }
  }
  return undefined;
}

interface Registering {
  readonly customer: ImportCustomer;
  readonly rows: readonly CheckedRow[];
  readonly known: readonly CustomerMigration[];
  readonly commandId: string;
  readonly importId: string;
}

/** Undefined when somebody else was faster. */
async function register(
  parts: RegistrationParts,
  { customer, rows, known, commandId, importId }: Registering,
): Promise<Registered | undefined> {
  const lines: LineRegistration[] = rows.map(lineOfRow);
  const actor = `import:${importId}`;
  const latest = known.at(-1);
  if (latest && takesLines(latest.migration)) {
    const { streamId, migrationId } = latest;
    const outcome = await parts.commands.execute(streamId, {
      id: commandId,
      command: { type: 'AddLines', at: parts.clock.now(), lines },
      actor,
      correlationId: migrationId,
    });
    return outcome.kind === 'applied' ? { migrationId, originals: originalsIn(outcome.events) } : undefined;
  }
  const { contactEmail, wave, ...named } = customer;
  const result = await registerCustomer(
    parts,
    { ...named, contactEmail: contactEmail ?? null, wave: wave ?? null, lines },
    { commandId, actor },
  );
  if (result.kind === 'refused') throw new Error(`${result.refusal.code}: ${result.refusal.detail}`);
  return result.kind === 'registered'
    ? { migrationId: result.migrationId, originals: new Set(lines.map(({ originalSubscriptionId }) => originalSubscriptionId)) }
    : undefined;
}

function originalsIn(events: readonly { readonly type: string; readonly data: unknown }[]): ReadonlySet<string> {
  return new Set(
    (events as readonly MigrationEvent[]).flatMap((event) => {
      if (event.type === 'migration.registered.v1') return event.data.lines.map(({ originalSubscriptionId }) => originalSubscriptionId);
      return event.type === 'migration.line-added.v1' ? [event.data.line.originalSubscriptionId] : [];
    }),
  );
}
