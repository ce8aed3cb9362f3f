export { type LatestSummaries, summariesFromReadModels } from './latest-summaries.ts';
export { type RelayCheckpoint, type RelayOptions, runRelay } from './relay.ts';
export { Relaying, type RelayingOptions } from './relaying.ts';
