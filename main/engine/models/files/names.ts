/** `names.json`: the files whose codes a model brings, in the order of the codes. */
import * as v from 'valibot';
import { UserError } from '../../../contract';

export const NAMES = 'names.json';

const schema = v.array(v.string());

export const encodeNames = (names: readonly string[]): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(names) + '\n');

/**
 * @param count of the codes
 * @param where the model's path, for the sentence
 * @throws UserError `bad-model`
 */
export function decodeNames(bytes: Uint8Array, count: number, where: string): string[] {
  try {
    const names = v.parse(schema, JSON.parse(new TextDecoder().decode(bytes)));
    if (names.length === count) return names;
  } catch {
    // the same sentence for all that is wrong with it
  }
  throw new UserError('bad-model.names-count', { where, file: NAMES, count });
}
