/**
 * A quicker way to a smaller picture of what a decoder draws, for flying where the decoder takes longer than a frame of the
 * display: its own graph, cut before it enlarges its features once more, and a fitted head that draws from these.
 *
 * It serves any decoder that enlarges planes with one of the operators below, ours and foreign ones. One that does it in
 * another way, or draws every pixel by itself, has no such place.
 */
import { pooled } from '../../images/pooled';
import { evenRows } from '../../maths/evenly';
import { readGraph } from '../graph';
import type { Model } from '../model';
import type { Network } from '../network';
import { followedBy, partOf } from '../part';
import { type Features, fitHead, PICTURE } from './head';

/** Operators that enlarge planes. */
const ENLARGES = new Set(['ConvTranspose', 'Resize', 'Upsample', 'DepthToSpace']);
/** Fewest rows of features that a face can still be drawn from. */
const FEWEST_ROWS = 8;
/** Longest side of the block of pixels that is drawn from one place of the features. */
const LARGEST_BLOCK = 4;
/** A cut that takes more of the decoder's own time than this is not worth its blur. */
const WORTHWHILE = 0.6;

/** Codes that are decoded to fit the head, fewer where that takes longer. */
const CODES = 64;
const FEWEST_CODES = 16;
const LONGEST_MS = 30_000;
/** The cheapest of so many runs is what a network costs. */
const TRIED = 5;

/** A network that takes what the decoder takes, and gives `output`: a picture `[channels, height, width]`, 0..1. */
export interface CoarseDecoder {
  onnx: Uint8Array;
  output: string;
  width: number;
  height: number;
}

/**
 * @param most processor time that the features may take, as a share of the decoder's own
 * @returns null where the decoder has no place to be cut at, or none that is quicker by much
 * @throws UserError as `Model.decode`
 */
export async function coarseDecoder(model: Model, most: number): Promise<CoarseDecoder | null> {
  const onnx = await model.decoderFile();
  const codes = evenRows(await usualCodes(model), model.latentSize, CODES);
  const code = codes.subarray(0, model.latentSize);
  const whole = await costOf(() => model.decode(code));
  const cut = await bestCut(model, onnx, code, Math.min(most, WORTHWHILE) * whole);
  if (!cut || cut.cost > WORTHWHILE * whole) {
    await cut?.network.release();
    return null;
  }

  const { width, height, channels: planes } = model.card.layout;
  const factor = height / cut.height / cut.block;
  const examples: { features: Float32Array; picture: Float32Array }[] = [];
  const began = performance.now();
  for (let at = 0; at < codes.length; at += model.latentSize) {
    if (examples.length >= FEWEST_CODES && performance.now() - began > LONGEST_MS) break;
    const one = codes.subarray(at, at + model.latentSize);
    const picture = pooled(await model.decode(one), width, height, factor);
    const [{ data: features }] = await cut.network.run(one, 1, [cut.name]);
    examples.push({ features, picture });
  }
  await cut.network.release();
  const head = fitHead(examples, cut, { planes, block: cut.block, from: cut.name });
  return {
    onnx: followedBy(cut.onnx, head),
    output: PICTURE,
    width: cut.width * cut.block,
    height: cut.height * cut.block,
  };
}

const usualCodes = async (model: Model) => model.codes ?? model.standIns ?? (await model.draw(CODES, 0));

interface CutAt extends Features {
  /** The tensor, and the part of the decoder that leads to it. */
  name: string;
  onnx: Uint8Array;
  network: Network;
  /** Side of the block of pixels that is drawn from one place. */
  block: number;
  cost: number;
}

/** The last place before planes are enlarged that costs at most so much, or the first one of all. */
async function bestCut(model: Model, onnx: Uint8Array, code: Float32Array, most: number): Promise<CutAt | null> {
  const graph = readGraph(onnx);
  const names = graph.nodes.filter(({ opType }) => ENLARGES.has(opType)).map(({ input }) => input[0]);
  let best: CutAt | null = null;
  for (const name of new Set(names.reverse())) {
    const part = partOf(onnx, graph, null, [name]);
    const cut: CutAt | null = part && (await tried(model, part, name, code));
    if (!cut) continue;
    await best?.network.release();
    best = cut;
    if (cut.cost <= most) return cut;
  }
  return best;
}

/** The part that leads to a tensor; null where that is no planes from which the picture can be drawn. */
async function tried(model: Model, onnx: Uint8Array, name: string, code: Float32Array): Promise<CutAt | null> {
  const network = await model.beside(onnx).catch(() => null);
  if (!network) return null;
  const run = () => network.run(code, 1, [name]);
  const [{ dims }] = await run();
  const [channels, height, width] = dims;
  const enlarged = model.card.layout.height / height;
  const block = [LARGEST_BLOCK, 3, 2].find((side) => enlarged % side === 0);
  if (dims.length !== 3 || height < FEWEST_ROWS || model.card.layout.width / width !== enlarged || !block) {
    await network.release();
    return null;
  }
  return { name, onnx, network, channels, height, width, block, cost: await costOf(run) };
}

/** Processor time of all threads of this process, microseconds: whatever else the machine does, it is about the same. */
async function costOf(run: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < TRIED; i++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}
