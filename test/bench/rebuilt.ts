import type { Product } from './product.ts';

const LOOK_MS = 5;

/** Resolves when a rebuild that begins now has taken over. */
export async function rebuilt({ service }: Product, look: () => void = () => undefined): Promise<void> {
  const { readModelRebuild } = service;
  for (readModelRebuild.begin(); readModelRebuild.view.state === 'running'; look())
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  if (readModelRebuild.view.state !== 'done')
    throw new Error(`the rebuild ${readModelRebuild.view.state}: ${readModelRebuild.view.detail ?? ''}`);
}
