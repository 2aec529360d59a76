/** `faces.json`: how a model that was trained on aligned faces finds a face in an image it has not seen. */
import * as v from 'valibot';
import { UserError } from '../../../contract';
import type { FaceFinder } from '../../images/alignment/align';

const numbers = v.array(v.pipe(v.number(), v.finite()));
const triple = v.strictTuple([v.number(), v.number(), v.number()]);
const template = v.pipe(
  v.object({ columns: v.number(), rows: v.number(), data: numbers }),
  v.transform(({ data, ...shape }) => ({ ...shape, data: Float32Array.from(data) })),
);
const schema = v.object({
  head: template,
  face: template,
  prior: v.object({ mean: triple, spread: triple }),
  shrink: v.number(),
  /** Models made before it was measured look everywhere. */
  sure: v.optional(v.number(), 1),
}) satisfies v.GenericSchema<unknown, FaceFinder>;

export function encodeFaces(finder: FaceFinder): Uint8Array {
  const text = JSON.stringify(finder, (_, value: unknown) =>
    value instanceof Float32Array ? Array.from(value) : value,
  );
  return new TextEncoder().encode(text + '\n');
}

/** @throws UserError `bad-model` */
export function decodeFaces(bytes: Uint8Array, where: string): FaceFinder {
  try {
    return v.parse(schema, JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw new UserError('bad-model.faces-invalid', { where });
  }
}
