import { expect, test } from '@jest/globals';
import { coloursFor } from './colours.ts';
import { type Column, textTable } from './text-table.ts';

interface Row {
  readonly name: string;
  readonly seats: number;
  readonly id: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', of: (row) => row.name, shrinksTo: 8 },
  { title: 'SEATS', of: (row) => String(row.seats), align: 'right' },
  { title: 'ID', of: (row) => row.id, leftOut: 1 },
];
const ROWS: readonly Row[] = [
  { name: 'Contoso Manufacturing', seats: 16, id: '0123456789' },
  { name: '日本語の会社です', seats: 1200, id: '9876543210' },
  { name: 'Evil\u001b[2J\nname\u202E', seats: 1, id: '5555555555' },
];

function drawn(width: number | null, rows = ROWS): string {
  return `\n${textTable(rows, COLUMNS, { width, colours: coloursFor(false) })}\n`;
}

test('off a terminal it is as wide as it is', () => {
  expect(drawn(null)).toBe(`
NAME                   SEATS  ID
Contoso Manufacturing     16  0123456789
日本語の会社です        1200  9876543210
Evil [2J name              1  5555555555
`);
});

test('what can shrink shrinks, by the columns that signs take', () => {
  expect(drawn(34)).toBe(`
NAME             SEATS  ID
Contoso Manufa…     16  0123456789
日本語の会社で…   1200  9876543210
Evil [2J name        1  5555555555
`);
});

test('what is too much is left out', () => {
  expect(drawn(20)).toBe(`
NAME           SEATS
Contoso Manu…     16
日本語の会社…   1200
Evil [2J nam…      1
`);
});

test('nothing but titles without rows', () => {
  expect(drawn(80, [])).toBe('\nNAME  SEATS  ID\n');
});
