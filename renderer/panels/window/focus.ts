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

/** For `focusout` of the window: what had the focus may have gone, or can have it no longer. */
export function keepFocus({ target, relatedTarget }: FocusEvent): void {
  if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
  // what comes in its place, and a dialog that gives the focus back, come first
  setTimeout(() => {
    const gone = !target.checkVisibility() || target.matches(':disabled, [inert] *');
    if (gone && document.activeElement === document.body) focusWhatIsOpen();
  });
}
