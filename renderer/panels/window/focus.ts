/** Where the focus goes when nobody says: never to nothing, for keys and what reads the page aloud would be lost there. */

const OPEN_PANEL = '[data-drawer]:not([inert])';
const SPACE = '[data-testid=space]';

/** Into the dialog on top, else into the open panel, else to the space. */
export function focusWhatIsOpen(): void {
  const dialog = [...document.querySelectorAll('dialog:modal')].at(-1);
  const place = dialog ? dialog.querySelector<HTMLElement>('button:not(:disabled)') : placeInWindow();
  place?.focus({ preventScroll: true });
}

const placeInWindow = () =>
  document.querySelector<HTMLElement>(OPEN_PANEL) ?? document.querySelector<HTMLElement>(SPACE);

/**
 * Hands on the focus of what goes, or can have it no longer, for as long as the window is used by keys. Whoever points has lost
 * nothing, and wants no ring around a panel.
 */
export function keepFocus(): () => void {
  let byKeys = false;
  const listening = new AbortController();
  const options = { capture: true, signal: listening.signal };
  addEventListener('keydown', () => (byKeys = true), options);
  addEventListener('pointerdown', () => (byKeys = false), options);
  const lost = ({ target, relatedTarget }: FocusEvent) => {
    if (!byKeys || relatedTarget !== null || !(target instanceof HTMLElement)) return;
    // what comes in its place, and a dialog that gives the focus back, come first
    setTimeout(() => {
      const gone = !target.checkVisibility() || target.matches(':disabled, [inert] *');
      if (gone && document.activeElement === document.body) focusWhatIsOpen();
    });
  };
  addEventListener('focusout', lost, options);
  return () => listening.abort();
}
