import { describe, expect, it } from 'vitest';
import { compare, findingsOf } from '../../../main/engine/experiment/findings';
import type { Scores } from '../../../main/engine/experiment/measure';
import { about, summary } from './support';

type Values = Partial<Record<'ae' | 'vae' | 'rae', Partial<Scores>>>;

function models(values: Values) {
  const of = (kind: 'ae' | 'vae' | 'rae') => summary(kind, 2, values[kind]);
  return { ae: of('ae'), vae: of('vae'), rae: of('rae') };
}
const said = (values: Values): string => {
  const all = models(values);
  return findingsOf(all, Object.values(all)).join('\n');
};
const sampling = (prior: number, mixture: number): Partial<Scores> => ({
  samplingDistance: { ...summary('ae', 2).samplingDistance, prior: about(prior), mixture: about(mixture) },
});

it('tells numbers apart where their intervals do not overlap', () => {
  expect(compare(about(1), about(1.21))).toBe('below');
  expect(compare(about(1.21), about(1))).toBe('above');
  expect(compare(about(1), about(1.19))).toBe('unclear');
  expect(compare(about(1), { value: 9, interval: null, count: 1 })).toBe('unclear');
});

describe('in between', () => {
  it.each([
    [3, 2, "The AE's ratio is larger than the VAE's, as theory has it.", "clearly above the VAE's in 1"],
    [1.5, 2, "The AE's ratio is smaller than the VAE's, against what theory suggests.", "clearly below the VAE's in 1"],
    [2.1, 2, "The AE's ratio and the VAE's cannot be told apart: their intervals overlap.", "told from the VAE's in 1"],
  ])('AE %s, VAE %s', (ae, vae, sentence, grid) => {
    const text = said({ ae: { inBetween: about(ae) }, vae: { inBetween: about(vae) } });
    expect(text.split('\n')[2]).toContain(sentence);
    expect(text).toContain(grid);
  });

  it('says which kind is as good there as anywhere', () => {
    const near = { inBetween: { value: 1.02, interval: [1, 1.05] as [number, number], count: 3 } };
    expect(said({ vae: near })).toContain('For the VAE that is about as good as anywhere');
    expect(said({})).not.toContain('as good as anywhere');
  });

  it('follows the ratio along the grid', () => {
    const all = models({});
    const other = Object.values(all).map(({ kind, ...rest }) => ({
      ...summary(kind, kind === 'ae' ? 5 : 2),
      setting: { ...rest.setting, latentSize: 64 },
    }));
    expect(findingsOf(all, [...Object.values(all), ...other]).join('\n')).toContain(
      'From 8 to 64 latents the in-between ratio of the AE rises, 2.00 (1.90 to 2.10) to 5.00 (4.90 to 5.10); of the VAE does not clearly change',
    );
  });
});

describe('samples', () => {
  it('says that a mixture repairs an AE, where it does', () => {
    const text = said({ ae: sampling(9, 3), vae: sampling(3.1, 3.1) });
    expect(text).toContain(
      "A mixture fitted to the codes of the AE brings its samples nearer to real faces: from 9.00 (8.90 to 9.10) to 3.00 (2.90 to 3.10), about as near as the VAE's prior samples.",
    );
    expect(text).toContain('A mixture fitted to the codes of the VAE does not clearly change its samples');
  });

  it('says that it does not, where it does not', () => {
    const text = said({ ae: sampling(3, 9), vae: sampling(2, 2) });
    expect(text).toContain('A mixture fitted to the codes of the AE takes its samples further from real faces');
    expect(text).toContain("still further than the VAE's prior samples");
  });
});

it('warns of models that are behind PCA', () => {
  expect(said({ vae: { advantageOverPca: about(-1) } })).toContain(
    'what is said below of the VAE is said of it as it is',
  );
  expect(said({})).not.toContain('not trained to its end');
});
