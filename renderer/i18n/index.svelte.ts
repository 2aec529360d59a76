/** The words of the window in the chosen language. Components call `t(key)` and follow when the language changes. */
import { createInstance } from 'i18next';
import type { Motif } from '../../main/contract';
import { recall, remember } from '../platform/preferences';
import { about } from './motif';
import type { Key, Values } from './translations/catalogue';
import { en } from './translations/en';
import { zh } from './translations/zh';

export type Language = 'en' | 'zh-CN';

const i18n = createInstance({
  lng: initialLanguage(),
  fallbackLng: 'en',
  // a namespace for each motif
  ns: ['faces', 'digits', 'images'] satisfies Motif[],
  defaultNS: 'faces' satisfies Motif,
  resources: {
    en: { faces: en, digits: about(en, 'digits', 'en'), images: about(en, 'images', 'en') },
    'zh-CN': { faces: zh, digits: about(zh, 'digits', 'zh-CN'), images: about(zh, 'images', 'zh-CN') },
  },
  interpolation: { escapeValue: false },
  initAsync: false,
  showSupportNotice: false,
});
void i18n.init();

let current = $state(initialLanguage());
let motif = $state<Motif>('faces');
document.documentElement.lang = initialLanguage();

/** The chosen language; a BCP 47 tag, fit for `Intl`. */
export function language(): Language {
  return current;
}

/** What the images of the model in the window are called from now on. */
export function callImages(what: Motif): void {
  motif = what;
}

/** Switches every word on the screen, and remembers the choice. */
export function setLanguage(next: Language): void {
  void i18n.changeLanguage(next);
  current = next;
  document.documentElement.lang = next;
  remember('language', next);
}

/** The words for `key`; `values` fills in their {{names}}, and `count` chooses between one and many. */
export function t<K extends Key>(key: K, ...values: Values<K>): string {
  return tAbout(motif, key, ...values);
}

/** As `t`, about a model that need not be the one in the window. */
export function tAbout<K extends Key>(what: Motif, key: K, ...values: Values<K>): string {
  // read so that what was rendered with it renders again when the language changes
  void current;
  return i18n.t(key, { ...values[0], ns: what });
}

function initialLanguage(): Language {
  const remembered = recall('language');
  if (remembered === 'en' || remembered === 'zh-CN') return remembered;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
