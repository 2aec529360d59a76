import type { TrainingFacts } from '../../../main/contract';
import { language, t } from '../../i18n/index.svelte';
import { chosen, integer, significant } from '../../formats/numbers';
import { durationText } from '../parts/duration';

/** How a model was trained, as label and value in reading order, in the language of the window. */
export function factRows(facts: TrainingFacts): { label: string; value: string }[] {
  const { data, images, heldOut, leftOut, aligned, likelihood, seconds, validationMse } = facts;
  const count = (value: number) => integer(value, language());
  const rows: [label: string, value: string | undefined][] = [
    [t('facts.data'), t('facts.images', { data, images: count(images), held: count(heldOut) })],
    [t('facts.leftOut'), leftOut > 0 ? count(leftOut) : undefined],
    [t('facts.aligned'), aligned === undefined ? undefined : t(aligned ? 'facts.yes' : 'facts.no')],
    [t('facts.network'), networkText(facts)],
    [t('facts.parameters'), said(facts.parameters, count)],
    [t('facts.likelihood'), likelihood],
    [t('facts.beta'), said(facts.beta, chosen)],
    [t('facts.epochs'), said(facts.epochs, chosen)],
    [t('facts.steps'), said(facts.steps, count)],
    [t('facts.batchSize'), said(facts.batchSize, count)],
    [t('facts.learningRate'), said(facts.learningRate, chosen)],
    [t('facts.seed'), said(facts.seed, String)],
    [t('facts.seconds'), said(seconds, durationText)],
    [t('facts.imagesPerSecond'), said(facts.imagesPerSecond, count)],
    [t('facts.validationMse'), said(validationMse, (value) => significant(value, 3))],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

function networkText({ network, width, residualBlocks }: TrainingFacts): string | undefined {
  if (network === 'perceptron') return t('facts.perceptron');
  if (!network || !width) return undefined;
  return residualBlocks ? t(`facts.${width}Residual`, { count: residualBlocks }) : t(`facts.${width}`);
}

const said = (value: number | undefined, text: (value: number) => string): string | undefined =>
  value === undefined ? undefined : text(value);
