import { MODEL_EXTENSIONS } from '../../../main/contract';

/** Choosing a folder or a file: the system's own dialog where the host has one, else a dialog of the window. */
export interface Browsing {
  /** `model`: a model folder or file; `images`: a folder to train on. */
  purpose: 'model' | 'images';
  onpick: (path: string) => void;
}

class Browse {
  /** The window's own dialog, while it is open. */
  open = $state.raw<Browsing | null>(null);

  /** True where the system has dialogs of its own: then folders and files are asked for separately. */
  readonly native = window.latentscape !== undefined;

  async folder(purpose: Browsing['purpose'], onpick: (path: string) => void): Promise<void> {
    if (window.latentscape) {
      const path = await window.latentscape.pickFolder();
      if (path !== null) onpick(path);
    } else this.open = { purpose, onpick };
  }

  async modelFile(onpick: (path: string) => void): Promise<void> {
    if (window.latentscape) {
      const path = await window.latentscape.pickFile(MODEL_EXTENSIONS);
      if (path !== null) onpick(path);
    } else this.open = { purpose: 'model', onpick };
  }
}

export const browse = new Browse();
