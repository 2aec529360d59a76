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

/** A window with gamepads that a test moves. */
export class FakeWindow extends EventTarget {
  readonly pads: (Gamepad | null)[] = [null, null];
  readonly navigator = { getGamepads: () => this.pads };

  get window(): Window {
    return this as unknown as Window;
  }

  /** Connects a pad at rest in the standard layout; its arrays are for the test to change. */
  connect(mapping: GamepadMappingType = 'standard') {
    const pad = {
      mapping,
      connected: true,
      axes: [0.05, -0.08, 0.02, 0],
      buttons: Array.from({ length: 17 }, () => ({ value: 0, pressed: false })),
    };
    this.pads[1] = pad as unknown as Gamepad;
    send(this, 'gamepadconnected');
    return pad;
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
