/** `labels.json`: what was known of the images whose codes a model brings, in the order of the codes. */
import * as v from 'valibot';
import { UserError } from '../../../contract';

export const LABELS = 'labels.json';

/** Each label once, and the numbers of those of each image: many images share few. */
const schema = v.object({
  labels: v.array(v.string()),
  of: v.array(v.array(v.pipe(v.number(), v.integer(), v.minValue(0)))),
});

/** @param labels of each image, in order */
export function encodeLabels(labels: readonly (readonly string[])[]): Uint8Array {
  const all = [...new Set(labels.flat())];
  const number = new Map(all.map((label, i) => [label, i]));
  const of = labels.map((some) => some.map((label) => number.get(label)!));
  return new TextEncoder().encode(JSON.stringify({ labels: all, of }) + '\n');
}

/**
 * @param count of the codes
 * @param where the model's path, for the sentence
 * @throws UserError `bad-model`
 */
export function decodeLabels(bytes: Uint8Array, count: number, where: string): string[][] {
  try {
    const { labels, of } = v.parse(schema, JSON.parse(new TextDecoder().decode(bytes)));
    if (of.length === count && of.flat().every((i) => i < labels.length))
      return of.map((some) => some.map((i) => labels[i]));
  } catch {
    // the same sentence for all that is wrong with it
  }
  throw new UserError('bad-model.names-count', { where, file: LABELS, count });
}
