/** Traits from what is known of the images: the folders they lie in, or a table. */
import type { TraitSides } from '../../../main/contract';
import { type Column, foldersOf, readTable } from '../faces/table';

export interface Labelled extends TraitSides {
  name: string;
}

/** Values of a column that make a trait each. */
const MOST_VALUES = 24;
/** Shares of the faces at either end of a column of numbers. */
const END = 1 / 3;
/** Traits from one table or folder. */
const MOST_TRAITS = 60;

/** A trait for each folder, against all other faces. @param names of the faces' files */
export const folderTraits = (names: readonly string[]): Labelled[] => valueTraits('', foldersOf(names));

/**
 * Traits from a table as `readTable` reads it: one for a column with two values, one for each value of a column of words,
 * and one for the ends of a column of numbers.
 */
export function tableTraits(
  text: string,
  names: readonly string[] | null,
  count: number,
): { traits: Labelled[]; found: number } {
  const { columns, found } = readTable(text, names, count);
  return { traits: columns.flatMap(columnTraits).slice(0, MOST_TRAITS), found };
}

function columnTraits({ name: column, values }: Column): Labelled[] {
  const count = values.length;
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
