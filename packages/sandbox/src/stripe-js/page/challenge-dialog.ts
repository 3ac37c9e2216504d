/** Step checkout: the bank's page in a dialog over everything. Promise: it closes with the bank's answer or the buyer's no. */

import { closedDialogResult } from '../unconfirmed.ts';

/** Closing the dialog is the buyer's no, and the bank hears it. */
const giveUp = (url: string): Promise<unknown> =>
  fetch(url, { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ result: closedDialogResult }) }).catch(() => undefined);

interface ChallengeDialog {
  readonly dialog: HTMLDialogElement;
  readonly frame: HTMLIFrameElement;
  readonly close: HTMLButtonElement;
}

function makeDialog(url: string): ChallengeDialog {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', '3D Secure');
  dialog.style.cssText =
    'inline-size:min(26rem,94vw);block-size:24rem;padding:0;border:0;border-radius:12px;overflow:hidden;position:fixed';
  const frame = document.createElement('iframe');
  frame.title = '3D Secure';
  frame.style.cssText = 'display:block;inline-size:100%;block-size:100%;border:0';
  frame.src = url;
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = '×';
  close.setAttribute('aria-label', 'Close');
  close.style.cssText =
    'position:absolute;inset-block-start:4px;inset-inline-end:4px;inline-size:44px;block-size:44px;border:0;background:none;font:24px/1 system-ui,sans-serif;color:#767b88;cursor:pointer';
  dialog.append(frame, close);
  return { dialog, frame, close };
}

/** True when the buyer passed, false when not or when the dialog was closed. */
export function showChallenge(url: string, origin: string): Promise<boolean> {
  const { dialog, frame, close } = makeDialog(url);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    const done = (passed: boolean): void => {
      removeEventListener('message', hear);
      dialog.remove();
      resolve(passed);
    };
    const refuse = async (): Promise<void> => {
      await giveUp(url);
      done(false);
    };
    const hear = ({ source, origin: from, data }: MessageEvent<{ type?: string; result?: string } | null>): void => {
      if (source === frame.contentWindow && from === origin && data?.type === 'sandbox:3ds') done(data.result === 'passed');
    };
    addEventListener('message', hear);
    dialog.addEventListener('cancel', () => void refuse());
    close.addEventListener('click', () => void refuse());
  });
}
