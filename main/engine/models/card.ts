/** What people see of a model. */
import type { ModelCard } from '../../contract';
import { duration } from '../text';
import type { Manifest } from './manifest';

/** The facts of a manifest as label → value in reading order; what a trainer left out is left out here. */
export function factsOf({ training, dataset, scores, likelihood }: Manifest): ModelCard['facts'] {
  const facts: [label: string, value: string | undefined][] = [
    ['Trained on', `${dataset.name} (${number(dataset.images)} images, ${number(dataset.validationImages)} held out)`],
    ['Images left out', dataset.skipped > 0 ? number(dataset.skipped) : undefined],
    ['Faces aligned', training.align === undefined ? undefined : training.align ? 'yes' : 'no'],
    ['Architecture', training.architecture],
    ['Parameters', number(training.parameters)],
    ['Likelihood', likelihood],
    ['KL weight β', number(training.beta)],
    ['Epochs', number(training.epochs)],
    ['Steps', number(training.steps)],
    ['Batch size', number(training.batchSize)],
    ['Learning rate', number(training.learningRate)],
    ['Seed', number(training.seed)],
    ['Training time', training.seconds === undefined ? undefined : duration(training.seconds)],
    ['Images per second', number(training.imagesPerSecond)],
    ['Validation MSE', scores.validationMse?.toPrecision(3)],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

const number = <T extends number | undefined>(value: T) =>
  (value === undefined
    ? undefined
    : value.toLocaleString('en', { maximumSignificantDigits: Number.isInteger(value) ? 21 : 4 })) as T extends number
    ? string
    : string | undefined;
