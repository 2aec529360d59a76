/** A model in half the room: its weights in half precision, wherever what it draws stays the same. */
import { evenRows } from '../maths/evenly';
import { halveWeights } from '../training/onnx';
import { decodeInPieces, type Decoder } from './decode-in-pieces';
import type { Model } from './model';
import { openModel, openSource } from './open';
import { folderSource } from './source';
import { replaceFiles } from './write';

/** Levels of 255 by which a pixel may change: rounding to whole levels changes it by as much. */
const MOST = 0.5;
/** Evenly chosen ones of the model's codes are compared, or as many draws from the prior where it has none. */
const COMPARED = 1000;
const SEED = 1;

/** What half precision did to a network. */
export interface Halved {
  /** Of the pixels compared the one that changed most, in levels of 255. */
  levels: number;
  /** Whether it is in half precision now. */
  halved: boolean;
}

/**
 * Stores the networks of the model in `folder` in half precision, each by itself and only where no pixel changes by half a
 * level: of the pictures that its codes are decoded to, and for the encoder of what these become when they are encoded and
 * decoded again, for a VAE one σ beside the mean in all units.
 * @throws UserError `bad-model` (also of a model without an encoder), `no-space` | `no-access`
 */
export async function halveModel(folder: string): Promise<Record<'decoder' | 'encoder', Halved>> {
  const source = await folderSource(folder);
  const files: Record<string, Uint8Array> = {};
  for (const name of ['decoder.onnx', 'encoder.onnx']) {
    const whole = await source.read(name);
    if (whole) files[name] = halveWeights(whole);
  }
  const whole = await openModel(folder);
  const half = await openSource({ ...source, read: async (name) => files[name] ?? source.read(name) }, folder);
  try {
    const codes = whole.codes ? evenRows(whole.codes, whole.latentSize, COMPARED) : await whole.draw(COMPARED, SEED);
    const decoder = judged(await largestDifference(codes, whole, half));
    const encoder = judged(await largestDifference(codes, decodedAgain(whole, whole), decodedAgain(whole, half)));
    if (!decoder.halved) delete files['decoder.onnx'];
    if (!encoder.halved) delete files['encoder.onnx'];
    await replaceFiles(folder, files);
    return { decoder, encoder };
  } finally {
    await whole.release();
    await half.release();
  }
}

const judged = (levels: number): Halved => ({ levels, halved: levels < MOST });

/** Decodes codes, encodes the pictures with another model's encoder, and decodes what it finds. */
function decodedAgain(model: Model, encoder: Model): Decoder {
  const decode = async (codes: Float32Array) => {
    const { mu, logVar } = await encoder.encode(await model.decode(codes));
    return model.decode(logVar ? mu.map((mean, i) => mean + Math.exp(logVar[i] / 2)) : mu);
  };
  return { latentSize: model.latentSize, decode };
}

/** Between what two decoders make of codes, in levels of 255; NaN where a pixel is none, which is below no bound. */
async function largestDifference(codes: Float32Array, one: Decoder, other: Decoder): Promise<number> {
  let most = 0;
  for await (const { codes: some, images } of decodeInPieces(one, codes, {})) {
    const others = await other.decode(some);
    images.forEach((value, i) => (most = Math.max(most, 255 * Math.abs(value - others[i]))));
  }
  return most;
}
