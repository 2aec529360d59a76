import { describe, expect, it } from 'vitest';
import { bytes, chosen, compact, duration, fixed, percent, significant } from '../../../renderer/formats/numbers';

describe('fixed', () => {
  it('uses a true minus sign and no sign for what rounds to zero', () => {
    expect(fixed(1.234, 2)).toBe('1.23');
    expect(fixed(-1.235, 1)).toBe('\u22121.2');
    expect(fixed(-0.001, 2)).toBe('0.00');
  });
});

describe('significant', () => {
  it.each([
    [0.0078123, 3, '0.00781'],
    [836.857, 4, '836.9'],
    [12345.6, 3, '12300'],
    [0.9999, 3, '1.00'],
    [-25.55, 3, '\u221225.6'],
    [0, 3, '0.00'],
    [1.5e-9, 3, '1.50e\u22129'],
    [-2.5e8, 2, '\u22122.5e8'],
    [NaN, 3, '–'],
    [Infinity, 3, '–'],
  ])('%d with %d digits is %s', (value, digits, text) => {
    expect(significant(value, digits)).toBe(text);
  });
});

it.each([
  [25, '25'],
  [125, '125'],
  [0.05, '0.05'],
  [0.1 + 0.2, '0.3'],
  [-2.5, '\u22122.5'],
])('what was chosen as %d is written as %s', (value, text) => {
  expect(chosen(value)).toBe(text);
});

describe('duration', () => {
  it.each([
    [0, { unit: 'seconds', seconds: 0 }],
    [-3, { unit: 'seconds', seconds: 0 }],
    [59.4, { unit: 'seconds', seconds: 59 }],
    [59.6, { unit: 'minutes', minutes: 1, seconds: 0 }],
    [200, { unit: 'minutes', minutes: 3, seconds: 20 }],
    [3599.7, { unit: 'hours', hours: 1, minutes: 0 }],
    [7199, { unit: 'hours', hours: 2, minutes: 0 }],
  ])('%d s', (seconds, expected) => {
    expect(duration(seconds)).toEqual(expected);
  });
});

it('writes numbers the way each language does', () => {
  expect(percent(0.417, 'en')).toBe('42%');
  expect(compact(1_777_411, 'en')).toBe('1.78M');
  expect(compact(1_777_411, 'zh-CN')).toBe('178万');
  expect(bytes(516_757_648, 'en')).toBe('517 MB');
  expect(bytes(2_340_000_000, 'en')).toBe('2.3 GB');
});
