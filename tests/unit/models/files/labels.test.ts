import { expect, test } from 'vitest';
import { decodeLabels, encodeLabels } from '../../../../main/engine/models/files/labels';

const LABELS = [['men', 'smiling: yes'], [], ['women', 'smiling: yes'], ['men']];

test('labels are read as they were written, and refused where they are of other images', () => {
  expect(decodeLabels(encodeLabels(LABELS), 4, 'm')).toEqual(LABELS);
  const text = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
  for (const [bytes, count] of [
    [encodeLabels(LABELS), 3],
    [text({ labels: ['a'], of: [[1]] }), 1],
    [text({ labels: ['a'], of: [[-1]] }), 1],
    [text([]), 0],
  ] as const) {
    expect(() => decodeLabels(bytes, count, 'm')).toThrow(/labels\.json/);
  }
});
