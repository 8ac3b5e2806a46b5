import { printable, type Ink, type Style } from './ink.ts';

export interface Column<Row> {
  title: string;
  value: (row: Row) => string | number;
  style?: (row: Row) => Style;
  align?: 'right';
}

/** Rows under titles, each column as wide as its widest cell; the last one may be cut to `columns`. */
export function table<Row>(ink: Ink, columns: readonly Column<Row>[], rows: readonly Row[], width = Infinity): string {
  const cells = rows.map((row) => columns.map((column) => printable(String(column.value(row)))));
  const widths = columns.map((column, at) =>
    Math.max(column.title.length, ...cells.map((cell) => cell[at]?.length ?? 0)),
  );
  const offsets = widths.map((_, at) => widths.slice(0, at).reduce((sum, each) => sum + each + 2, 0));

  const layOut = (values: readonly string[], styleOf: (column: Column<Row>) => Style): string =>
    columns
      .map((column, at) => {
        const isLast = at === columns.length - 1;
        const text = isLast ? cut(values[at] ?? '', width - (offsets[at] ?? 0)) : (values[at] ?? '');
        const room = ' '.repeat(Math.max(0, (widths[at] ?? 0) - text.length));
        const painted = ink(styleOf(column), text);
        if (column.align === 'right') return room + painted;
        return isLast ? painted : painted + room;
      })
      .join('  ')
      .trimEnd();

  const head = layOut(
    columns.map((column) => column.title),
    () => 'faint',
  );
  return [head, ...rows.map((row, at) => layOut(cells[at] ?? [], (column) => column.style?.(row) ?? 'plain'))].join(
    '\n',
  );
}

/** Text of at most so many characters, with an ellipsis where it was cut. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
