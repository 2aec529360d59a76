import { describe, expect, it } from 'vitest';
import { layoutSheets, MOST_PIXELS } from '../../../../renderer/scene/cloud/texture-atlas';

const sheet = { tile: 48, columns: 42, perSheet: 42 * 42 };

describe('layoutSheets', () => {
  it('keeps tiles as they come where there is room', () => {
    expect(layoutSheets(sheet, 1, 8192)).toEqual({ width: 2016, height: 2016, tile: 48 });
  });

  it('rounds a last row up', () => {
    expect(layoutSheets({ tile: 10, columns: 4, perSheet: 9 }, 1, 8192)).toEqual({
      width: 40,
      height: 30,
      tile: 10,
    });
  });

  it('shrinks tiles so that 100,000 faces stay within the memory', () => {
    const count = Math.ceil(100_000 / sheet.perSheet);
    const { width, height, tile } = layoutSheets(sheet, count, 8192);
    expect(tile).toBe(25);
    expect(width * height * count).toBeLessThanOrEqual(MOST_PIXELS);
    expect((width / tile) * (tile + 1) * ((height / tile) * (tile + 1)) * count).toBeGreaterThan(MOST_PIXELS);
  });

  it('shrinks tiles of a sheet larger than the graphics hardware takes', () => {
    expect(layoutSheets({ tile: 64, columns: 100, perSheet: 100 }, 1, 4096)).toEqual({
      width: 4000,
      height: 40,
      tile: 40,
    });
  });
});
