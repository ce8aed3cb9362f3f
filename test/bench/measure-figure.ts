import type { Measurement, Scale } from './figure.ts';
import { FIGURES } from './figures/index.ts';

/** What a figure's own process sends back. */
export interface Measured {
  readonly measurements: readonly Measurement[];
}

/** Measures the figure that is named, and sends what came of it to the process that asked. */
async function measure(name: string, scale: Scale): Promise<void> {
  const figure = FIGURES.find((candidate) => candidate.name === name);
  if (!figure) throw new Error(`there is no figure ${name}`);
  const measured: Measured = { measurements: await figure.measure(scale) };
  await new Promise((sent) => process.send?.(measured, sent));
  process.disconnect();
}

await measure(process.argv[2]!, { quick: process.argv[3] === 'quick' });
