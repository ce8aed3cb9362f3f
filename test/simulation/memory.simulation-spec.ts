import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { memoryEngines } from './engines.ts';
import { judge } from './judge/index.ts';
import { runSimulation } from './run-simulation.ts';

test('one', async () => {
  const path = mkdtempSync(join(tmpdir(), 'sim-'));
  const t = performance.now();
  const ending = await runSimulation({ seed: Number(process.env.SIMULATION_SEED ?? 1), customers: Number(process.env.N ?? 20), engines: memoryEngines(path), crashEvery: process.env.CRASH ? Number(process.env.CRASH) : null, faults: process.env.FAULTS === '1' });
  rmSync(path, { recursive: true });
  console.log('took', performance.now() - t, 'cpu', process.cpuUsage(), 'killed', ending.killed.length, 'ledger', ending.customers.reduce((n, c) => n + c.ledger.length, 0), JSON.stringify(ending.overview), ending.brokenLimits);
  console.log(judge(ending).join('\n'));
  for (const c of ending.customers) if (process.env.SHOW?.split(',').some((w) => c.customer.tenant.startsWith(w) || w === c.view.stage)) console.log(JSON.stringify(c.view, null, 1), JSON.stringify(c.customer.acts), JSON.stringify(c.truth), c.customer.directoryAccess, c.history.map((e) => `${e.metadata.recordedAt} ${e.type} ${e.metadata.actor} ${JSON.stringify(e.data)}`).slice(-Number(process.env.LAST ?? 60)).join('\n'), c.ledger.map((l) => JSON.stringify(l)).join('\n'), JSON.stringify(c.toDos));
  console.log(ending.calls.slice(0, 25).map((x) => x.join(' ')).join('\n'));
}, 600000);
