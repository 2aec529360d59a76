// Sentences on a model's limits that follow from its own numbers, in both languages of the window.

/**
 * @typedef {import('../../main/contract').Words} Words
 *
 * @typedef {object} Numbers
 * @property {import('../../main/engine/models').Manifest['kind']} kind
 * @property {number} images trained on
 * @property {number} heldOut
 * @property {number} size pixels per side
 * @property {import('../../main/contract').ScoreReport} report
 */

/** Fewer training images than this leave details to chance that only a few faces have. */
const MANY_IMAGES = 2000;

/**
 * @param {import('../../main/engine/models').Manifest} manifest of a model with scores
 * @returns {Numbers}
 */
export function numbersOf({ kind, image, dataset, scores }) {
  const { report } = scores;
  if (!report) throw new Error('A card needs scores.');
  return { kind, images: dataset.images, heldOut: dataset.validationImages, size: image.size, report };
}

/**
 * @param {Numbers} numbers
 * @returns {Words[]}
 */
export function limitsOf({ images, report }) {
  return [
    ...(images < MANY_IMAGES ? [few(images)] : []),
    ...linear(report.reconstruction),
    ...samples(report.sampling),
    ...unused(report.bound),
  ];
}

/**
 * Its likelihood of test images beside a published one.
 * @param {Numbers} numbers of a VAE that was scored on them
 * @param {{ nll: number, active: number }} published
 * @returns {Words}
 */
export function matched({ report: { bound } }, published) {
  if (!bound) throw new Error('Only a VAE has a bound.');
  const { iwae, samples, activeUnits } = bound;
  const [nll, theirs] = [(-iwae.value).toFixed(2), published.nll.toFixed(2)];
  const images = iwae.count;
  return {
    en: `Negative log-likelihood of ${images} test images, by ${samples} importance samples: ${nll} nats (published: ${theirs}); ${activeUnits.value} numbers of its code are active (published: ${published.active}).`,
    'zh-CN': `${images} 张测试图像的负对数似然（${samples} 个重要性样本）：${nll} 奈特（已发表：${theirs}）；编码中有 ${activeUnits.value} 个分量是活跃的（已发表：${published.active}）。`,
  };
}

/** @param {number} images @returns {Words} */
const few = (images) => ({
  en: `${images} training images are too few to learn what only some faces have, such as glasses or earrings.`,
  'zh-CN': `${images} 张训练图像太少，学不会只有部分人脸才有的东西，例如眼镜或耳环。`,
});

/**
 * @param {import('../../main/contract').ScoreReport['reconstruction']} scores
 * @returns {Words[]}
 */
function linear(scores) {
  if (!scores) return [];
  const { model, pca, advantage } = scores;
  const [low, high] = advantage.interval ?? [0, 0];
  const [own, other] = [model.mse.value.toPrecision(3), pca.mse.value.toPrecision(3)];
  const numbers = { en: `mean squared error ${own}, PCA ${other}`, zh: `均方误差 ${own}，PCA ${other}` };
  const than = (/** @type {string} */ en, /** @type {string} */ zh) => ({
    en: `Images it has not seen it redraws ${en} linear PCA with ${pca.components} components (${numbers.en}).`,
    'zh-CN': `没见过的图像，它重画得${zh}（${pca.components} 个成分的线性 PCA；${numbers.zh}）。`,
  });
  if (low > 0) return [than('better than', '比线性方法好')];
  return [high < 0 ? than('worse than', '比线性方法差') : than('no better than', '不比线性方法好')];
}

/**
 * @param {import('../../main/contract').ScoreReport['sampling']} scores
 * @returns {Words[]}
 */
function samples(scores) {
  if (!scores) return [];
  const { real, prior, mixture } = scores.sets;
  const times = (/** @type {import('../../main/contract').SampleQuality} */ set) =>
    (set.frechet.value / real.frechet.value).toPrecision(2);
  return [
    {
      en:
        `Draws from the prior are ${times(prior)} times as far from real images as these are from one another (Fréchet distance)` +
        `${mixture ? `; from a mixture fitted to its codes, ${times(mixture)} times` : ''}.`,
      'zh-CN':
        `从先验抽取的样本与真实图像的距离（Fréchet 距离）是真实图像彼此之间的 ${times(prior)} 倍` +
        `${mixture ? `；从拟合其编码的混合分布抽取则为 ${times(mixture)} 倍` : ''}。`,
    },
  ];
}

/**
 * @param {import('../../main/contract').ScoreReport['bound']} scores
 * @returns {Words[]}
 */
function unused(scores) {
  if (!scores) return [];
  const { activeUnits, latentSize } = scores;
  const idle = latentSize - activeUnits.value;
  if (idle < 1) return [];
  return [
    {
      en: `${idle} of the ${latentSize} numbers of its code say next to nothing about the image (their mean varies by 0.01 at most).`,
      'zh-CN': `编码的 ${latentSize} 个分量中有 ${idle} 个几乎与图像无关（均值的方差不超过 0.01）。`,
    },
  ];
}
