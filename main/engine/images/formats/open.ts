/** An image file of any format, opened for reading. */
import { message } from '../../../contract';
import sharp, { type Metadata, type Sharp } from '../../sharp';
import { readReason, readWhole } from '../../files';
import { Pool } from '../../scheduling/pool';
import { isNearlyWhole } from './broken-jpeg';
import { refuseOtherJpeg } from './jpeg';
import { toBytes, whiteOf } from './depth';
import { readableFormat } from './kinds';
import { broken, type Raster, UnreadableImage } from './raster';
import { factsOf, refuseMisread } from './tiff';
import type { DecodeJob } from './worker';

// The cache is keyed by path and would show a file's old content after it has changed.
sharp.cache(false);

/** Frames of an animation that are looked through for one in which something can be seen. */
const MOST_FRAMES = 32;

const threads = new Pool<DecodeJob, Raster>(import.meta.url, 'worker');

export interface Opened {
  /** Pixels of the upright image. */
  width: number;
  height: number;
  /** The file is stored as greyscale (a colour file that happens to show greys is not). */
  grey: boolean;
  /**
   * The image, upright, shaped by `shape` and then as bytes: grey, grey and alpha, RGB, or RGBA. Of an animation it is the
   * first frame in which anything can be seen.
   * @param shape resizes and crops
   * @throws UnreadableImage
   */
  draw(shape: (image: Sharp) => Sharp, channels: 1 | 3): Promise<Raster>;
}

/** @throws UnreadableImage */
export async function openImage(file: string): Promise<Opened> {
  return unreadable(async () => openBytes(await readWhole(file), file));
}

/**
 * As `openImage`.
 * @param bytes the file's
 * @param name its name, for what only that tells
 */
export async function openBytes(bytes: Buffer, name: string): Promise<Opened> {
  const format = readableFormat(bytes, name);
  if (format !== 'jpeg' && format !== 'sharp' && format !== 'avif') {
    return ofRaster(await decodeInThread({ bytes, format }));
  }
  // An animation is called otherwise than a still one, which is all that libvips looks for.
  if (format === 'avif') bytes.write('avif', 8, 'latin1');
  if (bytes[0] === 0x49 || bytes[0] === 0x4d) refuseMisread(bytes);
  if (format === 'jpeg') refuseOtherJpeg(bytes);
  const metadata = await sharp(bytes).metadata();
  const { autoOrient, depth, space, pages = 1 } = metadata;
  if (depth !== 'uchar') {
    const raster = await deepRaster(bytes, metadata);
    if (raster) return ofRaster(raster);
  }
  const { width, height } = autoOrient;
  return {
    width,
    height,
    grey: space === 'b-w' || space === 'grey16',
    async draw(shape, channels) {
      for (let page = 0; page < Math.min(pages, MOST_FRAMES); page++) {
        // WebP and GIF draw a frame over those before it, so that later ones hold what earlier ones showed.
        const input = (failOn: 'error' | 'none') => sharp(bytes, { failOn, page });
        let raster: Raster;
        try {
          raster = await pixels(shape(input('error').autoOrient()), channels);
        } catch (error) {
          if (!(await isNearlyWhole(bytes, error))) throw error;
          raster = await pixels(shape(input('none').autoOrient()), channels);
        }
        if (isVisible(raster)) return raster;
      }
      throw invisible();
    },
  };
}

/**
 * The image decoded once, for several looks at it.
 * @param short pixels of the shorter side that suffice; one of up to twice as many is kept as it is
 * @throws UnreadableImage
 */
export async function hold(image: Opened, short: number): Promise<Opened> {
  const isLarge = Math.min(image.width, image.height) > 2 * short;
  const raster = await image.draw(
    (drawn) => (isLarge ? drawn.resize(short, short, { fit: 'outside' }) : drawn),
    image.grey ? 1 : 3,
  );
  return ofRaster(raster);
}

async function decodeInThread(job: DecodeJob): Promise<Raster> {
  const answer = await threads.run(job).catch(() => {
    throw new UnreadableImage(message('unreadable.not-decoded'));
  });
  if ('refused' in answer) throw new UnreadableImage(answer.refused);
  return answer.result;
}

function ofRaster(raster: Raster): Opened {
  const { data, ...size } = raster;
  return {
    width: size.width,
    height: size.height,
    grey: size.channels <= 2,
    async draw(shape, channels) {
      const drawn = await pixels(shape(sharp(data, { raw: size })), channels);
      if (!isVisible(drawn)) throw invisible();
      return drawn;
    },
  };
}

async function pixels(image: Sharp, channels: 1 | 3): Promise<Raster> {
  const { data, info } = await image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

/** Whether any pixel is not wholly transparent. */
function isVisible({ channels, data }: Raster): boolean {
  if (channels % 2 === 1) return true;
  for (let i = channels - 1; i < data.length; i += channels) if (data[i] > 0) return true;
  return false;
}

const invisible = () => new UnreadableImage(message('unreadable.invisible'));

/**
 * Numbers of other kinds than bytes as bytes; null where libvips converts them rightly: 16 bits that are all in use.
 * @throws UnreadableImage where they do not say what is black and white
 */
async function deepRaster(bytes: Buffer, { depth, space, hasAlpha }: Metadata): Promise<Raster | null> {
  if (space === 'labs') return null;
  // libvips has turned over what says that 0 is white, as if all bits were in use
  const turned = depth === 'ushort' && factsOf(bytes)?.photometric === 0;
  if (depth === 'ushort') {
    const { channels } = await sharp(bytes, { failOn: 'none' }).stats();
    const colours = hasAlpha ? channels.slice(0, -1) : channels;
    const most = colours.map(({ min, max }) => (turned ? 0xffff - min : max));
    if (whiteOf(Math.max(...most), 16) === 0xffff) return null;
  }
  if (depth === 'short' || depth === 'int') await refuseNegative(bytes);
  const kind = ARRAYS[depth];
  if (!kind || !space) throw new UnreadableImage(message('unreadable.depth', { depth }));
  const { data, info } = await sharp(bytes, { failOn: 'error' })
    .autoOrient()
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const samples = new kind(new Uint8Array(data).buffer);
  const stored = info.channels;
  const colours = stored - (hasAlpha ? 1 : 0);
  if (colours !== 1 && colours !== 3) throw new UnreadableImage(message('unreadable.channels', { channels: stored }));
  if (turned) {
    const data = toBytes(samples.map((value) => 0xffff - value)).map((value) => 255 - value);
    return { width, height, channels: colours, data };
  }
  if (!hasAlpha) return { width, height, channels: colours, data: toBytes(samples) };
  const of = (keep: (c: number) => boolean) => toBytes(samples.filter((_, i) => keep(i % stored)));
  const [colour, alpha] = [of((c) => c < colours), of((c) => c === colours)];
  const both = new Uint8Array(width * height * stored);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < colours; c++) both[i * stored + c] = colour[i * colours + c];
    both[i * stored + colours] = alpha[i];
  }
  return { width, height, channels: stored, data: both };
}

/** libvips turns them into 0 on the way. @throws UnreadableImage */
async function refuseNegative(bytes: Buffer): Promise<void> {
  const { channels } = await sharp(bytes, { failOn: 'none' }).stats();
  const [low, high] = [Math.min(...channels.map(({ min }) => min)), Math.max(...channels.map(({ max }) => max))];
  if (low >= 0) return;
  throw new UnreadableImage(message('unreadable.integer-range', { low, high }));
}

const ARRAYS: Partial<
  Record<
    Metadata['depth'],
    { new (buffer: ArrayBuffer): Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array }
  >
> = {
  ushort: Uint16Array,
  short: Int16Array,
  uint: Uint32Array,
  int: Int32Array,
  float: Float32Array,
  double: Float64Array,
};

/** What opening and drawing throws, with a reason for people. @throws UnreadableImage */
export async function unreadable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnreadableImage) throw error;
    if ((error as NodeJS.ErrnoException).code) throw new UnreadableImage(readReason(error));
    const found = error instanceof Error ? error.message : String(error);
    if (/pixel limit/i.test(found)) throw new UnreadableImage(message('unreadable.too-large'));
    throw broken();
  }
}
