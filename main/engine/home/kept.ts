/** JSON files in the app's data folder: what people would miss, but the app can do without. */
import path from 'node:path';
import * as v from 'valibot';
import { makeFolder, readText, save } from '../files';

/** What is kept in `file`; null when there is none, or when it does not fit `schema` (reported on the terminal). */
export async function readKept<Kept>(file: string, schema: v.GenericSchema<unknown, Kept>): Promise<Kept | null> {
  try {
    return v.parse(schema, JSON.parse(await readText(file)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      console.warn(`"${file}" cannot be understood and will be written anew: ${(error as Error).message}`);
    }
    return null;
  }
}

/** Keeps `content` in `file`, whose folder may not exist yet. @throws UserError as `save` */
export async function keep(file: string, content: unknown): Promise<void> {
  await makeFolder(path.dirname(file));
  await save(file, new TextEncoder().encode(JSON.stringify(content) + '\n'));
}
