/** Encoders. That of a model folder: images → the mean of their posterior, and its log-variance where there is one. */
import { UserError } from '../../contract';
import type { Manifest } from './files/manifest';
import { heightOf } from '../maths/rectangle';
import { Network } from './network';
import type { Session } from './session';

export interface Encoder {
  /**
   * @param images `[count, channels, height, width]`, 0..1
   * @returns the posterior's mean (an AE's code) and log-variance (null for an encoder without), `[count, latentSize]` each
   * @throws UserError `bad-model` when it fails
   */
  encode(images: Float32Array, count: number): Promise<Encoded>;
  release(): Promise<void>;
}

export interface Encoded {
  mu: Float32Array;
  logVar: Float32Array | null;
}

/** @throws UserError `bad-model` when it does not take the model's images or gives other codes */
export function describeEncoder(session: Session, { image, latentSize }: Manifest, where: string): Encoder {
  const [input, ...others] = session.inputMetadata;
  const names = session.outputMetadata.map(({ name }) => name);
  const mu = names.find((name) => name === 'mu') ?? names[0];
  const logVar = names.find((name) => name === 'log_var');
  const expected = [image.channels, heightOf(image), image.size];
  const code = session.outputMetadata.find(({ name }) => name === mu);
  const fits =
    input?.isTensor &&
    others.length === 0 &&
    input.type === 'float32' &&
    input.shape.length === 4 &&
    input.shape.slice(1).every((dim, i) => typeof dim === 'string' || dim === expected[i]) &&
    code?.isTensor &&
    code.type === 'float32' &&
    [latentSize, undefined].includes(code.shape.filter((dim) => typeof dim === 'number').at(-1));
  if (!fits) {
    throw new UserError('bad-model.encoder-sizes', { where, image: expected.join('×'), latentSize });
  }
  const [batch] = input.shape;
  const feeding = {
    input: input.name,
    type: input.type,
    repeat: 1,
    dims: (rows: number) => [rows, ...expected],
    fixedRows: typeof batch === 'number' ? batch : null,
    extras: [],
  };
  const network = new Network(session, feeding, where);
  return {
    async encode(images, count) {
      const [means, spreads] = await network.run(images, count, logVar ? [mu, logVar] : [mu]);
      return { mu: means.data, logVar: spreads?.data ?? null };
    },
    release: () => network.release(),
  };
}
