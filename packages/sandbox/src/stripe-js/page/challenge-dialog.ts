/** Closing the dialog is the buyer's no. */
const giveUp = (url: string): Promise<unknown> =>
  fetch(url, { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ result: 'failed' }) }).catch(() => undefined);

/** Shows the bank's page over everything until it has answered: true when the buyer passed, false when not or when it was closed. */
export function showChallenge(url: string, origin: string): Promise<boolean> {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', '3D Secure');
  dialog.style.cssText = 'inline-size:min(26rem,94vw);block-size:22rem;padding:0;border:0;border-radius:12px;overflow:hidden';
  const frame = document.createElement('iframe');
  frame.title = '3D Secure';
  frame.style.cssText = 'inline-size:100%;block-size:100%;border:0';
  frame.src = url;
  dialog.append(frame);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    const done = (passed: boolean): void => {
      removeEventListener('message', hear);
      dialog.remove();
      resolve(passed);
    };
    const hear = ({ source, origin: from, data }: MessageEvent<{ type?: string; result?: string } | null>): void => {
      if (source === frame.contentWindow && from === origin && data?.type === 'sandbox:3ds') done(data.result === 'passed');
    };
    addEventListener('message', hear);
    dialog.addEventListener('cancel', () => {
      void giveUp(url).then(() => done(false));
    });
  });
}
