/** Step checkout: the card fields, a page of their own on the card origin. What is typed leaves it only towards the API. */

/** Runs inside the iframe; its text is what is served. */
export function runCardFields(api: string): void {
  const query = new URLSearchParams(location.search);
  const parentOrigin = query.get('parent') ?? '';
  const say = (message: Record<string, unknown>): void => parent.postMessage(message, parentOrigin);
  const form = document.querySelector('form')!;
  const error = document.querySelector<HTMLElement>('#error')!;
  const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
  const digits = (name: string): string => field(name).value.replaceAll(/\D/gu, '');

  const dress = (appearance: { theme?: string; variables?: Record<string, string> }): void => {
    document.documentElement.style.colorScheme = appearance.theme === 'night' ? 'dark' : 'light';
    for (const [name, value] of Object.entries(appearance.variables ?? {})) document.documentElement.style.setProperty(`--${name}`, value);
  };
  dress(JSON.parse(query.get('appearance') ?? '{}') as Parameters<typeof dress>[0]);
  if (query.get('locale') === 'he') {
    document.documentElement.lang = 'he';
    document.documentElement.dir = 'rtl';
    const words: Record<string, string> = { number: 'מספר כרטיס', expiry: 'תוקף', cvc: 'קוד אבטחה' };
    for (const label of document.querySelectorAll('label')) label.firstElementChild!.textContent = words[label.htmlFor] ?? '';
  }

  const complete = (): boolean => digits('number').length >= 13 && digits('expiry').length >= 3 && digits('cvc').length >= 3;
  form.addEventListener('input', () => {
    error.textContent = '';
    say({ type: 'change', complete: complete(), empty: digits('number') === '', collapsed: false, value: { type: 'card' } });
  });

  async function create(id: unknown, key: string): Promise<void> {
    const expiry = digits('expiry');
    const body = new URLSearchParams({
      type: 'card',
      'card[number]': digits('number'),
      'card[exp_month]': String(Number(expiry.slice(0, 2))),
      'card[exp_year]': String(2000 + Number(expiry.slice(-2))),
      'card[cvc]': digits('cvc'),
    });
    const incomplete = { message: 'Your card details are incomplete.', code: 'incomplete_number' };
    const answer = complete()
      ? await fetch(`${api}/v1/payment_methods`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body }).then((response) =>
          response.json(),
        )
      : { error: incomplete };
    const { id: paymentMethod, error: problem } = answer as { id?: string; error?: { message: string } };
    error.textContent = problem?.message ?? '';
    say({ type: 'created', id, paymentMethod, error: problem });
  }

  addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || origin !== parentOrigin) return;
    if (data.type === 'create') void create(data.id, String(data.key));
    if (data.type === 'appearance') dress(data.appearance as Parameters<typeof dress>[0]);
    if (data.type === 'focus') field('number').focus();
    if (data.type === 'clear') form.reset();
  });
  say({ type: 'ready' });
}

export const cardFieldsPage = (api: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Card details</title><style>
  :root { --fontFamily: system-ui, sans-serif; --fontSizeBase: 16px; --borderRadius: 10px; --colorText: CanvasText; --colorBackground: Canvas; --colorPrimary: #2f5bd0; --colorDanger: #b3261e }
  * { box-sizing: border-box } html { background: var(--colorBackground) }
  body { margin: 0; padding: 4px; font: var(--fontSizeBase)/1.5 var(--fontFamily); color: var(--colorText) }
  form { display: grid; grid-template-columns: 1fr 1fr; gap: 12px } label { display: grid; gap: 4px; font-size: .9em } label:first-child { grid-column: 1 / 3 }
  input { min-height: 44px; width: 100%; padding: 8px 12px; font: inherit; color: inherit; background: var(--colorBackground); border: 1px solid color-mix(in oklab, var(--colorText) 35%, transparent); border-radius: var(--borderRadius) }
  input:focus { outline: 3px solid var(--colorPrimary); outline-offset: 1px } #error { grid-column: 1 / 3; margin: 0; min-height: 1.5em; color: var(--colorDanger) }
</style></head><body>
<form autocomplete="on" onsubmit="return false">
  <label for="number"><span>Card number</span><input id="number" name="number" inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234"></label>
  <label for="expiry"><span>Expiration</span><input id="expiry" name="expiry" inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY"></label>
  <label for="cvc"><span>CVC</span><input id="cvc" name="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="123"></label>
  <p id="error" role="alert"></p>
</form>
<script>(${runCardFields.toString()})(${JSON.stringify(api)})</script>
</body></html>`;
