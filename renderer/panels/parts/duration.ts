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

/** As durations are estimated: in one unit up to an hour or two. */
export function roughly(seconds: number): string {
  if (seconds < 90) return t('time.seconds', { seconds: Math.max(5, 5 * Math.round(seconds / 5)) });
  if (seconds < 2 * 3600) return t('time.wholeMinutes', { minutes: Math.round(seconds / 60) });
  return t('time.wholeHours', { hours: Math.round(seconds / 3600) });
}
