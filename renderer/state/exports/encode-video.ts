/** Pictures one after the other as MP4 or WebM, encoded by the browser's own codecs (WebCodecs). */
import type { VideoCodec } from 'mediabunny';
import { UserError } from '../../../main/contract';

/** What plays in most places first. */
const CODECS = { mp4: ['avc', 'hevc', 'av1', 'vp9'], webm: ['vp9', 'av1', 'vp8'] } satisfies Record<
  string,
  VideoCodec[]
>;

export type VideoFormat = keyof typeof CODECS;

export interface Video {
  format: VideoFormat;
  /** Pixels. */
  width: number;
  height: number;
  /** Frames a second. */
  fps: number;
  /** Pictures in the order they are shown. */
  frames: AsyncIterable<ImageData>;
  title: string;
  /** Where it was made: found again by scanning the file. */
  packet: string;
  /** Ends the work; `encodeVideo` then rejects with its reason. */
  signal: AbortSignal;
}

/** @throws UserError `no-device` where the browser has no codec for the format */
export async function encodeVideo({ format, fps, frames, title, packet, signal, ...size }: Video): Promise<Uint8Array> {
  // loaded when it is needed: most people never make a film
  const media = await import('mediabunny');
  // codecs take whole pairs of pixels
  const [width, height] = [2 * Math.ceil(size.width / 2), 2 * Math.ceil(size.height / 2)];
  const codec = await media.getFirstEncodableVideoCodec(CODECS[format], { width, height });
  if (!codec) throw new UserError('no-device.video-encoder', { format: format.toUpperCase() });
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false })!;
  const target = new media.BufferTarget();
  const output = new media.Output({
    format: format === 'mp4' ? new media.Mp4OutputFormat({ fastStart: 'in-memory' }) : new media.WebMOutputFormat(),
    target,
  });
  const source = new media.CanvasSource(canvas, { codec, bitrate: media.QUALITY_VERY_HIGH, keyFrameInterval: 1 });
  output.addVideoTrack(source, { frameRate: fps });
  output.setMetadataTags({ title, comment: packet });
  await output.start();
  try {
    let shown = 0;
    for await (const frame of frames) {
      signal.throwIfAborted();
      context.putImageData(frame, 0, 0);
      await source.add(shown++ / fps, 1 / fps);
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  return new Uint8Array(target.buffer!);
}
