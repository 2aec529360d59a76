/** What is known of faces, a value a face: the folders their files lie in, and the columns of a table. */
import { csvParseRows, tsvParseRows } from 'd3-dsv';

export interface Column {
  name: string;
  /** One for each face; empty where there is none. */
  values: string[];
}

/** A table as it was opened. */
export interface Table {
  /** The file's name. */
  name: string;
  text: string;
}

/** Rows by which it is found out which column names the faces. */
const LOOKED_AT = 200;

/** The folder of each file, below the folder trained on. */
export const foldersOf = (names: readonly string[]): string[] =>
  names.map((name) => name.split(/[/\\]/).slice(0, -1).join('/'));

/**
 * A table with a row an image, between commas or tabs. Rows are found by the file's name, with or without folder and
 * ending, or by the face's number in a column called `face`.
 * @param names of the faces' files; null where they are not known
 * @returns its other columns, and how many faces have a row; none where the text is no such table
 */
export function readTable(
  text: string,
  names: readonly string[] | null,
  count: number,
): { columns: Column[]; found: number } {
  const plain = text.replace(/^\uFEFF/, '');
  const firstLine = plain.slice(0, (plain.indexOf('\n') + 1 || plain.length + 1) - 1);
  const [columns = [], ...rows] = firstLine.includes('\t') ? tsvParseRows(plain) : csvParseRows(plain);
  const key = keyColumn(columns, rows, names);
  if (key === null) return { columns: [], found: 0 };
  const faceOf = columns[key] === 'face' ? (value: string) => numberOf(value, count) : finder(names!);
  const byFace = new Map<number, string[]>();
  for (const row of rows) {
    const face = faceOf(row[key] ?? '');
    if (face !== null) byFace.set(face, row);
  }
  const valuesOf = (k: number) => Array.from({ length: count }, (_, face) => byFace.get(face)?.[k]?.trim() ?? '');
  const others = columns.flatMap((name, k) => (k === key ? [] : [{ name, values: valuesOf(k) }]));
  return { columns: others, found: byFace.size };
}

/** The column that says whose row it is: the one by whose values most rows find their face. */
function keyColumn(
  columns: readonly string[],
  rows: readonly string[][],
  names: readonly string[] | null,
): number | null {
  if (columns.includes('face')) return columns.indexOf('face');
  if (!names) return null;
  const find = finder(names);
  const hits = columns.map((_, k) => rows.slice(0, LOOKED_AT).filter((row) => find(row[k] ?? '') !== null).length);
  const most = Math.max(0, ...hits);
  return most > 0 ? hits.indexOf(most) : null;
}

/** Finds faces by their files' names: whole, without the folder, or without the ending as well; the first that fits. */
function finder(names: readonly string[]): (name: string) => number | null {
  const known = new Map<string, number>();
  const forms = (name: string) => {
    const base = name.split(/[/\\]/).at(-1)!;
    return [name, base, base.replace(/\.[^.]*$/, '')];
  };
  names.forEach((name, face) => {
    for (const form of forms(name)) if (!known.has(form)) known.set(form, face);
  });
  return (name) => {
    for (const form of name ? forms(name.trim()) : []) if (known.has(form)) return known.get(form)!;
    return null;
  };
}

function numberOf(text: string, count: number): number | null {
  const number = Number(text);
  return text.trim() !== '' && Number.isInteger(number) && number >= 0 && number < count ? number : null;
}
