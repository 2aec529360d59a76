import { Color } from 'three';

/** The scene's colours, as the page's style sheet names them (`renderer/styles/tokens.css`). */
export interface Palette {
  /** Background, and what far faces fade into. */
  space: Color;
  /** The one colour that asks for attention. */
  accent: Color;
  /** Lines that help to find one's way. */
  line: Color;
}

const DARK = { space: '#07080a', accent: '#74e0c2', line: '#8fa3bf' };

/** The colours where there is no page to name them. */
export const DARK_PALETTE: Palette = { space: raw(DARK.space), accent: raw(DARK.accent), line: raw(DARK.line) };

/** Reads the colours that apply to `element`. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string, fallback: string) => raw(style.getPropertyValue(name).trim() || fallback);
  return {
    space: read('--space', DARK.space),
    accent: read('--accent', DARK.accent),
    line: read('--guide', DARK.line),
  };
}

/** Takes over colours in place: whoever draws with them draws with the new ones from then on. */
export function repaint(palette: Palette, by: Palette): void {
  palette.space.copy(by.space);
  palette.accent.copy(by.accent);
  palette.line.copy(by.line);
}

/** The colour as the display takes it: the scene's shaders write display values, as the thumbnails are. */
export function raw(css: string): Color {
  return new Color().setStyle(css).convertLinearToSRGB();
}
