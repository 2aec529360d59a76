import { describe, expect, it } from 'vitest';
import { betaAt } from '../../../main/engine/training/objectives/kl-warm-up';

describe('betaAt', () => {
  it('rises linearly from 0 over its share of the run, and stays', () => {
    expect([0, 0.1, 0.2, 0.4, 1].map((done) => betaAt(4, 0.4, done))).toEqual([0, 1, 2, 4, 4]);
  });

  it('is there in full from the first step without warm-up', () => {
    expect(betaAt(4, 0, 0)).toBe(4);
  });
});
