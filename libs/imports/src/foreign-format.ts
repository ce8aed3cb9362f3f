import { ImportFileFault } from './import-file-fault.ts';

const SAVE_AS_CSV = 'Open it in Excel, choose "Save as" with the type "CSV UTF-8 (Comma delimited)", and send that file.';

const SIGNATURES: readonly { readonly begins: readonly number[]; readonly what: string; readonly hint: string }[] = [
  { begins: [0x50, 0x4b, 0x03, 0x04], what: 'This is an Excel workbook (or another ZIP archive), not a CSV file.', hint: SAVE_AS_CSV },
  { begins: [0xd0, 0xcf, 0x11, 0xe0], what: 'This is an Excel workbook of the old kind (.xls), not a CSV file.', hint: SAVE_AS_CSV },
  { begins: [0x1f, 0x8b], what: 'This file is compressed with gzip.', hint: 'Unpack it and send the CSV file itself.' },
  {
    begins: [0x25, 0x50, 0x44, 0x46],
    what: 'This is a PDF document, not a CSV file.',
    hint: 'Send the table that it was printed from, saved as CSV UTF-8.',
  },
];

/** How many first bytes `rejectForeignFormat` wants to see. */
export const SIGNATURE_BYTES = 4;

/** Throws `not-a-csv` when the first bytes are those of a format that people send by mistake. */
export function rejectForeignFormat(head: Uint8Array): void {
  const found = SIGNATURES.find(({ begins }) => begins.every((byte, index) => head[index] === byte));
  if (found) throw new ImportFileFault('not-a-csv', found.what, found.hint, { line: 1 });
}
