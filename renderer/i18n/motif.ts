/** The window's words on a model whose images show something else than faces. */
import type { Motif } from '../../main/contract';

/** What is said of faces whichever model is open: of aligned and of synthetic ones, and of runs to come. */
const ALWAYS_FACES = new Set([
  'app',
  'about',
  'synthetic',
  'setting',
  'training',
  'preset',
  'curation',
  'stage',
  'facts',
  'myPhoto.found.face',
  'myPhoto.found.usual-place',
  'traits.names',
  'traits.by.factors',
  'scores.inBetweenHelp',
  'theory.family',
  'engine.setting',
  'engine.no-images',
]);

type Rules = readonly (readonly [RegExp, string])[];

// In quotes it is the name of a column in tables.
const ENGLISH: Record<Exclude<Motif, 'faces'>, Rules> = {
  digits: [
    [/(?<!“)\bface(s?)\b/g, 'digit$1'],
    [/\bFace(s?)\b/g, 'Digit$1'],
  ],
  images: [
    [/\b([Aa]) face\b/g, '$1n image'],
    [/(?<!“)\bface(s?)\b/g, 'image$1'],
    [/\bFace(s?)\b/g, 'Image$1'],
  ],
};
const CHINESE: Record<Exclude<Motif, 'faces'>, Rules> = {
  digits: [
    [/张(新?人?脸|新?面孔)/g, '个$1'],
    [/另一张/g, '另一个'],
    [/人?脸|面孔/g, '数字'],
  ],
  images: [[/人?脸|面孔/g, '图像']],
};

/** A catalogue of words by their keys, as deep as it may be. */
export interface Words {
  [key: string]: string | Words;
}

/**
 * The catalogue for models whose images show `motif`. What is filled in later stays as it is: names are a person's own.
 * @param within dotted path of `words` in the catalogue
 */
export function about(words: Words, motif: Exclude<Motif, 'faces'>, language: 'en' | 'zh-CN', within = ''): Words {
  const rules = (language === 'en' ? ENGLISH : CHINESE)[motif];
  const renamed = (text: string) =>
    text
      .split(/(\{\{.*?\}\})/)
      .map((part, i) => (i % 2 ? part : rules.reduce((said, [what, by]) => said.replace(what, by), part)))
      .join('');
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => {
      const path = within + key;
      if (ALWAYS_FACES.has(path)) return [key, value];
      return [key, typeof value === 'string' ? renamed(value) : about(value, motif, language, `${path}.`)];
    }),
  );
}
