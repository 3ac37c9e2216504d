/**
 * Step checkout: what follows when a stand-in wallet button is pressed: the page is asked, a sheet is shown, the page confirms.
 *
 * Promise: the page hears `click`, then `confirm` or `cancel`, as with real wallets; nothing is paid before it confirms.
 */
import type { Json } from '../frame-channel.ts';
import type { FrameElement } from './frame-element.ts';

/** Tells the page of `name` and waits for its `resolve` or `reject`; null: rejected. Nobody who listens is a yes. */
function askPage(element: FrameElement, name: string, event: Json): Promise<Json | null> {
  if (!element.listensTo(name)) return Promise.resolve({});
  return new Promise((settle) => {
    element.tell(name, { ...event, resolve: (answer: Json = {}) => settle(answer), reject: () => settle(null) });
  });
}

function sheetButton(label: string, style: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.style.cssText = `font:inherit;font-weight:600;min-block-size:44px;padding:8px 16px;border-radius:8px;border:1px solid #767b88;${style}`;
  return button;
}

/** The wallet's own sheet: true when the buyer pays. */
function showSheet(wallet: string): Promise<boolean> {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', wallet);
  dialog.style.cssText =
    'inline-size:min(22rem,92vw);padding:20px;border:0;border-radius:14px;font:16px/1.5 system-ui,sans-serif;color:#1f2330;background:#fff';
  const text = document.createElement('p');
  const name = wallet.replaceAll(/(?:^|_)[a-z]/gu, (start) => start.replace('_', ' ').toUpperCase());
  text.textContent = `${name} of the sandbox: pays with a test card, nothing is charged.`;
  text.style.margin = '0 0 16px';
  const pay = sheetButton('Pay', 'background:#1f2330;color:#fff;margin-inline-end:8px');
  const cancel = sheetButton('Cancel', 'background:#fff;color:#1f2330');
  dialog.append(text, pay, cancel);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    const done = (paid: boolean): void => {
      dialog.remove();
      resolve(paid);
    };
    pay.addEventListener('click', () => done(true));
    cancel.addEventListener('click', () => done(false));
    dialog.addEventListener('cancel', () => done(false));
  });
}

/** Leads one press to its end. */
export async function openWallet(element: FrameElement, pressed: Json): Promise<void> {
  const { expressPaymentType, shippingAddress } = pressed;
  const allowed = await askPage(element, 'click', { expressPaymentType });
  if (!allowed) return;
  const isPaid = await showSheet(String(expressPaymentType));
  if (!isPaid) {
    element.tell('cancel', {});
    return;
  }
  if (shippingAddress) {
    const { name, address } = shippingAddress as { name: string; address: Json };
    const { line1: _line1, line2: _line2, ...partial } = address;
    if (!(await askPage(element, 'shippingaddresschange', { name, address: partial }))) {
      element.tell('cancel', {});
      return;
    }
  }
  const [shippingRate] = (allowed.shippingRates ?? []) as Json[];
  element.tell('confirm', { ...pressed, ...(shippingRate && { shippingRate }), paymentFailed: () => undefined });
}
