import { execFileSync } from 'node:child_process';

/**
 * A Python that can import PyTorch: `LATENTSCAPE_PYTHON`, or `python3`. Null, with the reason, where there is none.
 * @returns {{ python: string, version: string, reason: null } | { python: null, version: null, reason: string }}
 */
export function findTorch() {
  const python = process.env.LATENTSCAPE_PYTHON ?? 'python3';
  try {
    const version = execFileSync(python, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { python, version: version.trim(), reason: null };
  } catch {
    const reason = `"${python}" cannot import torch; set LATENTSCAPE_PYTHON to a Python that can`;
    return { python: null, version: null, reason };
  }
}
