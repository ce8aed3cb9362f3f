/** What a product stands on, beside its data folder, for as long as the tests of one file run. */
export interface ProductEngines {
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

type Start = () => Promise<ProductEngines>;

const embedded: Start = () => Promise.resolve({ settings: {}, close: () => Promise.resolve() });

let chosen = embedded;

/** For the products of this test file; without it they stand on their own files. */
export function chooseEngines(start: Start): void {
  chosen = start;
}

export function startChosenEngines(): Promise<ProductEngines> {
  return chosen();
}
