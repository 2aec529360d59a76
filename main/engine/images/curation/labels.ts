/** What the place of an image, or a table beside it, says of it. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readText } from '../../files';

/** A table with more values in a column says nothing about many images at once. */
const MOST_VALUES = 20;
/** Tables are small beside their images. */
const MOST_BYTES = 64e6;

/** Labels of each file, in the order of `files`: its folders, then the columns of CSV files at the top of the folder. */
export async function labelsOf(folder: string, files: readonly string[]): Promise<string[][]> {
  const tables = await tablesIn(folder);
  return files.map((file) => {
    const folders = file.split('/').slice(0, -1);
    const rows = tables.map((table) => table.get(file.normalize()) ?? table.get(path.posix.basename(file).normalize()));
    return [...folders, ...rows.flatMap((row) => row ?? [])];
  });
}

/** By the name of a file, what a table says of it: `column: value`, for columns of few values. */
async function tablesIn(folder: string): Promise<Map<string, string[]>[]> {
  const names = (await readdir(folder)).filter((name) => /\.csv$/i.test(name));
  const tables = names.map(async (name) => {
    const text = await readText(path.join(folder, name), MOST_BYTES).catch(() => null); // too large, or not to be read
    return text === null ? null : tableOf(text);
  });
  return (await Promise.all(tables)).filter((table) => table !== null);
}

function tableOf(text: string): Map<string, string[]> | null {
  const [header, ...rows] = rowsOf(text);
  if (!header || rows.length === 0) return null;
  const values = header.map((_, k) => new Set(rows.map((row) => row[k] ?? '')));
  // the column whose values are names of files
  const name = header.findIndex((_, k) => rows.slice(0, 20).every((row) => /\.\w{2,5}$/.test(row[k] ?? '')));
  if (name < 0) return null;
  const told = header.flatMap((_, k) => (k !== name && values[k].size > 1 && values[k].size <= MOST_VALUES ? [k] : []));
  return new Map(rows.map((row) => [row[name].normalize(), told.map((k) => `${header[k]}: ${row[k] ?? ''}`)]));
}

/** RFC 4180, with commas, semicolons or tabs. */
function rowsOf(text: string): string[][] {
  const [first] = text.replace(/^\ufeff/, '').split(/\r?\n/, 1);
  const separator = [',', ';', '\t'].sort((a, b) => first.split(b).length - first.split(a).length)[0];
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === separator) {
      row.push(field.trim());
      field = '';
    } else if (c === '\n') {
      rows.push([...row, field.trim()]);
      [row, field] = [[], ''];
    } else if (c !== '\ufeff') field += c;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field.trim()]);
  return rows.filter((each) => each.some((value) => value !== ''));
}
