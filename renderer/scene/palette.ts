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

/** Reads the colours that apply to `element`. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string, fallback: string) => raw(style.getPropertyValue(name).trim() || fallback);
  return { space: read('--space', '#07080a'), accent: read('--accent', '#74e0c2'), line: raw('#8fa3bf') };
}

/** The colour as the display takes it: the scene's shaders write display values, as the thumbnails are. */
export function raw(css: string): Color {
  return new Color().setStyle(css).convertLinearToSRGB();
}
