/** HEIC files, as phones write them: libheif compiled to WebAssembly, loaded when the first one is met. */
import { createRequire } from 'node:module';
import { broken, checkSize, type Raster } from './raster';

/** What of libheif-js is used; the package brings no types for it. */
interface HeifImage {
  get_width(): number;
  get_height(): number;
  is_primary(): boolean;
  display(into: ImageDataLike, done: (result: ImageDataLike | null) => void): void;
  free(): void;
}
interface ImageDataLike {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}
interface LibHeif {
  HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
}

let library: LibHeif | null = null;

/** The picture that the file calls its first, upright. @throws UnreadableImage */
export async function decodeHeic(bytes: Uint8Array): Promise<Raster> {
  // a CommonJS package, two megabytes of it
  library ??= createRequire(import.meta.url)('libheif-js/wasm-bundle') as LibHeif;
  const { HeifDecoder } = library;
  const images = new HeifDecoder().decode(bytes);
  try {
    const image = images.find((one) => one.is_primary()) ?? images[0];
    if (!image) throw broken();
    const [width, height] = [image.get_width(), image.get_height()];
    checkSize(width, height);
    const into = { data: new Uint8ClampedArray(width * height * 4), width, height };
    const shown = await new Promise<ImageDataLike | null>((resolve) => image.display(into, resolve));
    if (!shown) throw broken();
    return { width, height, channels: 4, data: new Uint8Array(shown.data.buffer) };
  } finally {
    for (const image of images) image.free();
  }
}
