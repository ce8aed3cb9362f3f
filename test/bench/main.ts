import { execFileSync, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { Command } from 'commander';
import Table from 'cli-table3';
import type { Figure } from './figure.ts';
import { FIGURES } from './figures/index.ts';
import type { Measured } from './measure-figure.ts';
import { HEADINGS, type MeasuredFigure, type Surroundings, jsonOf, rowsOf } from './report.ts';

const GIGABYTE = 1024 ** 3;

/** Each figure has a process to itself: none inherits another's heap, and one that fails takes no other with it. */
async function measured(figure: Figure, quick: boolean): Promise<MeasuredFigure> {
  const start = performance.now();
  const child = fork(new URL('./measure-figure.js', import.meta.url), [figure.name, quick ? 'quick' : 'full'], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  let answer: Measured | undefined;
  child.on('message', (message) => (answer = message as Measured));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  const seconds = (performance.now() - start) / 1_000;
  if (!answer) return { figure, seconds, fault: `its process ended with ${code ?? 'a signal'}` };
  return { figure, seconds, ...answer };
}

function surroundings(quick: boolean, loadBefore: number): Surroundings {
  const [processor] = cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? '',
    machine: {
      processors: cpus().length,
      model: processor?.model ?? '',
      memoryGb: Math.round(totalmem() / GIGABYTE),
      loadBefore,
      loadAfter: loadavg()[0]!,
    },
    quick,
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

function show({ figure, seconds, ...rest }: MeasuredFigure): void {
  const table = new Table({
    head: [...HEADINGS],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
  });
  for (const row of rowsOf({ figure, seconds, ...rest })) table.push([...row]);
  console.log(`\n${figure.name}: ${figure.title} (${seconds.toFixed(0)} s)\n${table.toString()}`);
}

async function run({ only, quick, out }: { readonly only?: string[]; readonly quick: boolean; readonly out: string }): Promise<void> {
  const unknown = only?.filter((name) => !FIGURES.some((figure) => figure.name === name)) ?? [];
  if (unknown.length > 0) {
    console.error(`There is no figure ${unknown.join(', ')}. There are: ${FIGURES.map((figure) => figure.name).join(', ')}.`);
    process.exitCode = 1;
    return;
  }
  const loadBefore = loadavg()[0]!;
  const done: MeasuredFigure[] = [];
  for (const figure of FIGURES.filter(({ name }) => !only || only.includes(name))) {
    const result = await measured(figure, quick);
    done.push(result);
    show(result);
  }
  const around = surroundings(quick, loadBefore);
  writeFileSync(out, jsonOf(around, done));
  const { machine } = around;
  console.log(
    `\n${machine.processors} × ${machine.model}, ${machine.memoryGb} GB, Node.js ${around.node}, SQLite ${around.sqlite}, commit ${around.commit}; written to ${out}`,
  );
  if (machine.loadBefore > machine.processors / 2) {
    console.log(
      `The machine was in use before the run (load ${machine.loadBefore.toFixed(1)} on ${machine.processors} processors): only the ratios count.`,
    );
  }
  if (quick) console.log('A quick run: it shows that everything runs, and judges nothing.');
}

const program = new Command('bench')
  .description('Measures the figures of the design, each beside its limit or a peer in the same run')
  .option('--only <names...>', 'only these figures')
  .option('--quick', 'small inputs and one round', false)
  .option('--out <path>', 'where the results go, as JSON', 'bench-results.json');
program.parse();
await run(program.opts());
