import { LinearSRGBColorSpace, WebGLRenderer } from 'three';
import { UserError } from '../../../main/contract';

/**
 * A renderer on `canvas`, and whether graphics hardware smooths edges for it.
 * @throws UserError `no-device` where the browser has no WebGL 2
 */
export function openRenderer(canvas: HTMLCanvasElement): { renderer: WebGLRenderer; multisampled: boolean } {
  // where the processor draws, several samples a pixel would halve the frame rate: only hardware gets them
  const context = canvas.getContext('webgl2', {
    alpha: false,
    stencil: false,
    powerPreference: 'high-performance',
    antialias: !drawsInSoftware(),
  });
  if (!context) {
    throw new UserError('no-device.webgl');
  }
  const renderer = new WebGLRenderer({ canvas, context });
  // thumbnails and style-sheet colours are display values already: pass them through
  renderer.outputColorSpace = LinearSRGBColorSpace;
  return { renderer, multisampled: context.getContextAttributes()?.antialias ?? false };
}

/** Whether WebGL is emulated by the processor here, judged by the name of its driver. */
function drawsInSoftware(): boolean {
  const probe = document.createElement('canvas').getContext('webgl2');
  const info = probe?.getExtension('WEBGL_debug_renderer_info');
  const driver = String(probe?.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : probe.RENDERER));
  // browsers allow few contexts at a time
  probe?.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(driver);
}
