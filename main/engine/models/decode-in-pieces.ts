import type { ImageBatch, ModelCard } from '../../contract';
import { toImageBatch } from '../images';
import { inPieces, type Watch } from '../scheduling/watch';

/** Codes decoded at a time where the thread is shared: between two such pieces a moving camera gets its face. */
const CODES_A_PIECE = 8;

/** What decodes: a model, or a replacement for one. */
export interface Decoder {
  latentSize: number;
  decode(codes: Float32Array): Promise<Float32Array>;
}

/** Some of the codes and what they decode to. */
export interface DecodedPiece {
  /** Number of the first code. */
  start: number;
  /** `[n, latentSize]` */
  codes: Float32Array;
  /** `[n, channels, height, width]`, 0..1 */
  images: Float32Array;
}

/**
 * Decodes many codes, some at a time.
 * @param codes `[count, latentSize]`
 * @param size codes per piece
 * @throws UserError `cancelled`, and as `Model.decode`
 */
export async function* decodeInPieces(
  model: Decoder,
  codes: Float32Array,
  watch: Watch,
  size = CODES_A_PIECE,
): AsyncGenerator<DecodedPiece> {
  const { latentSize } = model;
  for await (const { start, end } of inPieces(codes.length / latentSize, size, watch)) {
    const piece = codes.subarray(start * latentSize, end * latentSize);
    yield { start, codes: piece, images: await model.decode(piece) };
  }
}

/** All codes, decoded in pieces, as pixels for screens and files. */
export async function decodeAll(
  model: Decoder & { card: Pick<ModelCard, 'layout'> },
  codes: Float32Array,
  watch: Watch,
): Promise<ImageBatch> {
  const { width, height, channels } = model.card.layout;
  const count = codes.length / model.latentSize;
  const data = new Uint8ClampedArray(count * width * height * 4);
  for await (const { start, codes: piece, images } of decodeInPieces(model, codes, watch)) {
    const pixels = toImageBatch(images, { count: piece.length / model.latentSize, channels, height, width });
    data.set(pixels.data, start * width * height * 4);
  }
  return { count, width, height, data };
}
