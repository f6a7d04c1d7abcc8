// A terminal on the page: xterm.js over a WebSocket of ours, loaded when somebody first opens one. It tells the
// page how it stands, opens itself again when the connection breaks, and is closed by the page.
import { FitAddon } from './addon-fit.mjs';
import { Terminal } from './xterm.mjs';

/** Pauses before another attempt, in milliseconds; the last one goes on. */
const AGAIN_MS = [300, 1_000, 2_000, 4_000, 8_000];
/** How long the size of the window has to stay the same before the shell is told. */
const SETTLED_MS = 80;

/**
 * Opens a terminal in `place`. `tell(state, words)` says how it stands: `opening`, `open`, `lost`, `ended` (with the
 * reason in `words`). Gives what the page may do with it.
 */
export function open(place, path, label, tell) {
  styles();
  const terminal = new Terminal({
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
    fontSize: 13,
    screenReaderMode: true,
    scrollback: 5_000,
    theme: colours(place),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  withoutInlineStyles(() => terminal.open(place));
  terminal.textarea?.setAttribute('aria-label', label);
  leaveByKeys(terminal);

  const line = new Line(terminal, path, tell);
  let settled;
  const watch = new ResizeObserver(() => {
    // A hidden panel has no size.
    if (place.clientWidth === 0) return;
    clearTimeout(settled);
    settled = setTimeout(() => fit.fit(), SETTLED_MS);
  });
  watch.observe(place);
  // A theme is chosen on the page, or follows the system.
  const recolour = () => (terminal.options.theme = colours(place));
  const theme = new MutationObserver(recolour);
  theme.observe(document.documentElement, { attributes: true });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', recolour);
  terminal.onResize(({ cols, rows }) => line.say({ resize: { columns: cols, rows } }));
  terminal.onData((text) => line.type(new TextEncoder().encode(text)));
  terminal.onBinary((text) => line.type(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
  fit.fit();
  line.open();
  terminal.focus();
  return {
    again() {
      line.open();
      terminal.focus();
    },
    close() {
      watch.disconnect();
      theme.disconnect();
      dark.removeEventListener('change', recolour);
      clearTimeout(settled);
      line.close();
      terminal.dispose();
    },
  };
}

/** The connection to the shell. */
class Line {
  constructor(terminal, path, tell) {
    this.terminal = terminal;
    this.path = path;
    this.tell = tell;
    /** The shell, and how many bytes of it have arrived. */
    this.shell = '';
    this.seen = 0;
    this.tries = 0;
    this.isClosed = false;
  }

  open() {
    if (this.isClosed) return;
    clearTimeout(this.later);
    this.tell('opening', '');
    const { cols, rows } = this.terminal;
    const query = new URLSearchParams({ columns: cols, rows, shell: this.shell, seen: this.seen });
    const url = new URL(`${this.path}?${query}`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    let isOpen = false;
    socket.onopen = () => (isOpen = true);
    socket.onmessage = ({ data }) => (typeof data === 'string' ? this.told(JSON.parse(data)) : this.written(data));
    socket.onclose = ({ code, reason }) => {
      if (this.isClosed || this.socket !== socket) return;
      this.socket = undefined;
      if (code === 1000 || code === 1008 || code === 4001) this.ended(reason);
      else if (isOpen) this.lost();
      else this.refused();
    };
    this.socket = socket;
  }

  told({ shell, ended }) {
    if (shell) {
      if (this.shell && this.shell !== shell.id) this.terminal.write('\r\n\x1b[2m– a new shell –\x1b[0m\r\n');
      this.shell = shell.id;
      this.seen = shell.from;
      this.tries = 0;
      this.tell('open', '');
    }
    if (ended) this.code = ended.code;
  }

  written(bytes) {
    this.seen += bytes.byteLength;
    this.terminal.write(new Uint8Array(bytes));
  }

  type(bytes) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(bytes);
  }

  say(words) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(words));
  }

  ended(reason) {
    this.shell = '';
    const code = this.code;
    this.code = undefined;
    this.tell('ended', code ? `${reason} with code ${code}` : reason);
  }

  lost() {
    const pause = AGAIN_MS[Math.min(this.tries, AGAIN_MS.length - 1)];
    this.tries += 1;
    this.tell('lost', '');
    this.later = setTimeout(() => this.open(), pause);
  }

  /** A browser does not say why there is no WebSocket; the same address, asked plainly, does. */
  async refused() {
    try {
      const answer = await fetch(this.path, { headers: { accept: 'application/json' } });
      // What only a WebSocket may ask is refused to everybody else: it was the line.
      const isFinal = answer.status >= 400 && answer.status < 500 && ![400, 405, 426, 429].includes(answer.status);
      if (isFinal && !this.isClosed) return this.ended((await answer.json()).message ?? answer.statusText);
    } catch {
      // The server is not there.
    }
    if (!this.isClosed) this.lost();
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.later);
    this.socket?.close(1000);
  }
}

/** Tab belongs to the shell; Escape and then Tab leads on, as in other editors on pages. */
function leaveByKeys(terminal) {
  let escaped = false;
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return true;
    const leaves = event.key === 'Tab' && escaped;
    if (event.key !== 'Shift') escaped = event.key === 'Escape';
    // What xterm does not handle, the browser does.
    return !leaves;
  });
}

/** The style sheet of xterm.js, once. */
function styles() {
  const href = new URL('./xterm.css', import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  document.head.append(link);
}

/**
 * xterm.js writes rules into `style` elements, which the page's policy forbids. While it opens, it is given elements
 * that say nothing, and hand what is written into them to sheets that scripts may make.
 */
function withoutInlineStyles(work) {
  const create = document.createElement;
  document.createElement = function (name, ...rest) {
    return name === 'style' ? adopted(create.call(this, 'template')) : create.call(this, name, ...rest);
  };
  try {
    work();
  } finally {
    document.createElement = create;
  }
}

function adopted(element) {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  Object.defineProperty(element, 'textContent', { set: (text) => sheet.replaceSync(text) });
  const remove = element.remove;
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((kept) => kept !== sheet);
    remove.call(element);
  };
  return element;
}

/** The page's own colours, as it is drawn now. */
function colours(place) {
  const drawn = getComputedStyle(place);
  const of = (name) => drawn.getPropertyValue(`--color-${name}`).trim();
  return {
    background: of('surface-sunken'),
    foreground: of('ink'),
    cursor: of('accent'),
    cursorAccent: of('surface-sunken'),
    selectionBackground: of('accent-soft'),
  };
}
