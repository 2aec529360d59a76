import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlyControls } from '../../../../renderer/scene/input/fly-controls';
import { directions, eye, type Pose } from '../../../../renderer/scene/camera/pose';
import { elementMatching, FakeCanvas, FakeWindow, send } from '../page';

const FOV = (50 * Math.PI) / 180;
const conditions = { limits: { near: 1, far: 10 }, cruise: 2, fov: FOV, hold: (_: Pose, to: Pose) => to };
const start: Pose = { focus: [0, 0, -1], yaw: 0, pitch: 0, reach: 1 };

let canvas: FakeCanvas;
let page: FakeWindow;
let told: unknown[];
let controls: FlyControls;

beforeEach(() => {
  canvas = new FakeCanvas();
  page = new FakeWindow();
  told = [];
  controls = new FlyControls(canvas.element, page.window, {
    input: () => told.push('input'),
    tap: ({ x, y }) => told.push(['tap', x, y]),
    tapReticle: () => told.push('tap at the reticle'),
    hover: (at) => told.push(['hover', at]),
    dragging: (on) => told.push(['dragging', on]),
    back: () => told.push('back'),
    forward: () => told.push('forward'),
  });
  controls.step(start, 0, conditions);
});

afterEach(() => controls.dispose());

const key = (type: 'keydown' | 'keyup', code: string, more: object = {}) => send(page, type, { code, ...more });

/** Flies on for so many seconds. */
function fly(pose: Pose, seconds: number, framesPerSecond = 60): Pose {
  for (let i = 0; i < Math.round(seconds * framesPerSecond); i++)
    pose = controls.step(pose, 1 / framesPerSecond, conditions);
  return pose;
}

/** Flies on until everything rests. */
function settle(pose: Pose): Pose {
  for (let i = 0; controls.active; i++) {
    if (i > 600) throw new Error('the controls never come to rest');
    pose = controls.step(pose, 1 / 60, conditions);
  }
  return pose;
}

describe('keys', () => {
  it.each([
    ['KeyW', [0, 0, -1]],
    ['ArrowUp', [0, 0, -1]],
    ['KeyS', [0, 0, 1]],
    ['ArrowDown', [0, 0, 1]],
    ['KeyD', [1, 0, 0]],
    ['ArrowRight', [1, 0, 0]],
    ['KeyA', [-1, 0, 0]],
    ['ArrowLeft', [-1, 0, 0]],
    ['KeyE', [0, 1, 0]],
    ['Space', [0, 1, 0]],
    ['KeyQ', [0, -1, 0]],
    ['KeyC', [0, -1, 0]],
  ])('%s held for a second moves by one second of flight', (code, direction) => {
    key('keydown', code);
    expect(told).toContain('input');
    let pose = fly(start, 1);
    key('keyup', code);
    pose = settle(pose);
    for (let i = 0; i < 3; i++) expect(pose.focus[i] - start.focus[i]).toBeCloseTo(2 * direction[i], 2);
    expect([pose.yaw, pose.pitch]).toEqual([0, 0]);
  });

  it('turns with I, J, K and L', () => {
    key('keydown', 'KeyJ');
    key('keydown', 'KeyI');
    const pose = fly(start, 0.5);
    expect(pose.yaw).toBeGreaterThan(0.3);
    expect(pose.pitch).toBeGreaterThan(0.3);
  });

  it('goes the same way at any frame rate', () => {
    key('keydown', 'KeyW');
    key('keydown', 'KeyD');
    const [slow, fast] = [15, 240].map((framesPerSecond) => {
      controls.halt();
      return fly(start, 1, framesPerSecond);
    });
    for (let i = 0; i < 3; i++) expect(slow.focus[i]).toBeCloseTo(fast.focus[i], 6);
  });

  it('flies faster with Shift', () => {
    key('keydown', 'KeyW', { shiftKey: true });
    expect(-fly(start, 2).focus[2] - 1).toBeGreaterThan(10);
  });

  it('stands still between opposite keys', () => {
    key('keydown', 'KeyW');
    key('keydown', 'KeyS');
    expect(fly(start, 1).focus).toEqual(start.focus);
  });

  it('releases everything when the window loses the focus', () => {
    key('keydown', 'KeyW');
    send(page, 'blur');
    settle(start);
    expect(controls.active).toBe(false);
  });

  it('belongs to those who type, to dialogs and to shortcuts', () => {
    for (const target of ['input', 'textarea', 'select', 'dialog', '[role="dialog"]']) {
      key('keydown', 'KeyW', { target: elementMatching(target) });
    }
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) key('keydown', 'KeyW', { [modifier]: true });
    key('keydown', 'KeyW', { defaultPrevented: true });
    expect(controls.active).toBe(false);
    expect(told).toEqual([]);
  });

  it('leaves Space, Enter and arrows to a focused button, and letters to the flight', () => {
    const button = elementMatching('button', '[tabindex]');
    for (const code of ['Space', 'Enter', 'ArrowUp']) {
      expect(key('keydown', code, { target: button }).defaultPrevented).toBe(false);
    }
    expect(controls.active).toBe(false);
    expect(key('keydown', 'KeyW', { target: button }).defaultPrevented).toBe(true);
    expect(controls.active).toBe(true);
  });

  it('picks at the reticle with Enter, once a press', () => {
    key('keydown', 'Enter');
    key('keydown', 'Enter', { repeat: true });
    expect(told).toEqual(['tap at the reticle']);
  });

  it('steps back and forward with the brackets', () => {
    key('keydown', 'BracketLeft');
    key('keydown', 'BracketRight');
    expect(told).toEqual(['back', 'forward']);
  });

  it('leaves other keys alone', () => {
    expect(key('keydown', 'KeyZ').defaultPrevented).toBe(false);
    expect(controls.active).toBe(false);
  });
});

describe('mouse', () => {
  it('keeps the point under the hand there while looking around', () => {
    canvas.pointer('down', 500, 250);
    canvas.pointer('move', 600, 300);
    canvas.pointer('up', 600, 300);
    const pose = settle(start);
    expect(pose.yaw).toBeCloseTo((100 / 500) * FOV, 9);
    expect(pose.pitch).toBeCloseTo((50 / 500) * FOV, 9);
    for (let i = 0; i < 3; i++) expect(eye(pose)[i]).toBeCloseTo(eye(start)[i], 9);
  });

  it.each([{ button: 2 }, { altKey: true }])('orbits the reticle with %o', (how) => {
    canvas.pointer('down', 500, 250, how);
    canvas.pointer('move', 600, 250);
    canvas.pointer('up', 600, 250);
    const pose = settle(start);
    expect(pose.focus).toEqual(start.focus);
    expect(pose.yaw).toBeLessThan(-0.5);
  });

  it('pushes the space aside with the middle button, by just as much as the hand moves', () => {
    canvas.pointer('down', 500, 250, { button: 1 });
    canvas.pointer('move', 500, 200);
    canvas.pointer('up', 500, 200);
    const pose = settle(start);
    expect(pose.focus[1]).toBeCloseTo((-50 / 500) * 2 * Math.tan(FOV / 2), 9);
    expect(pose.focus[0]).toBeCloseTo(0, 9);
  });

  it('zooms with the wheel: out from where one is, in as far as it gets, and then on', () => {
    send(canvas, 'wheel', { deltaX: 0, deltaY: 160, deltaMode: 0, ctrlKey: false });
    const out = settle(start);
    expect(out.focus).toEqual(start.focus);
    expect(out.reach).toBeGreaterThan(start.reach + 0.5);
    send(canvas, 'wheel', { deltaX: 0, deltaY: -160, deltaMode: 0, ctrlKey: false });
    const back = settle(out);
    expect(back.reach).toBeCloseTo(start.reach, 9);
    expect(back.focus[2]).toBeCloseTo(start.focus[2], 9);
  });

  it('flies on with the wheel close up, whatever its unit', () => {
    const pixels = send(canvas, 'wheel', { deltaX: 0, deltaY: -160, deltaMode: 0, ctrlKey: false });
    expect(pixels.defaultPrevented).toBe(true);
    const byPixels = settle(start);
    send(canvas, 'wheel', { deltaX: 0, deltaY: -10, deltaMode: 1, ctrlKey: false });
    const byLines = settle(start);
    expect(byPixels.focus[2]).toBeLessThan(start.focus[2] - 0.5);
    expect(byLines.focus[2]).toBeCloseTo(byPixels.focus[2], 9);
  });

  it('approaches with a trackpad pinch, which arrives as a wheel with Ctrl', () => {
    send(canvas, 'wheel', { deltaX: 0, deltaY: -10, deltaMode: 0, ctrlKey: true });
    expect(settle(start).focus[2]).toBeLessThan(start.focus[2] - 0.05);
  });

  it('taps where the hand stays, not where it drags, and never with another button', () => {
    canvas.pointer('down', 300, 100);
    canvas.pointer('move', 302, 101);
    canvas.pointer('up', 302, 101);
    expect(told).toEqual([['tap', 302, 101]]);
    told.length = 0;
    canvas.pointer('down', 300, 100);
    canvas.pointer('move', 340, 100);
    canvas.pointer('move', 300, 100);
    canvas.pointer('up', 300, 100);
    canvas.pointer('down', 300, 100, { button: 2 });
    canvas.pointer('up', 300, 100, { button: 2 });
    expect(told.filter((event) => event !== 'input')).toEqual([
      ['hover', null],
      ['dragging', true],
      ['dragging', false],
    ]);
    expect(canvas.focused).toBe(3);
  });

  it('hovers without a button, and leaves', () => {
    canvas.pointer('move', 10, 20);
    canvas.pointer('leave', 0, 0);
    expect(told).toEqual([
      ['hover', { x: 10, y: 20 }],
      ['hover', null],
    ]);
  });

  it('turns the head while the mouse is captured, and taps at the reticle', () => {
    key('keydown', 'KeyF');
    expect(canvas.ownerDocument.pointerLockElement).toBe(canvas);
    canvas.pointer('move', 0, 0, { movementX: 100, movementY: 0 });
    expect(settle(start).yaw).toBeLessThan(-0.1);
    canvas.pointer('down', 0, 0);
    expect(told).toContain('tap at the reticle');
    key('keydown', 'KeyF');
    expect(canvas.ownerDocument.pointerLockElement).toBeNull();
  });
});

describe('touch', () => {
  const finger = (id: number) => ({ pointerId: id, pointerType: 'touch' });

  it('looks with one finger and does not hover', () => {
    canvas.pointer('down', 500, 250, finger(1));
    canvas.pointer('move', 550, 250, finger(1));
    canvas.pointer('up', 550, 250, finger(1));
    expect(settle(start).yaw).toBeCloseTo((50 / 500) * FOV, 9);
    expect(told).not.toContainEqual(['hover', { x: 550, y: 250 }]);
  });

  it('moves sideways with two fingers, and does not turn', () => {
    canvas.pointer('down', 400, 250, finger(1));
    canvas.pointer('down', 600, 250, finger(2));
    canvas.pointer('move', 450, 250, finger(1));
    canvas.pointer('move', 650, 250, finger(2));
    const pose = settle(start);
    expect(pose.focus[0]).toBeCloseTo((-50 / 500) * 2 * Math.tan(FOV / 2), 9);
    expect(pose.yaw).toBe(0);
  });

  it('approaches when two fingers spread, and goes back when they close', () => {
    canvas.pointer('down', 400, 250, finger(1));
    canvas.pointer('down', 600, 250, finger(2));
    canvas.pointer('move', 300, 250, finger(1));
    canvas.pointer('move', 700, 250, finger(2));
    const near = settle(start);
    const { forward } = directions(start);
    expect((near.focus[2] - start.focus[2]) * forward[2]).toBeCloseTo(Math.log(2), 9);
    canvas.pointer('move', 400, 250, finger(1));
    canvas.pointer('move', 600, 250, finger(2));
    const out = settle(near);
    expect(out.focus).toEqual(near.focus);
    expect(out.reach).toBeCloseTo(2 * near.reach, 9);
  });

  it('is no tap once a second finger was there', () => {
    canvas.pointer('down', 400, 250, finger(1));
    canvas.pointer('down', 600, 250, finger(2));
    canvas.pointer('up', 600, 250, finger(2));
    canvas.pointer('up', 400, 250, finger(1));
    expect(told).toEqual([]);
  });

  it('forgets a finger that the system took away', () => {
    canvas.pointer('down', 400, 250, finger(1));
    canvas.pointer('cancel', 400, 250, finger(1));
    canvas.pointer('move', 500, 250, finger(1));
    expect(controls.active).toBe(false);
  });
});

describe('gamepad', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is not looked for while none is connected', () => {
    expect(vi.getTimerCount()).toBe(0);
  });

  it('flies with the left stick, turns with the right one, and rises with the trigger', () => {
    const pad = page.connect();
    pad.axes[1] = -1;
    vi.advanceTimersByTime(60);
    expect(told).toEqual(['input']);
    let pose = fly(start, 1);
    expect(pose.focus[2]).toBeLessThan(-2.5);
    expect(pose.focus[0]).toBe(0);
    pad.axes[1] = 0;
    pose = settle(pose);

    pad.axes[2] = 1;
    vi.advanceTimersByTime(60);
    expect(fly(pose, 0.5).yaw).toBeLessThan(-0.4);
    pad.axes[2] = 0;
    pose = settle(pose);

    pad.buttons[7].value = 1;
    vi.advanceTimersByTime(60);
    expect(fly(pose, 1).focus[1] - pose.focus[1]).toBeGreaterThan(1.5);
  });

  it('rests in the dead zone, and starts gently beyond it', () => {
    const pad = page.connect();
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([]);
    pad.axes[0] = 0.3;
    vi.advanceTimersByTime(60);
    const moved = fly(start, 1).focus[0];
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(0.1);
  });

  it('picks at the reticle with the main button, once a press', () => {
    const pad = page.connect();
    pad.buttons[0].pressed = true;
    vi.advanceTimersByTime(500);
    expect(told).toEqual(['tap at the reticle']);
  });

  it('leaves a pad with an unknown layout alone', () => {
    page.connect('').axes[1] = -1;
    vi.advanceTimersByTime(500);
    expect(told).toEqual([]);
  });

  it('stops when it is unplugged in flight', () => {
    page.connect().axes[1] = -1;
    vi.advanceTimersByTime(60);
    fly(start, 0.2);
    page.pads[1] = null;
    send(page, 'gamepaddisconnected');
    settle(start);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('reduced motion', () => {
  it('moves while a key is held and stops with it', () => {
    controls.setInertia(false);
    key('keydown', 'KeyW');
    const pose = fly(start, 1);
    expect(pose.focus[2]).toBeCloseTo(-3, 9);
    key('keyup', 'KeyW');
    controls.step(pose, 1 / 60, conditions);
    expect(controls.active).toBe(false);
  });
});

it('lets go of the page when disposed', () => {
  controls.dispose();
  key('keydown', 'KeyW');
  canvas.pointer('move', 1, 1);
  expect(told).toEqual([]);
  expect(controls.active).toBe(false);
});
