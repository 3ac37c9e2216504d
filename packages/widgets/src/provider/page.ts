/** The page around a store, as far as signing in and buying need it; tests put one of their own in its place. */
import { keptForBrowser, keptForTab, type Kept } from './storage.ts';

/** Tells the other tabs of this site something; `null` where the browser has no such channel. */
export interface Tabs {
  tell(message: object): void;
}

export interface Page {
  /** Kept for this tab, through reloads. */
  readonly tab: Kept;
  /** Kept for every tab of this site. */
  readonly browser: Kept;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds. */
  now(): number;
  /** Calls `work` after so many milliseconds. */
  later(work: () => void, milliseconds: number): void;
  tabs(name: string, hear: (message: unknown) => void): Tabs;
  /** The page's own address, which a buyer can be sent back to. */
  address(): URL;
  replaceAddress(address: URL): void;
  /** Leaves for another site's page; answers how. */
  leave(address: string): 'left' | 'tab' | 'blocked';
}

/** The nearest window with an address of its own: a frame that was written in place (`srcdoc`) has none. */
function addressed(): Window {
  let at: Window = globalThis.window;
  try {
    while (!/^https?:$/u.test(at.location.protocol) && at.parent !== at && at.parent.location.href) at = at.parent;
  } catch {
    return globalThis.window; // the frame around it is another site's
  }
  return at;
}

/** The outermost window when it is this site's own, else undefined. */
function ownTop(): Window | undefined {
  try {
    return window.top?.location.origin === window.origin ? window.top : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Payment pages refuse to be framed. A frame of this site's own is left by its top window, which comes back to the same storage.
 * A frame on another site opens a tab and stays: what proves the purchase is kept in it, and in no other window.
 */
function leave(address: string): 'left' | 'tab' | 'blocked' {
  if (window.top === window) {
    location.assign(address);
    return 'left';
  }
  const top = ownTop();
  try {
    if (top) {
      top.location.assign(address);
      return 'left';
    }
  } catch {
    // a sandboxed frame may not; a tab is next
  }
  return window.open(address, '_blank') ? 'tab' : 'blocked';
}

function tabs(name: string, hear: (message: unknown) => void): Tabs {
  try {
    const channel = new BroadcastChannel(name);
    channel.addEventListener('message', ({ data }) => hear(data));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel reaches its own origin only
    return { tell: (message) => channel.postMessage(message) };
  } catch {
    return { tell: () => undefined };
  }
}

export const browserPage = (fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis)): Page => ({
  tab: keptForTab(),
  browser: keptForBrowser(),
  fetch,
  now: () => Date.now(),
  later: (work, milliseconds) => void setTimeout(work, milliseconds),
  tabs,
  address: () => new URL(addressed().location.href),
  replaceAddress: (address) => {
    const { history } = addressed();
    history.replaceState(history.state, '', address);
  },
  leave,
});
