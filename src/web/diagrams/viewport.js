// @ts-check
/** Zoom and pan for a picture, with mouse, touch, keyboard and buttons. Changes the picture's view box. */

const zoomStep = 1.25;
/** Limits of the scale: half the size that fits, and six pixels for one unit. */
const smallest = 0.5;
const largest = 6;
/** Text is hardly readable below this scale. A big picture in a small window starts at its top instead. */
const readable = 0.62;
const arrowStep = 60;

/** @typedef {{ x: number, y: number }} Point */

export class Viewport {
  /**
   * @param {SVGSVGElement} svg
   * @param {{ isAlone?: boolean }} place true if the picture fills the page. Otherwise wheel and touch scroll the page
   */
  constructor(svg, { isAlone = true } = {}) {
    this.svg = svg;
    this.isAlone = isAlone;
    const { x, y, width, height } = svg.viewBox.baseVal;
    this.whole = { x, y, width, height };
    /** Pixels per unit, and the unit at the centre of the view. */
    this.scale = 1;
    this.centre = { x: x + width / 2, y: y + height / 2 };
    /** @type {Map<number, Point>} positions of the active pointers */
    this.pointers = new Map();
    this.#listen();
  }

  /** The initial view: the whole picture if it is readable, otherwise its top. */
  begin() {
    this.fit();
    if (this.scale >= readable) return;
    this.scale = readable;
    this.centre.y = this.whole.y + this.svg.clientHeight / readable / 2;
    this.#show();
  }

  fit() {
    this.scale = this.#fitting();
    this.centre = { x: this.whole.x + this.whole.width / 2, y: this.whole.y + this.whole.height / 2 };
    this.#show();
  }

  /**
   * @param {number} factor above 1 to zoom in
   * @param {Point} [at] the pixel that stays in place; the centre by default
   */
  zoom(factor, at = { x: this.svg.clientWidth / 2, y: this.svg.clientHeight / 2 }) {
    const before = this.#unitAt(at);
    this.scale = Math.min(largest, Math.max(smallest * Math.min(1, this.#fitting()), this.scale * factor));
    const after = this.#unitAt(at);
    this.centre = { x: this.centre.x + before.x - after.x, y: this.centre.y + before.y - after.y };
    this.#show();
  }

  zoomIn() {
    this.zoom(zoomStep);
  }

  zoomOut() {
    this.zoom(1 / zoomStep);
  }

  /**
   * @param {number} x pixels by which the view moves right
   * @param {number} y pixels by which the view moves down
   */
  pan(x, y) {
    this.centre = { x: this.centre.x + x / this.scale, y: this.centre.y + y / this.scale };
    this.#show();
  }

  /**
   * Moves the view to an element that is outside of it.
   * @param {SVGGraphicsElement} shape
   */
  reveal(shape) {
    const [box, frame] = [shape.getBoundingClientRect(), this.svg.getBoundingClientRect()];
    const offset = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ start, /** @type {number} */ end) =>
      from < start || to > end ? (from + to - start - end) / 2 : 0;
    const [x, y] = [offset(box.left, box.right, frame.left, frame.right), offset(box.top, box.bottom, frame.top, frame.bottom)];
    if (x !== 0 || y !== 0) this.pan(x, y);
  }

  /**
   * @param {string} key
   * @returns true if the key has a function here
   */
  press(key) {
    switch (key) {
      case '+':
      case '=':
        this.zoomIn();
        return true;
      case '-':
        this.zoomOut();
        return true;
      case '0':
        this.fit();
        return true;
      case 'ArrowLeft':
        this.pan(-arrowStep, 0);
        return true;
      case 'ArrowRight':
        this.pan(arrowStep, 0);
        return true;
      case 'ArrowUp':
        this.pan(0, -arrowStep);
        return true;
      case 'ArrowDown':
        this.pan(0, arrowStep);
        return true;
      default:
        return false;
    }
  }

  /** A picture outside the page has no size; its scale does not matter. */
  #fitting() {
    if (this.svg.clientWidth === 0) return 1;
    return Math.min(this.svg.clientWidth / this.whole.width, this.svg.clientHeight / this.whole.height, 1.4);
  }

  /** @param {Point} pixel relative to the picture's frame */
  #unitAt({ x, y }) {
    return {
      x: this.centre.x + (x - this.svg.clientWidth / 2) / this.scale,
      y: this.centre.y + (y - this.svg.clientHeight / 2) / this.scale,
    };
  }

  /** Keeps the centre of the view on the picture. */
  #show() {
    const { whole } = this;
    this.centre.x = Math.min(whole.x + whole.width, Math.max(whole.x, this.centre.x));
    this.centre.y = Math.min(whole.y + whole.height, Math.max(whole.y, this.centre.y));
    const [width, height] = [this.svg.clientWidth / this.scale, this.svg.clientHeight / this.scale];
    this.svg.setAttribute('viewBox', `${this.centre.x - width / 2} ${this.centre.y - height / 2} ${width} ${height}`);
  }

  /** @param {MouseEvent} event */
  #pixel(event) {
    const { left, top } = this.svg.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #listen() {
    const { svg, pointers } = this;
    svg.addEventListener(
      'wheel',
      (event) => {
        const isZoom = event.ctrlKey || event.metaKey;
        if (!isZoom && !this.isAlone) return;
        event.preventDefault();
        if (isZoom) this.zoom(Math.exp(-event.deltaY / 200), this.#pixel(event));
        else this.pan(event.deltaX, event.deltaY);
      },
      { passive: false },
    );
    svg.addEventListener('pointerdown', (event) => pointers.set(event.pointerId, this.#pixel(event)));
    svg.addEventListener('pointermove', (event) => this.#drag(event));
    for (const end of ['pointerup', 'pointercancel', 'pointerleave']) {
      svg.addEventListener(end, (event) => event instanceof PointerEvent && pointers.delete(event.pointerId));
    }
  }

  /** One pointer pans. Two also zoom, by the change of their distance. */
  #drag(/** @type {PointerEvent} */ event) {
    const from = this.pointers.get(event.pointerId);
    if (from === undefined) return;
    const to = this.#pixel(event);
    // A slight movement during a click is no drag: capture the pointer only after four pixels.
    if (!this.svg.hasPointerCapture(event.pointerId)) {
      if (Math.hypot(to.x - from.x, to.y - from.y) < 4) return;
      this.svg.setPointerCapture(event.pointerId);
    }
    const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    if (other) {
      const distance = (/** @type {Point} */ point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
      this.zoom(distance(to) / distance(from), other);
    } else this.pan(from.x - to.x, from.y - to.y);
    this.pointers.set(event.pointerId, to);
  }
}
