/** The training step as one graph: forward, loss, backward, update. */
import { Graph, type Val } from './graph';
import { decoder, encoder, imageShape, imageValues, type NetworkConfig } from './networks';
import { discriminator, DISCRIMINATOR } from './discriminator';
import { LinearPart } from './linear-start';
import { autoencoder } from './objectives/ae';
import { importanceWeighted } from './objectives/iwae';
import { klPerDimension, klTerm } from './objectives/kl';
import type { Likelihood } from './objectives/likelihood';
import type { Objective, Reconstruction } from './objectives/objective';
import { regularised } from './objectives/rae';
import { reparameterise, variational } from './objectives/vae';
import { discriminatorLoss, generatorLoss } from './objectives/vae-gan';
import type { Convolutions } from './ops/convolution';
import { plain } from './ops/plain';
import { add, meanRows, multiply, repeatRows, sigmoid, subtract, sumSquaresRows } from './ops/elementwise';
import { appendUpdate, gradientName, type OptimiserConfig } from './optimisers/optimiser';
import { random } from '../maths/random';
import { Weights } from './weights';

export type ObjectiveConfig =
  | { kind: 'ae' }
  | {
      kind: 'vae';
      likelihood: Likelihood;
      /** Weight of the KL term once warm. */
      beta: number;
      /** Share of the run, 0..1, over which β rises from 0. */
      warmUp: number;
      freeBits: number;
      /** k of the importance-weighted bound; 1 is the ELBO, and only then do β, warm-up and free bits count. */
      importanceSamples: number;
      /** Share of the run, 0..1, at its end, in which the decoder is trained against a discriminator as well; 0 if absent. */
      adversarial?: number;
    }
  | {
      kind: 'rae';
      /** Weight of ½‖z‖². */
      codeWeight: number;
    };

export interface StepConfig {
  network: NetworkConfig;
  objective: ObjectiveConfig;
  optimiser: OptimiserConfig;
  batchSize: number;
  seed: number;
}

/** Codes that a step decodes of each image. */
export const samplesPerImage = ({ objective }: Pick<StepConfig, 'objective'>): number =>
  objective.kind === 'vae' ? objective.importanceSamples : 1;

/**
 * The network with its objective; the same seed gives the same parameters, whatever the formulation.
 * @param begun with a linear part beside it, whose tensors are inputs, see `linear-start.ts`
 */
export function forward(g: Graph, ops: Convolutions, c: StepConfig, begun = false): Objective {
  const { objective, network } = c;
  const { channels, latentSize } = network;
  const [, height, width] = imageShape(network);
  const n = c.batchSize;
  const k = samplesPerImage(c);
  const image = ops.input(g, 'image', n, channels, width, height);
  const weights = new Weights(g, random(c.seed, 'weights'));
  const { length } = ops.imageLayout(channels, width, height);
  const part = begun ? new LinearPart(g, (name, shape) => g.input(name, shape), length, latentSize) : null;
  const found = encoder(g, ops, weights, network, image, objective.kind === 'vae');
  const mu = part ? part.code(found.mu, image) : found.mu;
  const logVar = part && found.logVar ? part.logVariance(found.logVar) : found.logVar;
  const decoded = (z: Val): Reconstruction => {
    const drawn = decoder(g, ops, weights, network, z);
    const logits = part ? part.logits(drawn, z) : drawn;
    return { image: repeatRows(g, image, k), logits, channels, values: imageValues(network) };
  };
  if (objective.kind === 'ae') return autoencoder(g, ops, decoded(mu));
  if (objective.kind === 'rae') return regularised(g, ops, decoded(mu), mu, objective.codeWeight);
  const epsilon = g.input('epsilon', [k * n, latentSize]);
  const posterior = { mu, logVar: logVar! };
  const repeated = repeatRows(g, posterior.logVar, k);
  const z = reparameterise(g, repeatRows(g, mu, k), repeated, epsilon);
  if (k === 1) return variational(g, ops, decoded(z), posterior, g.input('beta', []), objective);
  return importanceWeighted(g, ops, decoded(z), posterior, repeated, z, epsilon, objective.likelihood);
}

export interface StepGraph {
  graph: Graph;
  /** Names of the loss terms among the outputs, as `term:` + name. */
  terms: string[];
}

/** Outputs: `loss`, `term:…`, and the optimiser's. @param begun as of `forward` */
export function trainingStep(ops: Convolutions, c: StepConfig, begun = false): StepGraph {
  const g = new Graph();
  const { loss, terms } = forward(g, ops, c, begun);
  const gradients = g.backward(loss);
  appendUpdate(g, g.parameters, gradients, c.optimiser);
  outputScalars(g, loss, terms);
  return { graph: g, terms: Object.keys(terms) };
}

/** How the discriminator of a VAE-GAN learns (Radford et al. 2016: β₁ = 0.5). */
export const DISCRIMINATOR_OPTIMISER: OptimiserConfig = {
  kind: 'adam',
  betas: [0.5, 0.99],
  epsilon: 1e-8,
  clipNorm: 0,
  weightDecay: 0,
  averageDecay: 0,
};

/** The networks of a VAE with the losses of a VAE-GAN, see `objectives/vae-gan.ts`, and whose each parameter is. */
export function adversarial(g: Graph, ops: Convolutions, c: StepConfig) {
  const { network } = c;
  const { channels, latentSize } = network;
  const [, height, width] = imageShape(network);
  const n = c.batchSize;
  const input = (name: string) => ops.input(g, name, n, channels, width, height);
  const image = input('image');
  const weights = new Weights(g, random(c.seed, 'weights'));
  const judge = new Weights(g, random(c.seed, 'discriminator'));

  const { mu, logVar } = encoder(g, ops, weights, network, image, true);
  const z = reparameterise(g, mu, logVar!, g.input('epsilon', [n, latentSize]));
  const decode = (codes: Val) => sigmoid(g, decoder(g, ops, weights, network, codes));
  const [reconstructed, drawn] = [decode(z), decode(g.input('draws', [n, latentSize]))];
  const mine = [...g.parameters];

  // A gain of 0 takes away what the image layout stores beside pixels, and squares that are cut out.
  const look = (x: Val, gain: Val, offset: Val) => add(g, multiply(g, x, gain), offset);
  const [gain, offset] = [input('gain'), input('offset')];
  const seen = look(image, gain, offset);
  const see = (x: Val) => discriminator(g, ops, judge, network, x);
  const judged = {
    real: see(seen),
    near: see(add(g, seen, input('noise'))),
    reconstructed: see(look(reconstructed, gain, offset)),
    drawn: see(look(drawn, input('gain of draws'), input('offset of draws'))),
  };
  const error = meanRows(g, sumSquaresRows(g, ops.maskImage(g, subtract(g, reconstructed, image), channels)));
  const kl = klTerm(g, klPerDimension(g, mu, logVar!), 0);
  const generator = generatorLoss(g, judged, error, multiply(g, kl, g.input('beta', [])), imageValues(network));
  const theirs = g.parameters.filter((p) => !mine.includes(p));
  return {
    generator: { ...generator, parameters: mine },
    discriminator: { ...discriminatorLoss(g, judged), parameters: theirs },
    terms: { reconstruction: error, kl },
  };
}

/** The step of a VAE-GAN. Both sides learn from the same passes, at once. Outputs as of `trainingStep`. */
export function adversarialStep(ops: Convolutions, c: StepConfig): StepGraph {
  const g = new Graph();
  const { generator, discriminator: judge, terms: watched } = adversarial(g, ops, c);
  const gradients = g.backward(generator.loss, generator.parameters);
  const theirs = g.backward(judge.loss, judge.parameters);
  appendUpdate(g, generator.parameters, gradients, c.optimiser);
  appendUpdate(g, judge.parameters, theirs, DISCRIMINATOR_OPTIMISER, DISCRIMINATOR);
  const terms = { ...watched, ...generator.terms, ...judge.terms };
  outputScalars(g, generator.loss, terms);
  return { graph: g, terms: Object.keys(terms) };
}

/** The step without its update. Outputs: `loss`, `term:…`, and `gradient:` + parameter. */
export function gradientStep(ops: Convolutions, c: StepConfig, begun = false): StepGraph {
  const g = new Graph();
  const { loss, terms } = forward(g, ops, c, begun);
  const gradients = g.backward(loss);
  gradients.forEach((gradient, i) => g.output(gradientName(g.parameters[i].name), gradient));
  outputScalars(g, loss, terms);
  return { graph: g, terms: Object.keys(terms) };
}

/** A value may be both the loss and a term; each output gets a node of its own. */
function outputScalars(g: Graph, loss: Val, terms: Record<string, Val>): void {
  const copy = (x: Val) => g.node('Identity', [x], x.shape);
  g.output('loss', copy(loss));
  for (const [name, value] of Object.entries(terms)) g.output(`term:${name}`, copy(value));
}

/** How a graph of a network alone lays images out; its batch is open unless it is said. */
export interface Layout {
  ops: Convolutions;
  batch: number;
}

const networkGraph = (layout?: Layout) => ({
  g: new Graph({ dynamicBatch: !layout }),
  ops: layout?.ops ?? plain,
  batch: layout?.batch ?? 1,
});

/** A linear part whose tensors are parameters: inputs while one looks at a run, constants in a file. */
function written(g: Graph, ops: Convolutions, { network }: Pick<StepConfig, 'network'>): LinearPart {
  const [channels, height, width] = imageShape(network);
  const { length } = ops.imageLayout(channels, width, height);
  return new LinearPart(g, (name, shape) => g.parameter(name, shape, () => 0), length, network.latentSize);
}

/**
 * `image [N, c, s, s] → mu [N, d]` and, for a VAE, `log_var [N, d]`, in standard ONNX unless `layout` is another.
 * @param begun as of `forward`; its tensors are among the parameters
 */
export function encoderGraph(config: Pick<StepConfig, 'network' | 'objective'>, begun = false, layout?: Layout): Graph {
  const { network, objective } = config;
  const { g, ops, batch } = networkGraph(layout);
  const [channels, height, width] = imageShape(network);
  const image = ops.input(g, 'image', batch, channels, width, height);
  const { mu, logVar } = encoder(g, ops, new Weights(g, random(0)), network, image, objective.kind === 'vae');
  const part = begun ? written(g, ops, config) : null;
  g.output('mu', part ? part.code(mu, image) : mu);
  if (logVar) g.output('log_var', part ? part.logVariance(logVar) : logVar);
  return g;
}

/** `z [N, d] → image [N, c, s, s]` in 0..1, in standard ONNX unless `layout` is another. @param begun as of `encoderGraph` */
export function decoderGraph({ network }: Pick<StepConfig, 'network'>, begun = false, layout?: Layout): Graph {
  const { g, ops, batch } = networkGraph(layout);
  const z = g.input('z', [batch, network.latentSize]);
  const logits = decoder(g, ops, new Weights(g, random(0)), network, z);
  g.output('image', sigmoid(g, begun ? written(g, ops, { network }).logits(logits, z) : logits));
  return g;
}
