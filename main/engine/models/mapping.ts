/** The network before a decoder of styles, as StyleGAN has one: z, drawn from N(0, I), → w, the code that is flown through. */
import { normals, random } from '../maths/random';
import type { DescribedDecoder } from './foreign';
import { type Feeding, Network } from './network';
import type { Session } from './session';
import { CODE_TYPES } from './numbers';

export interface Mapping {
  /** `count` codes as the decoder has met them, `[count, latentSize]`. */
  draw(count: number, seed: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** N(0, I), `[count, size]`: where models without a mapping have their codes. */
export const priorCodes = (size: number, count: number, seed: number): Float32Array =>
  normals(count * size, random(seed, 'sample'));

/**
 * @returns null for a network that does not give the decoder's codes; the caller releases its session. `[N, layers, d]`,
 * the same style for every layer (w+), is read once.
 */
export async function describeMapping(
  session: Session,
  { latentSize }: DescribedDecoder,
  where: string,
): Promise<Mapping | null> {
  const [input, ...others] = session.inputMetadata;
  const [output] = session.outputMetadata;
  if (!input?.isTensor || !output?.isTensor || others.length > 0 || !CODE_TYPES.includes(input.type)) return null;
  const [batch, ...dims] = input.shape;
  if (dims.some((dim) => typeof dim !== 'number' || dim < 1)) return null;
  const sizes = dims as number[];
  const size = sizes.reduce((a, b) => a * b, 1);
  const feeding: Feeding = {
    input: input.name,
    type: input.type,
    repeat: 1,
    dims: (rows) => [rows, ...sizes],
    fixedRows: typeof batch === 'number' && batch > 0 ? batch : null,
    extras: [],
  };
  const network = new Network(session, feeding, where);
  const draw = async (count: number, seed: number): Promise<Float32Array> => {
    const [{ data }] = await network.run(priorCodes(size, count, seed), count, [output.name]);
    const width = data.length / count;
    if (width === latentSize) return data;
    const first = new Float32Array(count * latentSize);
    for (let row = 0; row < count; row++)
      first.set(data.subarray(row * width, row * width + latentSize), row * latentSize);
    return first;
  };
  const [{ data }] = await network.run(priorCodes(size, 2, 0), 2, [output.name]);
  if ((data.length / 2) % latentSize !== 0) return null;
  return { draw, release: () => network.release() };
}
