/** Any ONNX decoder: what it takes and gives is found by looking and by one probe run. */
import type { InferenceSession } from '../onnxruntime';
import { type DecoderFindings, type DecoderLayout, UserError } from '../../contract';
import { normals, random } from '../maths/random';
import { lastOperator, type OnnxGraph } from './graph';
import { CODE_TYPES, FEEDABLE, READABLE } from './numbers';
import { type ExtraInput, type Feeding, Network, type Output } from './network';
import type { Session } from './session';
import { channelsOf, guessRange, guessShape, isChannels, isPicture, type Shape } from './tensor-layout';

/** Codes of the probe run; a decoder of fixed batch gets as many as it takes. */
const PROBES = 16;
/** One alone cannot be told from others. */
const FEWEST_PROBES = 2;
/** Rows that a decoder may insist on: each picture costs as many. */
const MOST_ROWS = 1024;
/** Numbers of a code: a cloud holds hundreds of them. */
const MOST_NUMBERS = 1_000_000;
/** Rows that a decoder may take alone although it declares them open: those of its training. */
const INSIDE = [1, 2, 4, 8, 16, 32, 64, 100, 128, 256];
/** Numbers that the probe run may give: 16 pictures of 512×512. */
const PROBED_NUMBERS = 16 * 3 * 512 ** 2;

/** A decoder that is understood: give `latentSize` numbers, get an image of `layout` in `output`. */
export interface DescribedDecoder {
  network: Network;
  latentSize: number;
  output: string;
  layout: DecoderLayout;
  found: DecoderFindings;
}

type Metadata = InferenceSession.ValueMetadata;
type Tensored = InferenceSession.TensorValueMetadata;

/**
 * @param options.pictures its codes are pictures
 * @param corrected replaces what would be guessed
 * @throws UserError `bad-model` when it is no image decoder, `bad-settings` when `corrected` does not fit
 */
export async function describeDecoder(
  session: Session,
  graph: OnnxGraph,
  where: string,
  corrected: Partial<DecoderLayout> = {},
  { pictures = false } = {},
): Promise<DescribedDecoder> {
  const given = session.inputMetadata.filter((input): input is Tensored => input.isTensor);
  if (isDenoiser(given)) throw new UserError('bad-model.denoiser', { where });
  const [first, ...others] = closedInputs(given);
  const described = (inputs: readonly Tensored[]) => describe({ session, inputs, graph, where, corrected, pictures });
  let opening = described(first);
  for (const inputs of others) {
    opening = opening.catch((error: unknown) => {
      if (error instanceof UserError && error.key === 'bad-model.run-failed') return described(inputs);
      throw error;
    });
  }
  return opening;
}

/** What takes a time step and something with planes, whatever sizes those have. */
const isDenoiser = (inputs: readonly Tensored[]): boolean =>
  inputs.some(({ name }) => /^time_?steps?$/i.test(name)) && inputs.some(({ shape }) => shape.length === 4);

/** Pixels a side of a spatial code that leaves them open, and the numbers of each where those are open too. */
const OPEN_SIDE = 16;
const OPEN_CHANNELS = [4, 16, 8, 32, 3];

/** The inputs, or several readings of them where a code `[N, c, h, w]` leaves its sizes open, as decoders of diffusion models do. */
function closedInputs(inputs: readonly Tensored[]): Tensored[][] {
  const at = inputs.findIndex(({ name, shape }) => CODE_NAME.test(name) && shape.length === 4 && !isClosed(shape));
  if (at < 0) return [[...inputs]];
  const [batch, channels] = inputs[at].shape;
  const counts = typeof channels === 'number' ? [channels] : OPEN_CHANNELS;
  return counts.map((count) => inputs.with(at, { ...inputs[at], shape: [batch, count, OPEN_SIDE, OPEN_SIDE] }));
}

const isClosed = ([, ...sizes]: Tensored['shape']): boolean =>
  sizes.every((size) => typeof size === 'number' && size > 0);

interface Asked {
  session: Session;
  inputs: readonly Tensored[];
  graph: OnnxGraph;
  where: string;
  corrected: Partial<DecoderLayout>;
  pictures: boolean;
}

async function describe({ session, inputs, graph, where, corrected, pictures }: Asked): Promise<DescribedDecoder> {
  const outputs = session.outputMetadata.filter((output): output is Tensored => output.isTensor);
  const { code, feeding, latentSize } = describeInputs(inputs, where, corrected);
  const readable = outputs.filter(({ type }) => READABLE.includes(type)).map(({ name }) => name);
  if (corrected.output !== undefined && !readable.includes(corrected.output)) {
    throw new UserError('bad-settings.decoder-output', { where, name: corrected.output, outputs: signature(outputs) });
  }
  const names = corrected.output !== undefined ? [corrected.output] : readable;

  const probe = await probed(session, feeding, latentSize, where, names);
  if (!pictures) refuseOthers({ code, outputs, probe, names, latentSize }, where);
  const chosen = choosePicture(names, probe.outputs, probe.rows, corrected);
  if (!chosen) throw noImage(where, outputs, probe.outputs, corrected);
  const { name, shape } = chosen;
  let { data } = chosen;

  // A truncation of 0 gives one picture for all codes.
  if (alike(data, probe.rows) && corrected.extraInputs === undefined) {
    const floats = feeding.extras.filter(
      ({ type, oneHot, value }) => type.startsWith('float') && !oneHot && value === 0,
    );
    for (const extra of floats) extra.value = 1;
    const [again] = floats.length > 0 ? await probe.network.run(probe.codes, probe.rows, [name]) : [];
    if (again && !alike(again.data, probe.rows)) ({ data } = again);
    else for (const extra of floats) extra.value = 0;
  }
  if (!data.every(Number.isFinite)) {
    throw new UserError('bad-model.not-finite', { where });
  }
  const type = outputs.find((output) => output.name === name)!.type;
  const layout: DecoderLayout = {
    ...shape,
    range: guessRange(type, lastOperator(graph, name), data, shape.channels),
    colours: 'RGB',
    input: code.name,
    output: name,
    ...corrected,
    extraInputs: Object.fromEntries(feeding.extras.map(({ name: extra, value }) => [extra, value])),
  };
  const isCode = ({ type: of, shape: dims }: Tensored) => CODE_TYPES.includes(of) && dims.length > 0;
  const found: DecoderFindings = {
    inputs: inputs.filter(isCode).map((input) => input.name),
    outputs: readable,
    alike: alike(data, probe.rows),
    classes: Object.fromEntries(
      feeding.extras
        .filter(({ type: of, oneHot }) => oneHot || /^u?int/.test(of))
        .map(({ name: extra, oneHot, dims }) => [extra, oneHot ? dims(1).at(-1)! : null]),
    ),
  };
  return { network: probe.network, latentSize, output: name, layout, found };
}

/** A guess of what an input is for, by its name. */
const CODE_NAME = /^(z|w|ws|latents?|latent_?(vector|code|dim)?|codes?|embedding)$|latent|^z[_.]/i;
/** A code where nothing else is: beside one, what a generator scatters over its layers. */
const NOISE_NAME = /noise/i;
const OTHER_NAME =
  /psi|trunc|label|class|cond|^c$|^y$|one_?hot|timestep|^t$|temperature|strength|scale|mask|seed|attr/i;
const CLASS_NAME = /label|class|cond|^c$|^y$|one_?hot|attr/i;
const ONE_NAME = /psi|trunc|strength|scale|gain|temperature/i;

/**
 * The code is the input whose name says so, otherwise the largest one of floats whose name says nothing else. Its first
 * dimension is the batch, the others together are the code: `[N, d]`, `[N, d, 1, 1]`, `[N, c, h, w]`; a code without a
 * batch, `[d]`, is fed one at a time. `[N, layers, d]` is one style for every layer.
 */
function describeInputs(
  inputs: readonly Tensored[],
  where: string,
  { input: chosen, extraInputs = {} }: Partial<DecoderLayout>,
): { code: Tensored; feeding: Feeding; latentSize: number } {
  const floats = inputs.filter(({ type, shape }) => CODE_TYPES.includes(type) && shape.length > 0);
  if (chosen !== undefined && !floats.some(({ name }) => name === chosen)) {
    throw new UserError('bad-settings.decoder-input', { where, name: chosen, inputs: signature(inputs) });
  }
  const size = ({ shape }: Tensored) =>
    shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
  const unnamed = floats.filter(({ name }) => !OTHER_NAME.test(name)).sort((a, b) => size(b) - size(a));
  const code =
    floats.find(({ name }) => name === chosen) ??
    unnamed.find(({ name }) => CODE_NAME.test(name)) ??
    unnamed.find(({ name }) => !NOISE_NAME.test(name)) ??
    unnamed[0] ??
    floats[0];
  if (!code) {
    const whole = inputs.find(({ type, shape }) => /^u?int/.test(type) && shape.length > 0);
    throw whole
      ? new UserError('bad-model.whole-number-codes', { where, name: whole.name, type: whole.type })
      : new UserError('bad-model.no-code-input', { where, inputs: signature(inputs) });
  }
  const batched = code.shape.length > 1;
  const [batch, ...sizes] = batched ? code.shape : [1, ...code.shape];
  if (!isClosed(batched ? code.shape : [1, ...code.shape])) {
    throw new UserError('bad-model.code-size-open', { where, inputs: signature([code]) });
  }
  const fixed = sizes as number[];
  const styles =
    fixed.length === 2 && fixed[0] >= 2 && fixed[0] <= 32 && fixed[1] >= 32 && /^w|style|latent/i.test(code.name);
  const repeat = styles ? fixed[0] : 1;
  if (typeof batch === 'number' && batch > MOST_ROWS) {
    throw new UserError('bad-model.batch-too-large', { where, batch });
  }

  const latentSize = fixed.reduce((a, b) => a * b, 1) / repeat;
  if (latentSize > MOST_NUMBERS) {
    throw new UserError('bad-model.code-too-large', { where, size: latentSize, most: MOST_NUMBERS });
  }

  const others = inputs.filter((input) => input !== code);
  const unknown = Object.keys(extraInputs).find((name) => !others.some((input) => input.name === name));
  if (unknown !== undefined) {
    throw new UserError('bad-settings.layout-input', { where, name: unknown });
  }
  const extras = others.map(({ name, type, shape }): ExtraInput => {
    if (!FEEDABLE.includes(type)) {
      throw new UserError('bad-model.input-type', { where, name, type });
    }
    // An open dimension is the batch where it comes first or is called like the code's.
    const dims = (rows: number) =>
      shape.map((dim, k) => (typeof dim === 'number' ? dim : k === 0 || dim === batch ? rows : 1));
    const last = shape.at(-1);
    const oneHot =
      type.startsWith('float') && CLASS_NAME.test(name) && shape.length > 1 && typeof last === 'number' && last > 1;
    const value = extraInputs[name] ?? (type.startsWith('float') && ONE_NAME.test(name) ? 1 : 0);
    const isWhole = oneHot || !type.startsWith('float');
    if ((isWhole && !Number.isInteger(value)) || (oneHot && !(value >= 0 && value < last))) {
      throw new UserError('bad-settings.decoder-class', { where, value, name });
    }
    return { name, type, dims, oneHot, value };
  });
  const feeding: Feeding = {
    input: code.name,
    type: code.type,
    dims: (rows) => (batched ? [rows, ...fixed] : fixed),
    repeat,
    fixedRows: typeof batch === 'number' ? batch : null,
    extras,
  };
  return { code, feeding, latentSize };
}

interface Probe {
  network: Network;
  codes: Float32Array;
  rows: number;
  outputs: Output[];
}

/** Runs some ordinary codes. A batch that is said to be open and is one inside is found out. */
async function probed(
  session: Session,
  feeding: Feeding,
  latentSize: number,
  where: string,
  names: readonly string[],
): Promise<Probe> {
  const run = async (fixedRows: number | null, most = PROBES): Promise<Probe> => {
    const network = new Network(session, { ...feeding, fixedRows }, where);
    const rows = fixedRows === null || fixedRows === 1 ? most : fixedRows;
    const codes = normals(rows * latentSize, random(0, 'probe'));
    return { network, codes, rows, outputs: names.length > 0 ? await network.run(codes, rows, names) : [] };
  };
  if (feeding.fixedRows !== null) return run(feeding.fixedRows);
  let failure: unknown;
  try {
    // Two tell how much memory more would take.
    const few = await run(null, FEWEST_PROBES);
    const numbers = few.outputs.reduce((sum, { data }) => sum + data.length / few.rows, 0);
    const rows = Math.max(FEWEST_PROBES, Math.min(PROBES, Math.floor(PROBED_NUMBERS / numbers)));
    const probe = rows > few.rows ? await run(null, rows) : few;
    if (probe.outputs.every(({ batched }) => batched)) return probe;
  } catch (error) {
    if (!(error instanceof UserError && error.key === 'bad-model.run-failed')) throw error;
    failure = error;
  }
  for (const rows of INSIDE) {
    const probe = await run(rows).catch((error: unknown) => void (failure ??= error));
    if (probe && (rows === 1 || probe.outputs.some(({ batched }) => batched))) return probe;
  }
  throw failure;
}

interface Looked {
  code: Tensored;
  outputs: readonly Tensored[];
  probe: Probe;
  names: readonly string[];
  latentSize: number;
}

/** Networks that take pictures. @throws UserError `bad-model` saying what it is instead of a decoder */
function refuseOthers({ code, outputs, probe, latentSize }: Looked, where: string): void {
  const [, ...dims] = code.shape as number[];
  const large = dims.filter((dim) => dim > 1);
  const shape = dims.length === 3 && large.length >= 2 ? guessShape(dims, new Float32Array(0)) : null;
  // A spatial code often has four channels, as pictures with alpha do; it is smaller.
  const picture = shape !== null && (!shape.alpha || Math.min(shape.width, shape.height) >= 32);
  const same = probe.outputs.some(({ data }) => data.length / probe.rows === latentSize);
  const timed = probe.network.feeding.extras.some(({ name }) => /time_?step|^t$|^time$|sigma/i.test(name));
  if (timed && same) {
    throw new UserError('bad-model.denoiser', { where });
  }
  const shrinks = probe.outputs.length > 0 && probe.outputs.every(({ data }) => data.length / probe.rows < latentSize);
  if (picture && shrinks) {
    throw new UserError('bad-model.encoder', { where, inputs: signature([code]), outputs: signature(outputs) });
  }
  if (same && (picture || (dims.length === 1 && latentSize >= 256 && !CODE_NAME.test(code.name)))) {
    throw new UserError('bad-model.autoencoder', { where });
  }
}

/** What outputs beside the picture are called, and what pictures are. */
const NO_PICTURE = /mask|preview|depth|feat|segm|alpha|thumb|log_?var|logv|sigma|std|variance|scale|uncertain/i;
const PICTURE_NAME = /^(image|img|picture|sample|x_?hat|recon\w*|output|mean|mu|rgb)$/i;

/** The output that is the picture: the largest, coloured ones first; what is called like one counts as larger. */
function choosePicture(
  names: readonly string[],
  outputs: readonly Output[],
  rows: number,
  corrected: Partial<DecoderLayout>,
): { name: string; shape: Shape; data: Float32Array } | null {
  const found = outputs.flatMap(({ data, dims, batched }, k) => {
    const numbers = data.length / rows;
    const unbatched = !batched && rows > 1 && numbers !== dims.reduce((a, b) => a * b, 1);
    const guess = unbatched ? null : guessShape(dims, data);
    const shape = { ...flatShape(numbers, corrected), ...guess, ...pick(corrected) };
    const isKnown = isShape(shape) && (isCorrected(corrected) || isPicture(shape));
    return isKnown && fits(shape, numbers) ? [{ name: names[k], shape, data }] : [];
  });
  const worth = ({ name, shape }: (typeof found)[number]) =>
    shape.width *
    shape.height *
    (shape.channels === 3 ? 10 : 1) *
    (NO_PICTURE.test(name) ? 1e-6 : 1) *
    (PICTURE_NAME.test(name) ? 3 : 1);
  return found.sort((a, b) => worth(b) - worth(a))[0] ?? null;
}

/** A list of numbers as a picture of a size that was given. */
function flatShape(numbers: number, { width = 0, height = 0 }: Partial<DecoderLayout>): Partial<Shape> {
  const stored = numbers / (width * height);
  return isChannels(stored) ? { order: 'flat', ...channelsOf(stored) } : {};
}

const isShape = (shape: Partial<Shape>): shape is Shape =>
  [shape.order, shape.width, shape.height, shape.channels].every((part) => part !== undefined);
const fits = ({ width, height, channels, alpha }: Shape, numbers: number): boolean =>
  width * height * (channels + (alpha ? 1 : 0)) === numbers;
const isCorrected = (corrected: Partial<DecoderLayout>): boolean => Object.keys(pick(corrected)).length > 0;

/** What of a shape was corrected. */
const pick = ({ order, width, height, channels, alpha }: Partial<DecoderLayout>): Partial<Shape> =>
  Object.fromEntries(
    Object.entries({ order, width, height, channels, alpha }).filter(([, value]) => value !== undefined),
  );

/** Whether every probe gave the same picture. */
function alike(data: Float32Array, rows: number): boolean {
  const size = data.length / rows;
  if (rows < 2) return false;
  let most = 0;
  let spread = 0;
  for (let i = size; i < data.length; i++) spread = Math.max(spread, Math.abs(data[i] - data[i % size]));
  for (const value of data) most = Math.max(most, Math.abs(value));
  return spread <= 1e-5 * most;
}

const signature = (values: readonly Metadata[]): string =>
  values
    .map((value) => (value.isTensor ? `"${value.name}" ${value.type} [${value.shape.join(', ')}]` : `"${value.name}"`))
    .join(', ') || '–';

function noImage(
  where: string,
  outputs: readonly Tensored[],
  probed: readonly Output[],
  corrected: Partial<DecoderLayout>,
): UserError {
  const guess = probed.map(({ dims, data }) => guessShape(dims, data)).find((shape) => shape !== null);
  const { width, height, channels = 3, alpha }: Partial<Shape> = { ...guess, ...pick(corrected) };
  if (isCorrected(corrected) && width !== undefined && height !== undefined) {
    const count = channels + (alpha ? 1 : 0);
    return new UserError('bad-settings.layout-output', { where, outputs: signature(outputs), width, height, count });
  }
  if (probed.some(({ batched, dims }) => !batched && dims.length <= 2)) {
    return new UserError('bad-model.row-per-pixel', { where, outputs: signature(outputs) });
  }
  return new UserError('bad-model.no-image-output', { where, outputs: signature(outputs) });
}
