/** Any ONNX decoder: what it takes and gives is found by looking and by one probe run. */
import type { InferenceSession, Tensor } from '../onnxruntime';
import { type DecoderLayout, UserError } from '../../contract';
import { counted } from '../text';
import { normals, random } from '../maths/random';
import { lastOperator } from './graph';
import { guessRange, guessShape } from './tensor-layout';
import { type ExtraInput, FEEDABLE, type Feeding, Network } from './network';

/** Codes of the probe run; a decoder of fixed batch gets as many as it takes. */
const PROBES = 16;

/** A decoder that is understood: give `latentSize` numbers, get an image of `layout` in `output`. */
export interface DescribedDecoder {
  network: Network;
  latentSize: number;
  output: string;
  layout: DecoderLayout;
}

/**
 * @param onnx the file's bytes
 * @param corrected replaces what would be guessed
 * @throws UserError `bad-model` when it is no image decoder, `bad-settings` when `corrected` does not fit
 */
export async function describeDecoder(
  session: InferenceSession,
  onnx: Uint8Array,
  where: string,
  corrected?: DecoderLayout,
): Promise<DescribedDecoder> {
  const { feeding, latentSize } = describeInputs(session.inputMetadata, where);
  const extraNames = feeding.extras.map(({ name }) => name);
  const unknown = Object.keys(corrected?.extraInputs ?? {}).find((name) => !extraNames.includes(name));
  if (unknown !== undefined) {
    throw new UserError('bad-settings', `"${where}" has no input "${unknown}" beside the code. Correct the layout.`);
  }
  for (const extra of feeding.extras) extra.value = corrected?.extraInputs[extra.name] ?? 0;

  const network = new Network(session, feeding, where);
  const rows = feeding.fixedRows ?? PROBES;
  const codes = normals(rows * latentSize, random(0, 'probe'));
  const names = session.outputMetadata.filter((output) => output.isTensor && isReadable(output.type)).map(nameOf);
  const outputs = names.length > 0 ? await network.run(codes, rows, names) : [];
  const shapes = outputs.map(({ data, dims }) =>
    corrected ? volume(corrected) === data.length / rows && corrected : guessShape(dims, data),
  );
  const chosen = shapes.findIndex(Boolean);
  const shape = shapes[chosen];
  if (!shape) throw noImage(where, session.outputMetadata, corrected);

  const { data } = outputs[chosen];
  if (!data.every(Number.isFinite)) {
    throw new UserError('bad-model', `"${where}" gives numbers that are not finite, even for ordinary codes.`);
  }
  const layout = corrected ?? {
    ...shape,
    range: guessRange(lastOperator(onnx, names[chosen]), data),
    extraInputs: Object.fromEntries(extraNames.map((name) => [name, 0])),
  };
  return { network, latentSize, output: names[chosen], layout };
}

type Metadata = InferenceSession.ValueMetadata;
type Tensored = InferenceSession.TensorValueMetadata;

const nameOf = ({ name }: Metadata) => name;
const volume = ({ width, height, channels }: DecoderLayout) => width * height * channels;
const isReadable = (type: Tensor.Type) => ['float32', 'uint8', 'float64'].includes(type);

/**
 * The code is the input whose name says so, otherwise the first of 32-bit floats. Its first dimension is the batch, the
 * others together are the code: `[N, d]`, `[N, d, 1, 1]`; a code without a batch, `[d]`, is fed one at a time.
 */
function describeInputs(inputs: readonly Metadata[], where: string): { feeding: Feeding; latentSize: number } {
  const tensors = inputs.filter((input): input is Tensored => input.isTensor);
  const floats = tensors.filter(({ type, shape }) => type === 'float32' && shape.length > 0);
  const code = floats.find(({ name }) => /^(z|w|latents?|codes?)$|latent|noise/i.test(name)) ?? floats[0];
  if (!code) {
    throw new UserError(
      'bad-model',
      `"${where}" has no input of 32-bit floats that could be a code (it takes ${signature(inputs)}). Export the decoder in float32.`,
    );
  }
  const batched = code.shape.length > 1;
  const [batch, ...sizes] = batched ? code.shape : [1, ...code.shape];
  if (sizes.some((size) => typeof size !== 'number' || size < 1)) {
    throw new UserError(
      'bad-model',
      `"${where}" does not say how many numbers a code has (it takes ${signature([code])}). Export it with only the batch size left open.`,
    );
  }
  const fixed = sizes as number[];
  const latentSize = fixed.reduce((a, b) => a * b, 1);
  if (fixed.length > 1 && fixed.filter((size) => size > 1).length > 1) {
    throw new UserError(
      'bad-model',
      `"${where}" takes ${signature([code])}, which looks like an image, not a code. Choose the decoder's file rather than the encoder's.`,
    );
  }

  const extras = tensors
    .filter((input) => input !== code)
    .map(({ name, type, shape }): ExtraInput => {
      if (!FEEDABLE.includes(type)) {
        throw new UserError('bad-model', `"${where}" needs an input "${name}" of type ${type}, which cannot be given.`);
      }
      // An open dimension is the batch where it comes first or is called like the code's.
      const dims = (rows: number) =>
        shape.map((dim, k) => (typeof dim === 'number' ? dim : k === 0 || dim === batch ? rows : 1));
      return { name, type, dims, value: 0 };
    });
  const feeding: Feeding = {
    input: code.name,
    dims: (rows) => (batched ? [rows, ...fixed] : fixed),
    fixedRows: typeof batch === 'number' ? batch : null,
    extras,
  };
  return { feeding, latentSize };
}

const signature = (values: readonly Metadata[]): string =>
  values
    .map((value) => (value.isTensor ? `"${value.name}" ${value.type} [${value.shape.join(', ')}]` : `"${value.name}"`))
    .join(' and ') || 'nothing';

function noImage(where: string, outputs: readonly Metadata[], corrected?: DecoderLayout): UserError {
  if (!corrected) {
    return new UserError(
      'bad-model',
      `"${where}" gives ${signature(outputs)}, which is no square grey or RGB image. Choose a decoder, or correct its layout.`,
    );
  }
  const { width, height, channels } = corrected;
  return new UserError(
    'bad-settings',
    `"${where}" gives ${signature(outputs)}, which does not fit ${width}×${height} pixels with ${counted(channels, 'channel')}. Correct the layout.`,
  );
}
