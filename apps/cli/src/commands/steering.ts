import type { Command } from 'commander';
import type { Migration } from '../api-client/shapes.ts';
import { findMigration, lineOf } from '../customers/find-migration.ts';
import { UsageFault } from '../failures/usage-fault.ts';
import { inkOfStage } from '../stage-bars/stage-bar-lines.ts';
import { onOneLine } from '../terminal/plain-text.ts';
import { printJson } from '../terminal/screen.ts';
import type { Runner } from './runner.ts';
import { STEERING_COMMANDS, type SteeringOptions } from './steering-commands.ts';

interface OneOptions extends SteeringOptions {
  readonly ifVersion?: string;
}

function versionHeader(version: string | undefined): Readonly<Record<string, string>> {
  if (version === undefined) return {};
  if (!/^\d{1,9}$/.test(version))
    throw new UsageFault(`--if-version is "${version}": give the version that cutover show --json tells, a whole number`);
  return { 'if-match': `"${version}"` };
}

/** The commands about one migration: each sends one request with an idempotency key. */
export function addSteeringCommands(program: Command, run: Runner): void {
  for (const { name, path, description, options, body, line, done } of STEERING_COMMANDS) {
    const command = options(
      program.command(name).argument('<customer>', 'the migration’s id, or the customer’s tenant, domain or name').description(description),
    );
    if (line !== 'none')
      command.option('--line <id>', `the original’s subscription id (${line === 'one' ? 'needless with one line' : 'default: all lines'})`);
    command.option('--if-version <n>', 'only if the migration is still at this version').action(
      run(async ({ api, screen }, customer: string, chosen: OneOptions) => {
        const fields = body(chosen);
        const headers = versionHeader(chosen.ifVersion);
        const migration = await findMigration(api, customer);
        const named = line === 'one' || chosen.line !== undefined ? { originalSubscriptionId: lineOf(migration, chosen.line) } : {};
        const after = await api.write<Migration>('POST', `/v1/migrations/${migration.id}/${path}`, {
          body: { ...named, ...fields },
          headers,
        });
        if (screen.json) {
          printJson(screen, after);
          return undefined;
        }
        const { colours } = screen;
        const flags = [
          ...(after.onHold ? ['on hold'] : []),
          ...(after.needsAttention ? [`needs attention: ${after.needsAttention.code}`] : []),
        ];
        screen.print(
          `${colours.green('✓')} ${done}: ${onOneLine(after.customerName)} is ${inkOfStage(after.stage, colours)(after.stage)}${flags.length === 0 ? '' : `, ${colours.yellow(flags.join(', '))}`} (version ${after.version})`,
        );
        return undefined;
      }),
    );
  }
}
