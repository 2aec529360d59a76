/** Numbers as people read them. `language` is a BCP 47 tag. */

const MINUS = '\u2212';

/** A number with a fixed number of decimals and a true minus sign, which is as wide as a digit. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  // −0.00 would be a sign without a value
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', MINUS);
}

/** A number with `digits` significant digits, without an exponent as long as it stays readable. */
export function significant(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-5 || magnitude >= 1e7)) {
    return value
      .toExponential(digits - 1)
      .replace('e-', `e${MINUS}`)
      .replace('e+', 'e')
      .replace(/^-/, MINUS);
  }
  const rounded = Number(value.toPrecision(digits));
  const whole = rounded === 0 ? 1 : Math.floor(Math.log10(Math.abs(rounded))) + 1;
  return fixed(rounded, Math.min(20, Math.max(0, digits - whole)));
}

/** A number that someone chose, such as 0.05 or 125: without digits that say nothing, three significant ones at most. */
export function chosen(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', MINUS);
}

export function percent(share: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

export function integer(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value);
}

/** A count in a few characters: 1.2M, 120万. */
export function compact(value: number, language: string): string {
  return new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}

/** 850 MB, 1.2 GB. */
export function bytes(value: number, language: string): string {
  const giga = value >= 1e9;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: giga ? 'gigabyte' : 'megabyte',
    maximumFractionDigits: giga ? 1 : 0,
  }).format(value / (giga ? 1e9 : 1e6));
}

/** A duration in its two largest units, e.g. `{ unit: 'minutes', minutes: 3, seconds: 20 }`. */
export type Duration =
  | { unit: 'hours'; hours: number; minutes: number }
  | { unit: 'minutes'; minutes: number; seconds: number }
  | { unit: 'seconds'; seconds: number };

export function duration(seconds: number): Duration {
  const total = Math.max(0, Math.round(seconds));
  if (total >= 3600) {
    const minutes = Math.round(total / 60);
    return { unit: 'hours', hours: Math.floor(minutes / 60), minutes: minutes % 60 };
  }
  if (total >= 60) return { unit: 'minutes', minutes: Math.floor(total / 60), seconds: total % 60 };
  return { unit: 'seconds', seconds: total };
}
