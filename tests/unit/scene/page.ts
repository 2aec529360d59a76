/** A page of nothing but event targets, for driving the controls in Node with events made by hand. */

export class FakeCanvas extends EventTarget {
  readonly clientWidth = 1000;
  readonly clientHeight = 500;
  readonly ownerDocument: { pointerLockElement: unknown; exitPointerLock(): void } = {
    pointerLockElement: null,
    exitPointerLock: () => (this.ownerDocument.pointerLockElement = null),
  };
  focused = 0;
  focus() {
    this.focused++;
  }
  setPointerCapture() {}
  requestPointerLock() {
    this.ownerDocument.pointerLockElement = this;
    return Promise.resolve();
  }

  get element(): HTMLCanvasElement {
    return this as unknown as HTMLCanvasElement;
  }

  pointer(type: string, x: number, y: number, more: Partial<PointerEvent> = {}): Event {
    return send(this, `pointer${type}`, {
      pointerId: 1,
      pointerType: 'mouse',
      button: 0,
      offsetX: x,
      offsetY: y,
      ...more,
    });
  }
}

/** Dispatches an event with the given properties and returns it. `target` may be any object with `closest`. */
export function send(to: EventTarget, type: string, properties: object = {}): Event {
  const event = new Event(type, { cancelable: true });
  for (const [name, value] of Object.entries(properties)) Object.defineProperty(event, name, { value });
  to.dispatchEvent(event);
  return event;
}

/** Something with the focus that matches these selectors, among others of a list. */
export function elementMatching(...selectors: string[]) {
  return {
    closest: (list: string) => (list.split(/,\s*/).some((selector) => selectors.includes(selector)) ? {} : null),
  };
}
