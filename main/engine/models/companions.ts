/** Files that belong to a model in another one: its encoder, the network that makes its codes. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

export interface Companion {
  file: string;
  /** Its name says that it belongs to the decoder. */
  named: boolean;
}

/** What decoders are called. */
const DECODER = /decoder|dec(?:ode)?(?=$|[^a-z])|generator|synthesis/i;

/**
 * The ONNX file that is called as `file` but for the word for what it is, in the same folder or in one beside it that is
 * called so (`vae_decoder/model.onnx`, `vae_encoder/model.onnx`; `decoder/decoder.onnx`, `encoder/encoder.onnx`); else the only one in the folder with such a word.
 * @param words what it may be called instead of a decoder, e.g. `encoder`
 */
export async function companionOf(file: string, words: readonly string[]): Promise<Companion | null> {
  const folder = path.dirname(file);
  const base = path.basename(file);
  const others = (await namesIn(folder)).filter((name) => name !== base && name.toLowerCase().endsWith('.onnx'));
  const called = (name: string, like: string) =>
    words.some((word) => name.toLowerCase() === like.toLowerCase().replace(DECODER, word));
  if (DECODER.test(base)) {
    const twin = others.find((name) => called(name, base));
    if (twin) return { file: path.join(folder, twin), named: true };
    // Beside several decoders it cannot be told whose it is.
    const some = others.filter((name) => words.some((word) => name.toLowerCase().includes(word)));
    if (some.length === 1 && !others.some((name) => DECODER.test(name))) {
      return { file: path.join(folder, some[0]), named: false };
    }
  }
  if (!DECODER.test(path.basename(folder))) return null;
  const beside = (await namesIn(path.dirname(folder))).find((name) => called(name, path.basename(folder)));
  if (beside === undefined) return null;
  const there = path.join(path.dirname(folder), beside);
  const inside = (await namesIn(there)).find((name) => name === base || called(name, base));
  return inside === undefined ? null : { file: path.join(there, inside), named: true };
}

/** A folder that may not be read has no companions. */
const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
