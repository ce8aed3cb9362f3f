import { EngineFault } from '../engines/engine-fault.ts';
import type { Figure, Measurement, Scale } from './figure.ts';
import { FIGURES } from './figures/index.ts';

/** What a figure's own process sends back. */
export type Measured =
  | { readonly measurements: readonly Measurement[] }
  /** An engine that the figure needs cannot be had on this machine: why, and what to do about it. */
  | { readonly missing: string };

async function measuredOrMissing(figure: Figure, scale: Scale): Promise<Measured> {
  try {
    return { measurements: await figure.measure(scale) };
  } catch (error) {
    if (error instanceof EngineFault) return { missing: error.message };
    throw error;
  }
}

/** Measures the figure that is named, and sends what came of it to the process that asked. */
async function measure(name: string, scale: Scale): Promise<void> {
  const figure = FIGURES.find((candidate) => candidate.name === name);
  if (!figure) throw new Error(`there is no figure ${name}`);
  const measured = await measuredOrMissing(figure, scale);
  await new Promise((sent) => process.send?.(measured, sent));
  process.disconnect();
}

await measure(process.argv[2]!, { quick: process.argv[3] === 'quick' });
