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
    [t('facts.parameters'), orUnknown(facts.parameters, count)],
    [t('facts.likelihood'), likelihood],
    [t('facts.beta'), orUnknown(facts.beta, chosen)],
    [t('facts.adversarial'), orUnknown(facts.adversarial, shareText)],
    [t('facts.linearStart'), orUnknown(facts.linearStart, shareText)],
    [t('facts.epochs'), orUnknown(facts.epochs, chosen)],
    [t('facts.steps'), orUnknown(facts.steps, count)],
    [t('facts.batchSize'), orUnknown(facts.batchSize, count)],
    [t('facts.learningRate'), orUnknown(facts.learningRate, chosen)],
    [t('facts.seed'), orUnknown(facts.seed, String)],
    [t('facts.seconds'), orUnknown(seconds, durationText)],
    [t('facts.imagesPerSecond'), orUnknown(facts.imagesPerSecond, count)],
    [t('facts.validationMse'), orUnknown(validationMse, (value) => significant(value, 3))],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

function networkText({ network, width, residualBlocks }: TrainingFacts): string | undefined {
  if (network === 'perceptron') return t('facts.perceptron');
  if (!network || !width) return undefined;
  return residualBlocks ? t(`facts.${width}Residual`, { count: residualBlocks }) : t(`facts.${width}`);
}

const shareText = (share: number) => t('facts.share', { percent: Math.round(100 * share) });

const orUnknown = (value: number | undefined, text: (value: number) => string): string | undefined =>
  value === undefined ? undefined : text(value);
