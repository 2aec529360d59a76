/**
 * `family.json` of a folder of VAEs that differ in β alone, each a model folder without codes: which they are, and what
 * was measured of each.
 */
import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../../contract';
import { readFailure, readText } from '../files';

export const FAMILY = 'family.json';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const estimate = v.object({ value: amount, interval: v.nullable(v.strictTuple([amount, amount])), count: whole });

const schema = v.object({
  format: v.literal(1),
  /** The synthetic faces it was measured on, which no member was trained on. */
  faces: v.object({ seed: whole, first: whole, count: whole }),
  realDistance: estimate,
  members: v.pipe(
    v.array(
      v.object({
        folder: v.pipe(v.string(), v.regex(/^[\w-][\w.-]*$/)),
        beta: amount,
        rate: estimate,
        distortion: estimate,
        klPerDimension: v.array(amount),
        activeUnits: estimate,
        sampleDistance: estimate,
      }),
    ),
    v.minLength(2),
    v.check((members) => members.every(({ beta }, i) => i === 0 || beta > members[i - 1].beta), 'β does not rise'),
  ),
});

export type FamilyFile = v.InferOutput<typeof schema>;

/** @returns null where there is no family @throws UserError `bad-model` | `no-access` */
export async function readFamily(folder: string): Promise<FamilyFile | null> {
  const file = path.join(folder, FAMILY);
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw readFailure(error, file);
  }
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (error) {
    throw new UserError('bad-model.family-invalid', { file, detail: (error as Error).message });
  }
}
