/** A whole autoencoder in one ONNX file: split at its narrowest tensor, or taken as a map of pictures. */
import path from 'node:path';
import { type DecoderLayout, UserError } from '../../contract';
import type { InferenceSession } from '../onnxruntime';
import type { Encoder } from './encoder';
import { describeDecoder, type DescribedDecoder } from './foreign';
import { describeForeignEncoder, takenBy } from './foreign-encoder';
import { type OnnxGraph, readGraph } from './graph';
import { Network, type Output } from './network';
import type { LoadSession, Session } from './session';
import { CODE_TYPES, READABLE } from './numbers';
import { bottlenecks, type Cut, drawsNoise, givingAlso, partOf, withoutNoise, withWeightsInside } from './part';
import { fromPlanar } from './tensor-layout';

/** Pictures that are sent through it, to see how large its tensors are. */
const TRIED = 2;
/** A tensor is narrow where it has at most this share of the picture's numbers. */
const NARROW = 0.75;
/** More are not looked at: the narrowest is in the middle, and each costs memory. */
const MOST_CUTS = 200;

export interface Autoencoder {
  decoder: DescribedDecoder;
  /** See `Networks`. */
  decoderFile(): Promise<Uint8Array>;
  encoder: Encoder;
}

export interface AutoencoderFile {
  file: string;
  onnx: Uint8Array;
  graph: OnnxGraph;
  session: Session;
  /** Where parts of it run. */
  load: LoadSession;
}

/**
 * @param corrected its `input` may be any tensor within the network, where it is split then, or the picture itself: then
 * the network is a map of pictures, whose codes are pictures
 * @throws UserError `bad-model` where it cannot be split, `bad-settings` when `corrected` does not fit
 */
export async function openAutoencoder(
  whole: AutoencoderFile,
  corrected: Partial<DecoderLayout> = {},
): Promise<Autoencoder> {
  const { file, graph, session } = whole;
  const input = pictureOf(session, file);
  if (corrected.input !== input.name) {
    const onnx = graph.weightFiles.length > 0 ? await withWeightsInside(whole.onnx, path.dirname(file)) : whole.onnx;
    const parts = await split({ ...whole, onnx }, input, corrected);
    if (parts) {
      await session.release();
      return parts;
    }
    if (corrected.input !== undefined) {
      throw new UserError('bad-settings.decoder-input', {
        where: file,
        name: corrected.input,
        inputs: `"${input.name}"`,
      });
    }
  }
  const decoder = await describeDecoder(session, graph, file, { ...corrected, input: input.name }, { pictures: true });
  const taken = takenBy(input, decoder.layout);
  if (!taken) throw new UserError('bad-model.autoencoder', { where: file });
  const layout = decoder.layout.range === 'logits' ? { ...taken.layout, range: '0..1' as const } : taken.layout;
  return {
    decoder,
    decoderFile: () => withWeightsInside(whole.onnx, path.dirname(file)),
    // The code is the picture, in the numbers that the network takes.
    encoder: { encode: async (images) => ({ mu: fromPlanar(images, layout), logVar: null }), release: async () => {} },
  };
}

type Tensored = InferenceSession.TensorValueMetadata;

/** The one input, which takes the picture. @throws UserError */
function pictureOf({ inputMetadata }: Session, where: string): Tensored {
  const [input, ...others] = inputMetadata.filter((each): each is Tensored => each.isTensor);
  const closed = input?.shape.slice(1).every((dim) => typeof dim === 'number' && dim > 0);
  if (!closed || others.length > 0 || !CODE_TYPES.includes(input.type))
    throw new UserError('bad-model.autoencoder', { where });
  return input;
}

/** Both halves; null where there is no narrow tensor to split at. */
async function split(
  { file, onnx, graph, session, load }: AutoencoderFile,
  input: Tensored,
  corrected: Partial<DecoderLayout>,
): Promise<Autoencoder | null> {
  const outputs = session.outputMetadata
    .filter((each): each is Tensored => each.isTensor && READABLE.includes(each.type))
    .map(({ name }) => name);
  const cuts =
    corrected.input === undefined
      ? outputs.flatMap((output) => bottlenecks(graph, input.name, output))
      : graph.nodes.flatMap(({ output }) => output).filter((name) => name === corrected.input);
  const names = [...new Set(cuts)].slice(0, MOST_CUTS);
  if (names.length === 0) return null;

  // A code may be among the outputs.
  const looked = [...new Set([...names, ...outputs])];
  const { rows, tensors } = await tensorsOf({ file, onnx, input, names: looked, load });
  const tensor = (name: string) => tensors[looked.indexOf(name)];
  const size = ({ data }: Output) => data.length / rows;
  const pixels = input.shape.slice(1).reduce<number>((product, dim) => product * Number(dim), 1);
  const pictures = outputs.filter((name) => size(tensor(name)) === pixels);
  const output = corrected.output ?? pictures[0] ?? outputs[0];
  const leading = corrected.input === undefined ? new Set(bottlenecks(graph, input.name, output)) : new Set(names);
  const found = names.flatMap((name): (Cut & { size: number })[] => {
    const { dims, batched } = tensor(name);
    const numbers = size(tensor(name));
    const narrow = corrected.input !== undefined || (numbers >= 2 && numbers <= NARROW * pixels);
    return batched && narrow && leading.has(name) ? [{ name, dims, size: numbers }] : [];
  });
  // Among equally narrow ones one behind the noise of a VAE, a list of numbers rather than the same as planes, and the first: before its nonlinearity.
  const noise = (name: string) => Number(drawsNoise(graph, name, output));
  const [cut] = found.sort((a, b) => a.size - b.size || noise(a.name) - noise(b.name) || a.dims.length - b.dims.length);
  if (!cut) return null;
  const decoding = partOf(onnx, graph, cut, [output]);
  const encoding = partOf(onnx, graph, null, [withoutNoise(graph, cut.name)]);
  if (!decoding || !encoding) return null;

  const decoder = await describeDecoder(await load(decoding, file), readGraph(decoding), file, {
    ...corrected,
    input: cut.name,
    output,
  });
  decoder.found.inputs = [cut.name, input.name];
  const encoder = await describeForeignEncoder(await load(encoding, file), decoder, {
    where: file,
    certain: true,
  });
  if (!encoder) throw new UserError('bad-model.autoencoder', { where: file });
  return { decoder, decoderFile: async () => decoding, encoder };
}

/** What a network has at the tensors called `names` for some pictures. */
async function tensorsOf({
  file,
  onnx,
  input,
  names,
  load,
}: {
  file: string;
  onnx: Uint8Array;
  input: Tensored;
  names: string[];
  load: LoadSession;
}) {
  const [batch, ...dims] = input.shape as (number | string)[];
  const fixed = typeof batch === 'number' && batch > 0 ? batch : null;
  const sizes = dims.map(Number);
  const feeding = {
    input: input.name,
    type: input.type,
    repeat: 1,
    dims: (rows: number) => [rows, ...sizes],
    fixedRows: fixed,
    extras: [],
  };
  const network = new Network(await load(givingAlso(onnx, names), file), feeding, file);
  const rows = fixed ?? TRIED;
  const pixels = rows * sizes.reduce((a, b) => a * b, 1);
  try {
    return {
      rows,
      tensors: await network.run(
        new Float32Array(pixels).map((_, i) => 0.5 + 0.5 * Math.sin(i)),
        rows,
        names,
      ),
    };
  } finally {
    await network.release();
  }
}
