/** The encoder of a model folder: images → the mean of their posterior, and its log-variance where there is one. */
import type { InferenceSession } from '../onnxruntime';
import { UserError } from '../../contract';
import type { Manifest } from './files/manifest';
import { Network } from './network';

export interface Encoder {
  network: Network;
  /** Names of its outputs: `mu`, and `log_var` when the encoder gives one. */
  outputs: string[];
}

/** @throws UserError `bad-model` when it does not take the model's images or gives other codes */
export function describeEncoder(session: InferenceSession, { image, latentSize }: Manifest, where: string): Encoder {
  const [input, ...others] = session.inputMetadata;
  const mu = session.outputNames.find((name) => name === 'mu') ?? session.outputNames[0];
  const logVar = session.outputNames.find((name) => name === 'log_var');
  const expected = [image.channels, image.size, image.size];
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
  return { network: new Network(session, feeding, where), outputs: logVar ? [mu, logVar] : [mu] };
}
