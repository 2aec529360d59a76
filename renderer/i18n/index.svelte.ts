/** The words of the window in the chosen language. Components call `t(key)` and follow when the language changes. */
import { createInstance } from 'i18next';
import { recall, remember } from '../platform/preferences';
import type { Key, Values } from './translations/catalogue';
import { en } from './translations/en';
import { zh } from './translations/zh';

export type Language = 'en' | 'zh-CN';

const i18n = createInstance({
  lng: initialLanguage(),
  fallbackLng: 'en',
  resources: { en: { translation: en }, 'zh-CN': { translation: zh } },
  interpolation: { escapeValue: false },
  initAsync: false,
  showSupportNotice: false,
});
void i18n.init();

let current = $state(initialLanguage());
document.documentElement.lang = initialLanguage();

/** The chosen language; a BCP 47 tag, fit for `Intl`. */
export function language(): Language {
  return current;
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
  // read so that what was rendered with it renders again when the language changes
  void current;
  return i18n.t(key, ...(values as [Record<string, string | number>]));
}

function initialLanguage(): Language {
  const remembered = recall('language');
  if (remembered === 'en' || remembered === 'zh-CN') return remembered;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
