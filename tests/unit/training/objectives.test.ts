import { describe, expect, it } from 'vitest';
import { Graph, type Val } from '../../../main/engine/training/graph';
import { autoencoder } from '../../../main/engine/training/objectives/ae';
import { klPerDimension, klTerm } from '../../../main/engine/training/objectives/kl';
import { negativeLogLikelihood, type Likelihood } from '../../../main/engine/training/objectives/likelihood';
import { regularised } from '../../../main/engine/training/objectives/rae';
import { reparameterise, variational } from '../../../main/engine/training/objectives/vae';
import type { Objective, Reconstruction } from '../../../main/engine/training/objectives/objective';
import { importanceWeighted } from '../../../main/engine/training/objectives/iwae';
import { meanRows, repeatRows } from '../../../main/engine/training/ops/elementwise';
import { plain } from '../../../main/engine/training/ops/plain';
import { random } from '../../../main/engine/maths/random';
import { check, tensor, type Case } from './check';
import { draw, run } from './support';

const BATCH = 3;
const LATENT = 5;
const SIZE = 4;
const VALUES = 2 * SIZE * SIZE;

const rng = random(1, 'pictures');
const pictures = Float32Array.from({ length: BATCH * VALUES }, () => rng.uniform());
const logits = tensor('logits', [BATCH, 2, SIZE, SIZE], 2);
const mu = tensor('mu', [BATCH, LATENT]);
const logVar = tensor('logVar', [BATCH, LATENT], 0.7, -0.5);
const epsilon = draw('epsilon', [BATCH, LATENT]);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const total = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

function reconstruction(g: Graph, logits: Val): Reconstruction {
  return { image: g.input('image', [BATCH, 2, SIZE, SIZE]), logits, channels: 2, values: VALUES };
}
/** Value by value; `l` may hold several decodes of the batch, one after the other. */
const picture = (i: number) => pictures[i % pictures.length];
const squaredErrors = (l: Float64Array) => l.map((x, i) => (sigmoid(x) - picture(i)) ** 2);
const bits = (l: Float64Array) =>
  l.map((x, i) => -picture(i) * Math.log(sigmoid(x)) - (1 - picture(i)) * Math.log(1 - sigmoid(x)));
/** Sums over the values of each image. */
const perImage = (values: Float64Array) =>
  Array.from({ length: values.length / VALUES }, (_, n) => total(values.subarray(n * VALUES, (n + 1) * VALUES)));
const squaredError = (l: Float64Array) => total(squaredErrors(l)) / BATCH;
const crossEntropy = (l: Float64Array) => total(bits(l)) / BATCH;
/** KL of each dimension, averaged over the batch, from its integral's closed form. */
const kl = (mu: Float64Array, logVar: Float64Array) =>
  Array.from({ length: LATENT }, (_, d) => {
    const rows = [0, 1, 2].map((n) => n * LATENT + d);
    return total(rows.map((i) => -0.5 * (1 + logVar[i] - mu[i] ** 2 - Math.exp(logVar[i])))) / BATCH;
  });

const cases: Case[] = [
  {
    name: 'autoencoder',
    inputs: { logits },
    fixed: { image: pictures },
    op: (g, v) => autoencoder(g, plain, reconstruction(g, v.logits)).loss,
    expected: (v) => [squaredError(v.logits)],
  },
  {
    name: 'Gaussian likelihood',
    inputs: { logits },
    fixed: { image: pictures },
    op: (g, v) => negativeLogLikelihood(g, plain, 'gaussian', reconstruction(g, v.logits)).perImage,
    expected: (v) => perImage(squaredErrors(v.logits)),
  },
  {
    name: 'Bernoulli likelihood',
    inputs: { logits },
    fixed: { image: pictures },
    op: (g, v) => negativeLogLikelihood(g, plain, 'bernoulli', reconstruction(g, v.logits)).perImage,
    expected: (v) => perImage(bits(v.logits)),
  },
  {
    name: 'KL of each dimension',
    inputs: { mu, logVar },
    op: (g, v) => klPerDimension(g, v.mu, v.logVar),
    expected: (v) => kl(v.mu, v.logVar),
  },
  {
    name: 'KL with free bits',
    inputs: { perDimension: tensor('kl', [8], 0.5, 0.5) },
    op: (g, v) => klTerm(g, v.perDimension, 0.5),
    expected: (v) => [total(v.perDimension.map((x) => Math.max(0.5, x)))],
  },
  {
    name: 'reparameterised sample',
    inputs: { mu, logVar },
    fixed: { epsilon },
    op: (g, v) => reparameterise(g, v.mu, v.logVar, g.input('epsilon', [BATCH, LATENT])),
    expected: (v) => v.mu.map((m, i) => m + Math.exp(0.5 * v.logVar[i]) * epsilon[i]),
  },
  {
    name: 'regularised autoencoder',
    inputs: { logits, z: mu },
    fixed: { image: pictures },
    op: (g, v) => regularised(g, plain, reconstruction(g, v.logits), v.z, 0.3).loss,
    expected: (v) => [squaredError(v.logits) + (0.3 * 0.5 * total(v.z.map((x) => x * x))) / BATCH],
  },
  ...(['gaussian', 'bernoulli'] as Likelihood[]).map((likelihood): Case => ({
    name: `variational autoencoder, ${likelihood}`,
    inputs: { logits, mu, logVar },
    fixed: { image: pictures, beta: Float32Array.of(0.7) },
    op(g, v) {
      const config = { likelihood, freeBits: 0.4 };
      return variational(
        g,
        plain,
        reconstruction(g, v.logits),
        { mu: v.mu, logVar: v.logVar },
        g.input('beta', []),
        config,
      ).loss;
    },
    expected: (v) => [
      { gaussian: squaredError, bernoulli: crossEntropy }[likelihood as 'gaussian' | 'bernoulli'](v.logits) +
        Math.fround(0.7) * total(kl(v.mu, v.logVar).map((x) => Math.max(0.4, x))),
    ],
  })),
];

/** log 1/k Σ p(x|z)·p(z)/q(z|x) of each image from the densities themselves, at fixed draws; see `importanceWeighted`. */
const SAMPLES = 4;
const draws = draw('draws', [SAMPLES * BATCH, LATENT]);
const decodes = tensor('decodes', [SAMPLES * BATCH, 2, SIZE, SIZE], 0.3);
const logNormal = (x: number, mean: number, logVar: number) =>
  -0.5 * (Math.log(2 * Math.PI) + logVar + (x - mean) ** 2 / Math.exp(logVar));
function importanceBound(mu: Float64Array, logVar: Float64Array, values: Float64Array): number {
  const logWeights = perImage(values).map((nll, row) => {
    const latents = Array.from({ length: LATENT }, (_, d) => {
      const i = (row % BATCH) * LATENT + d;
      const z = mu[i] + Math.exp(0.5 * logVar[i]) * draws[row * LATENT + d];
      return logNormal(z, 0, 0) - logNormal(z, mu[i], logVar[i]);
    });
    return total(latents) - nll;
  });
  const images = Array.from({ length: BATCH }, (_, n) => {
    const own = logWeights.filter((_, row) => row % BATCH === n);
    const largest = Math.max(...own);
    return largest + Math.log(total(own.map((w) => Math.exp(w - largest))) / SAMPLES);
  });
  return -total(images) / BATCH;
}
cases.push(
  ...(['gaussian', 'bernoulli'] as const).map((likelihood): Case => ({
    name: `importance-weighted autoencoder, ${likelihood}`,
    inputs: { logits: decodes, mu, logVar },
    fixed: { image: pictures, epsilon: draws },
    op(g, v) {
      const repeated = repeatRows(g, v.logVar, SAMPLES);
      const epsilon = g.input('epsilon', [SAMPLES * BATCH, LATENT]);
      const z = reparameterise(g, repeatRows(g, v.mu, SAMPLES), repeated, epsilon);
      const r = reconstruction(g, v.logits);
      const image = repeatRows(g, r.image, SAMPLES);
      const posterior = { mu: v.mu, logVar: v.logVar };
      return importanceWeighted(g, plain, { ...r, image }, posterior, repeated, z, epsilon, likelihood).loss;
    },
    expected: (v) => [importanceBound(v.mu, v.logVar, (likelihood === 'gaussian' ? squaredErrors : bits)(v.logits))],
  })),
);

describe('objectives', () => {
  it.each(cases)('$name', async (c) => void (await check(c)));

  it('learns the σ that a fixed squared error implies', async () => {
    const g = new Graph();
    const { perImage, terms } = negativeLogLikelihood(
      g,
      plain,
      'learned-sigma',
      reconstruction(g, g.input('logits', logits.shape)),
    );
    const objective = { loss: meanRows(g, perImage), terms };
    const [parameter] = g.parameters;
    const [gradient] = g.backward(objective.loss);
    g.output('gradient', g.node('Identity', [gradient], gradient.shape));
    outputs(g, objective);
    const at = async (sigma: number) => {
      const logSigma = Float32Array.of(Math.log(sigma));
      return run(g, { logits: logits.data, image: pictures, [parameter.name]: logSigma });
    };
    const error = squaredError(Float64Array.from(logits.data));
    const sigma = Math.exp(parameter.initial());
    expect(sigma).toBeCloseTo(0.25, 6);
    const start = await at(sigma);
    expect(start.sigma[0]).toBeCloseTo(0.25, 6);
    expect(start.squaredError[0]).toBeCloseTo(error, 4);
    expect(start.loss[0]).toBeCloseTo(error / (2 * sigma ** 2) + VALUES * Math.log(sigma), 2);
    expect(start.gradient[0]).toBeCloseTo(VALUES - error / sigma ** 2, 2);
    // The best σ² is the mean squared error per value.
    const best = await at(Math.sqrt(error / VALUES));
    expect(Math.abs(best.gradient[0])).toBeLessThan(1e-3);
  });
});

function outputs(g: Graph, { loss, terms }: Objective): void {
  const copy = (x: Val) => g.node('Identity', [x], x.shape);
  g.output('loss', copy(loss));
  for (const [name, value] of Object.entries(terms)) if (value !== loss) g.output(name, copy(value));
}
