export { type ImportCommand, type ImportProgress, importDecider } from './import-decider.ts';
export { createImportSpool, type ImportSpool } from './import-spool.ts';
export { createImporting, type Importing, type ImportingOptions, type ReceiveOptions } from './importing.ts';
