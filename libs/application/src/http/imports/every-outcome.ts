import type { QueryBus } from '@nestjs/cqrs';
import type { RowOutcome } from '#imports';
import { type ListImportRows as Wanted, cursorFromText } from '#read-models';
import { ListImportRows } from '../../queries/index.ts';

const ROWS_A_PAGE = 500;

/** The outcomes of an import, page by page: memory holds one of them. */
export async function* everyOutcome(
  queries: QueryBus,
  wanted: Pick<Wanted, 'importId' | 'outcome'>,
): AsyncGenerator<RowOutcome, void, undefined> {
  for (let afterLine = 0; ;) {
    const { items, nextCursor } = await queries.execute(new ListImportRows({ ...wanted, limit: ROWS_A_PAGE, afterLine }));
    // What the log keeps of a row is what the import made of it, without the row's number.
    for (const item of items) yield { row: item.line, ...item } as RowOutcome;
    const next = nextCursor === null ? undefined : cursorFromText(nextCursor);
    if (!next) return;
    afterLine = Number(next.after);
  }
}
