export { IMPORT_COLUMNS, type ImportColumn } from './import-columns.ts';
export { ImportFileFault, type ImportFileFaultCode } from './import-file-fault.ts';
export type { BrokenRow, ImportRow, ReadableRow } from './import-row.ts';
export { checkImportFile, readImport } from './read-import.ts';
export type { RowFault } from './row-fault.ts';
