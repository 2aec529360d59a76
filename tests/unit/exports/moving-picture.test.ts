import { GifReader } from 'omggif';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { movingPicture } from '../../../main/engine/exports/moving-picture';
import { playOrder } from '../../../main/engine/space/paths/play-order';
import { timing } from '../../../main/engine/exports/timing';

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const solid = (level: number) => Buffer.alloc(16 * 16 * 3, level);

describe('when frames are shown', () => {
  it.each([1, 7, 12, 24, 25, 30, 48, 50, 59, 60])('adds up at %s frames a second', (fps) => {
    for (const count of [2, 30, 119, 600]) {
      for (const [format, unit] of [
        ['gif', 10],
        ['webp', 1],
      ] as const) {
        const { delays, frames } = timing(playOrder(count, 'forever'), fps, format);
        const whole = (count * 1000) / fps;
        expect(Math.abs(sum(delays) - whole)).toBeLessThanOrEqual(fps > 50 && format === 'gif' ? unit : unit / 2);
        expect(frames.length).toBe(delays.length);
      }
    }
  });

  it('is never so short that browsers stretch it, and no frame is left out that fits', () => {
    expect(Math.min(...timing(playOrder(60, 'forever'), 60, 'gif').delays)).toBeGreaterThanOrEqual(20);
    expect(timing(playOrder(60, 'forever'), 60, 'gif').frames).toHaveLength(50);
    expect(timing(playOrder(60, 'forever'), 30, 'gif').frames).toHaveLength(60);
    expect(timing(playOrder(60, 'forever'), 60, 'webp').frames).toHaveLength(60);
  });

  it('goes there and back without a double frame', () => {
    expect(playOrder(4, 'there-and-back')).toEqual([0, 1, 2, 3, 2, 1]);
    expect(playOrder(1, 'there-and-back')).toEqual([0]);
  });
});

describe('a picture that moves', () => {
  const levels = [10, 10, 200, 200, 10, 10];
  const frames = (format: 'gif' | 'webp') => ({
    width: 16,
    height: 16,
    timing: timing(playOrder(levels.length, 'forever'), 10, format),
    rgb: async (i: number) => solid(levels[i]),
  });

  it('as WebP keeps every frame, equal ones too', async () => {
    const file = await movingPicture(frames('webp'), 'webp', true, null);
    const { pages, delay, loop } = await sharp(file, { animated: true }).metadata();
    expect({ pages, delay, loop }).toEqual({ pages: 6, delay: Array(6).fill(100), loop: 0 });
    const pixels = await sharp(file, { animated: true }).raw().toBuffer();
    const bytes = pixels.length / 6;
    levels.forEach((level, i) => expect(Math.abs(pixels[i * bytes + 300] - level)).toBeLessThan(4));
  });

  it('as WebP of one frame many times still moves for as long', async () => {
    const still = { ...frames('webp'), rgb: async () => solid(50) };
    expect((await sharp(await movingPicture(still, 'webp', true, null), { animated: true }).metadata()).delay).toEqual(
      Array(6).fill(100),
    );
  });

  it('as GIF takes exactly as long as asked, as another reader finds', async () => {
    const file = await movingPicture(frames('gif'), 'gif', true, null);
    const reader = new GifReader(Buffer.from(file));
    const delays = Array.from({ length: reader.numFrames() }, (_, i) => 10 * reader.frameInfo(i).delay);
    expect(sum(delays)).toBe(600);
    expect(reader.loopCount()).toBe(0);
    const pixels = new Uint8Array(16 * 16 * 4);
    reader.decodeAndBlitFrameRGBA(0, pixels);
    expect(pixels[0]).toBe(10);
  });

  it('plays once when it is to', async () => {
    const webp = await movingPicture(frames('webp'), 'webp', false, null);
    expect((await sharp(webp, { animated: true }).metadata()).loop).toBe(1);
  });

  it('has more than 1,024 frames of 512 pixels', async () => {
    const count = 1100;
    const long = {
      width: 512,
      height: 512,
      timing: timing(playOrder(count, 'forever'), 50, 'gif' as const),
      rgb: async (i: number) => Buffer.alloc(512 * 512 * 3, i % 2 ? 0 : 200),
    };
    const file = await movingPicture(long, 'gif', true, null);
    const reader = new GifReader(Buffer.from(file));
    expect(reader.numFrames()).toBe(count);
  }, 120_000);
});
