/** An encoder that somebody else exported, for a decoder that is understood: pictures → its codes. */
import type { DecoderLayout } from '../../contract';
import { normals, random } from '../maths/random';
import type { InferenceSession } from '../onnxruntime';
import type { Encoder } from './encoder';
import type { DescribedDecoder } from './foreign';
import { type Feeding, Network, type Output } from './network';
import type { Session } from './session';
import { CODE_TYPES, READABLE } from './numbers';
import { fromPlanar, toPlanar } from './tensor-layout';

/** Codes that are decoded and encoded again, to see how the encoder wants its pictures. */
const TRIED = 8;
/** Least correlation of codes with what is encoded again of them; those of strangers have none. */
const BELONGS = 0.1;
/** By how much of the codes' size another range of numbers has to do better than the decoder's own. */
const CLEARLY = 0.02;

type Tensored = InferenceSession.TensorValueMetadata;

/**
 * The encoder of `decoder`, if that is what `session` is: it takes its pictures, and what it gives for the picture of a
 * code is like that code. Order and range of its pictures, and which output is the code, are those that do best.
 * @param options `certain`: it is known to be the decoder's, however its codes look
 * @returns null for another network; the caller releases its session
 */
export async function describeForeignEncoder(
  session: Session,
  decoder: DescribedDecoder,
  { where, certain = false }: { where: string; certain?: boolean },
): Promise<Encoder | null> {
  const { latentSize, layout, network } = decoder;
  const inputs = session.inputMetadata.filter((input): input is Tensored => input.isTensor);
  const outputs = session.outputMetadata.filter(
    (output): output is Tensored => output.isTensor && READABLE.includes(output.type),
  );
  const [input, ...others] = inputs;
  const taken = input && others.length === 0 ? takenBy(input, layout) : null;
  if (!taken || outputs.length === 0 || layout.width !== layout.height) return null;

  const codes = normals(TRIED * latentSize, random(0, 'codes encoded again'));
  const [raw] = await network.run(codes, TRIED, [decoder.output]);
  const pictures = toPlanar(raw.data, layout);
  const names = outputs.map(({ name }) => name);
  const encoding = new Network(session, taken.feeding, where);
  const ranges: DecoderLayout['range'][] =
    input.type === 'uint8'
      ? ['0..255']
      : [
          ...new Set<DecoderLayout['range']>([
            layout.range === 'logits' ? '0..1' : layout.range,
            '0..1',
            '-1..1',
            '0..255',
            'imagenet',
          ]),
        ];

  let best: { like: number; code: Place; range: DecoderLayout['range'] } | null = null;
  let given: Output[] = [];
  for (const range of ranges) {
    given = await encoding.run(fromPlanar(pictures, { ...taken.layout, range }), TRIED, names);
    for (const code of placesOf(names, given, latentSize)) {
      const found = partOfRows(given[code.output].data, TRIED, code, latentSize);
      // The right range gives the codes back; others give them back shifted or scaled.
      const like = -drift(codes, found);
      const related = correlation(codes, found, latentSize);
      if (related === null || (!certain && related < BELONGS)) continue;
      if (!best || like > best.like + CLEARLY) best = { like, code, range };
    }
  }
  if (!best) return null;
  const { code, range } = best;
  const spread = spreadOf(names, given, code, latentSize);
  return {
    async encode(images, count) {
      const results = await encoding.run(fromPlanar(images, { ...taken.layout, range }), count, names);
      const part = (place: Place) => partOfRows(results[place.output].data, count, place, latentSize);
      return { mu: part(code), logVar: spread && part(spread) };
    },
    release: () => encoding.release(),
  };
}

/** How an input takes the pictures of a layout; null where it does not. */
export function takenBy(
  { name, type, shape }: Tensored,
  layout: DecoderLayout,
): { feeding: Feeding; layout: DecoderLayout } | null {
  const { channels, height, width } = layout;
  const orders: [DecoderLayout['order'], number[]][] = [
    ['NCHW', [channels, height, width]],
    ['NHWC', [height, width, channels]],
    [layout.order, [channels * height * width]],
    ...(channels === 1 ? ([['NCHW', [height, width]]] as [DecoderLayout['order'], number[]][]) : []),
  ];
  const [batch, ...dims] = shape;
  const found = orders.find(
    ([, wanted]) =>
      wanted.length === dims.length && dims.every((dim, i) => typeof dim !== 'number' || dim < 1 || dim === wanted[i]),
  );
  if (!found || !(CODE_TYPES.includes(type) || type === 'uint8')) return null;
  const [order, wanted] = found;
  const fixedRows = typeof batch === 'number' && batch > 0 ? batch : null;
  return {
    feeding: { input: name, type, repeat: 1, dims: (rows) => [rows, ...wanted], fixedRows, extras: [] },
    layout: { ...layout, order: order === 'flat' ? 'NCHW' : order },
  };
}

/** Where in an encoder's outputs codes lie: in rows of output number `output`, from number `first` on. */
interface Place {
  output: number;
  first: number;
}

const LOG_VARIANCE = /log_?var|logv|log_?sigma|std|var(iance)?$|scale/i;

/** Outputs as large as a code; in one twice as large the means come first, the log-variances after them. */
const placesOf = (names: readonly string[], given: readonly Output[], latentSize: number): Place[] =>
  given
    .map(({ data }, output) => ({ output, first: 0, size: data.length / TRIED }))
    .filter(
      ({ size, output }) => size === 2 * latentSize || (size === latentSize && !LOG_VARIANCE.test(names[output])),
    );

/** Where the log-variances lie that belong to a code; null where there are none. */
function spreadOf(names: readonly string[], given: readonly Output[], code: Place, latentSize: number): Place | null {
  if (given[code.output].data.length / TRIED === 2 * latentSize) return { output: code.output, first: latentSize };
  const output = names.findIndex(
    (name, i) => /log_?var|logv/i.test(name) && given[i].data.length / TRIED === latentSize,
  );
  return output < 0 ? null : { output, first: 0 };
}

function partOfRows(data: Float32Array, rows: number, { first }: Place, latentSize: number): Float32Array {
  const width = data.length / rows;
  if (width === latentSize) return data;
  const part = new Float32Array(rows * latentSize);
  for (let row = 0; row < rows; row++)
    part.set(data.subarray(row * width + first, row * width + first + latentSize), row * latentSize);
  return part;
}

/** Mean squared change relative to the codes' own size. */
function drift(codes: Float32Array, found: Float32Array): number {
  let [change, size] = [0, 0];
  for (let i = 0; i < codes.length; i++) {
    change += (found[i] - codes[i]) ** 2;
    size += codes[i] ** 2;
  }
  return change / size;
}

/** Pearson's, about the mean of each number of the code; null where one of both does not vary. */
function correlation(a: Float32Array, b: Float32Array, latentSize: number): number | null {
  const rows = a.length / latentSize;
  let [both, aa, bb] = [0, 0, 0];
  for (let k = 0; k < latentSize; k++) {
    let [ma, mb] = [0, 0];
    for (let i = k; i < a.length; i += latentSize) [ma, mb] = [ma + a[i] / rows, mb + b[i] / rows];
    for (let i = k; i < a.length; i += latentSize) {
      both += (a[i] - ma) * (b[i] - mb);
      aa += (a[i] - ma) ** 2;
      bb += (b[i] - mb) ** 2;
    }
  }
  return aa > 0 && bb > 0 ? both / Math.sqrt(aa * bb) : null;
}
