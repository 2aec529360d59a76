/** What people see of a model. */
import type { TrainingFacts } from '../../contract';
import type { Manifest } from './files/manifest';

/** The facts of a manifest. */
export function factsOf({ training, dataset, scores, likelihood }: Manifest): TrainingFacts {
  const { align, network, width, residualBlocks, parameters, beta, epochs, steps, batchSize, learningRate, seed } =
    training;
  const { seconds, imagesPerSecond, adversarial, linearStart } = training;
  return {
    data: dataset.name,
    images: dataset.images,
    heldOut: dataset.validationImages,
    leftOut: dataset.skipped,
    aligned: align,
    network,
    width,
    residualBlocks,
    parameters,
    likelihood,
    beta,
    adversarial: adversarial || undefined,
    linearStart: linearStart || undefined,
    epochs,
    steps,
    batchSize,
    learningRate,
    seed,
    seconds,
    imagesPerSecond,
    validationMse: scores.validationMse,
  };
}
