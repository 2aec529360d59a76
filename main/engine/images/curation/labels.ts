/** What the place of an image, or a table beside it, says of it. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readWhole } from '../../files';

/** A table with more values in a column says nothing about many images at once. */
const MOST_VALUES = 20;
/** Tables are small beside their images. */
const MOST_BYTES = 64e6;

/** A file is named in a table by its path or its name alone, with its extension or without, however it is composed. */
const namesOf = (file: string): string[] => {
  const whole = file.normalize();
  const paths = [whole, whole.slice(0, whole.length - path.posix.extname(whole).length)];
  return [...new Set([...paths, ...paths.map((each) => path.posix.basename(each))])];
};
const nameIn = (cell: string): string =>
  cell
    .normalize()
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '');

/** Labels of each file, in the order of `files`: its folders, then the columns of CSV files at the top of the folder. */
export async function labelsOf(folder: string, files: readonly string[]): Promise<string[][]> {
  const tables = await tablesIn(folder, new Set(files.flatMap(namesOf)));
  return files.map((file) => {
    const folders = file.split('/').slice(0, -1);
    const names = namesOf(file);
    const rows = tables.map((table) => table.get(names.find((name) => table.has(name)) ?? ''));
    return [...folders, ...rows.flatMap((row) => row ?? [])];
  });
}

/** By the name of a file, what a table says of it: `column: value`, for columns of few values. */
async function tablesIn(folder: string, names: ReadonlySet<string>): Promise<Map<string, string[]>[]> {
  const found = (await readdir(folder)).filter((name) => /\.csv$/i.test(name)).sort();
  const tables = found.map(async (name) => {
    const bytes = await readWhole(path.join(folder, name), MOST_BYTES).catch(() => null); // too large, or not to be read
    return bytes === null ? null : tableOf(textOf(bytes), names);
  });
  return (await Promise.all(tables)).filter((table) => table !== null);
}

/** As spreadsheets save it: UTF-8 or UTF-16, and where it is neither, the Western letters of Windows. */
function textOf(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function tableOf(text: string, names: ReadonlySet<string>): Map<string, string[]> | null {
  const [header, ...rows] = rowsOf(text);
  if (!header || rows.length === 0) return null;
  const values = header.map((_, k) => new Set(rows.map((row) => row[k] ?? '')));
  // the column whose values are names of files
  const named = values.map((column) => [...column].filter((value) => names.has(nameIn(value))).length);
  const most = Math.max(...named);
  if (most === 0) return null;
  const name = named.indexOf(most);
  const told = header.flatMap((_, k) => (k !== name && values[k].size > 1 && values[k].size <= MOST_VALUES ? [k] : []));
  return new Map(rows.map((row) => [nameIn(row[name] ?? ''), told.map((k) => `${header[k]}: ${row[k] ?? ''}`)]));
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
