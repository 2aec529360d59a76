import { t } from '../../i18n/index.svelte';
import { duration } from '../../formats/numbers';

/** Seconds as people say them in the language of the window. */
export function durationText(seconds: number): string {
  const value = duration(seconds);
  switch (value.unit) {
    case 'hours':
      return t('time.hours', value);
    case 'minutes':
      return t('time.minutes', value);
    case 'seconds':
      return t('time.seconds', value);
  }
}
