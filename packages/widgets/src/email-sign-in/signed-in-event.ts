import { TillEvent } from '../events.ts';

/** Somebody has signed in by a code, and what they own is read; apart, so that the script's first request does not carry it. */
export class TillSignInEvent extends TillEvent {
  constructor() {
    super('till-sign-in');
  }
}

declare global {
  interface HTMLElementEventMap {
    'till-sign-in': TillSignInEvent;
  }
}
