/** Traits from what is known of the images: the folders they lie in, or a table. */
import { csvParseRows } from 'd3-dsv';
import type { TraitSides } from '../../../main/contract';

export interface Labelled extends TraitSides {
  name: string;
}

/** Values of a column that make a trait each. */
const MOST_VALUES = 24;
/** Shares of the faces at either end of a column of numbers. */
const END = 1 / 3;
/** Rows by which it is found out which column names the faces. */
const LOOKED_AT = 200;
/** Traits from one table or folder. */
const MOST_TRAITS = 60;

/** A trait for each folder, against all other faces. @param names of the faces' files */
export function folderTraits(names: readonly string[]): Labelled[] {
  const folders = names.map((name) => name.split(/[/\\]/).slice(0, -1).join('/'));
  return valueTraits('', folders);
}

/**
 * Traits from a table with a row an image: one for a column with two values, one for each value of a column of words, and
 * one for the ends of a column of numbers. Rows are found by the file's name, with or without folder and ending, or by
 * the face's number in a column called `face`.
 * @param names of the faces' files; null where they are not known
 * @returns the traits, and how many faces have a row; none where the text is no such table
 */
export function tableTraits(
  text: string,
  names: readonly string[] | null,
  count: number,
): { traits: Labelled[]; found: number } {
  const [columns = [], ...rows] = csvParseRows(text.replace(/^\uFEFF/, ''));
  const key = keyColumn(columns, rows, names);
  if (key === null) return { traits: [], found: 0 };
  const faceOf = columns[key] === 'face' ? (value: string) => numberOf(value, count) : finder(names!);
  const byFace = new Map<number, string[]>();
  for (const row of rows) {
    const face = faceOf(row[key] ?? '');
    if (face !== null) byFace.set(face, row);
  }
  const traits = columns.flatMap((column, k) =>
    k === key ? [] : columnTraits(column, count, (face) => byFace.get(face)?.[k]?.trim() ?? ''),
  );
  return { traits: traits.slice(0, MOST_TRAITS), found: byFace.size };
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

function columnTraits(column: string, count: number, valueOf: (face: number) => string): Labelled[] {
  const values = Array.from({ length: count }, (_, face) => valueOf(face));
  const numbers = values.map((value) => (value === '' ? NaN : Number(value)));
  const given = values.filter((value) => value !== '');
  if (given.length === 0 || !given.every((value) => Number.isFinite(Number(value)))) return valueTraits(column, values);
  const sorted = numbers.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  // of two values the larger one means that it is there: 0 and 1, or −1 and 1
  const low = sorted[Math.floor(END * (sorted.length - 1))];
  const high = sorted[Math.ceil((1 - END) * (sorted.length - 1))];
  const two = new Set(sorted).size === 2;
  const has = (face: number) => (two ? numbers[face] === sorted.at(-1) : numbers[face] >= high && high > low);
  const lacks = (face: number) => (two ? numbers[face] === sorted[0] : numbers[face] <= low);
  return sided(column, where(count, has), where(count, lacks));
}

function valueTraits(column: string, values: readonly string[]): Labelled[] {
  const known = [...new Set(values)].filter((value) => value !== '').sort();
  if (known.length < 2 || known.length > MOST_VALUES) return [];
  return known.flatMap((value) =>
    sided(
      column ? `${column}: ${value}` : value,
      where(values.length, (face) => values[face] === value),
      where(values.length, (face) => values[face] !== value && values[face] !== ''),
    ),
  );
}

const where = (count: number, has: (face: number) => boolean) =>
  Uint32Array.from({ length: count }, (_, face) => face).filter(has);

const sided = (name: string, withIt: Uint32Array, without: Uint32Array): Labelled[] =>
  withIt.length > 0 && without.length > 0 ? [{ name: name.slice(0, 80), withIt, without }] : [];
