/** A model as one file, to be sent to others and opened by a double click: its folder, zipped. */
import { zipSync } from 'fflate';
import { MANIFEST, type Source } from './source';

/**
 * @param source a model of ours; each of its files is checked against its sum
 * @returns the zip, as `zipSource` reads it
 * @throws UserError `bad-model` when a file is missing or not the one that was written
 */
export async function bundleModel(source: Source): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {
    [MANIFEST]: new TextEncoder().encode(JSON.stringify(source.manifest, null, 2)),
  };
  for (const file of Object.keys(source.manifest.files)) files[file] = (await source.read(file))!;
  // Weights and codes are numbers that hardly get smaller: more effort would buy a few per cent.
  return zipSync(files, { level: 1 });
}
