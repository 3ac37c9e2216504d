import { expect, fixture, fixtureCleanup, html, oneEvent } from '@open-wc/testing';
import type { EmailCodeRequest, SessionRequest } from '@tillkit/core/contract/contract';
import { emailCodePath } from '@tillkit/core/contract/email-code-path';
import { paths } from '@tillkit/core/contract/paths';
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import { delay, http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import { hebrewMails, mails, missesFrom, tooManyRequests, wantsStepUp } from '../../stories/fixtures/email-codes.ts';
import { cards, lifecycle, signIn } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

const worker = setupWorker();
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  document.documentElement.lang = 'en';
});

type Handlers = Parameters<typeof worker.use>;
const words = (element: HTMLElement): string => element.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
const alert = (element: HTMLElement): string => element.shadowRoot!.querySelector('[role=alert]')!.textContent!.trim();
const field = (element: HTMLElement): HTMLInputElement => element.shadowRoot!.querySelector('input')!;
const button = (element: HTMLElement, name: string): HTMLButtonElement | undefined =>
  [...element.shadowRoot!.querySelectorAll('button')].find(({ textContent }) => textContent!.trim().startsWith(name));

async function show(handlers: Handlers): Promise<HTMLElement> {
  worker.use(...handlers);
  const page = await fixture(html`<till-provider><till-email-sign-in></till-email-sign-in></till-provider>`);
  const element = page.querySelector('till-email-sign-in')!;
  await waitUntil(() => element.shadowRoot!.querySelector('input'));
  return element;
}

function type(element: HTMLElement, text: string): void {
  field(element).value = text;
  field(element).dispatchEvent(new Event('input'));
  field(element).form!.requestSubmit();
}

/** Up to the field for the code. */
async function ask(element: HTMLElement): Promise<void> {
  type(element, 'ada@example.com');
  await waitUntil(() => field(element)?.name === 'code');
}

describe('<till-email-sign-in>', () => {
  it('signs in with a pasted code, by a secret that was made for it', async () => {
    const asked: EmailCodeRequest[] = [];
    const entered: SessionRequest[] = [];
    const element = await show([
      http.post(`*${emailCodePath}`, async ({ request }) => {
        asked.push((await request.json()) as EmailCodeRequest);
        return HttpResponse.json({ challengeId: 'challenge' }, { status: 202 });
      }),
      http.post(`*${paths.sessions}`, async ({ request }) => {
        entered.push((await request.json()) as SessionRequest);
        return HttpResponse.json({ token: 'till_new', expiresAt: 0 }, { status: 201 });
      }),
      ...mails(lifecycle.active),
    ]);
    await ask(element);
    const signedIn = oneEvent(element, 'till-sign-in');
    type(element, ' Code: 1234 5678');
    await signedIn;
    const [request] = entered as { challengeId: string; code: string; verifier: string }[];
    expect(request).to.include({ challengeId: 'challenge', code: '12345678' });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(request!.verifier)));
    const hash = btoa(String.fromCharCode(...digest))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
    expect(asked).to.deep.equal([{ email: 'ada@example.com', verifierHash: hash, locale: 'en' }]);
    expect(Object.values(sessionStorage)).to.deep.equal(['till_new']);
  });

  it('takes one field for the code, which a phone fills in, and shows it in two groups', async () => {
    const element = await show(mails());
    await ask(element);
    const input = field(element);
    expect(input.inputMode).to.equal('numeric');
    expect(input.autocomplete).to.equal('one-time-code');
    for (const [typed, shown] of [
      ['123', '123'],
      ['1234', '1234'],
      ['12345', '1234 5'],
      ['1234-5678', '1234 5678'],
      ['1234 56789', '1234 5678'],
    ] as const) {
      input.value = typed;
      input.dispatchEvent(new Event('input'));
      expect(input.value).to.equal(shown);
    }
  });

  it('keeps the caret where somebody corrects a digit', async () => {
    const element = await show(mails());
    await ask(element);
    const input = field(element);
    input.value = '1234 5678';
    input.setRangeText('9', 2, 2, 'end');
    input.dispatchEvent(new Event('input'));
    expect([input.value, input.selectionStart]).to.deep.equal(['1293 4567', 3]);
  });

  it('moves the focus to the field for the code, and back to the address', async () => {
    const element = await show(mails());
    expect(element.shadowRoot!.activeElement).to.equal(null);
    await ask(element);
    await waitUntil(() => element.shadowRoot!.activeElement === field(element));
    button(element, 'Use another address')!.click();
    await waitUntil(() => field(element).name === 'email');
    expect(element.shadowRoot!.activeElement).to.equal(field(element));
    expect(field(element).value).to.equal('ada@example.com');
  });

  it('says how often one may try, and takes no guess after the last', async () => {
    const element = await show(missesFrom(2));
    await ask(element);
    for (const sentence of ['You can try 2 more times.', 'You can try once more.', 'it was the last try']) {
      type(element, '1111 2222');
      await waitUntil(() => alert(element).includes(sentence));
    }
    expect(button(element, 'Sign in')!.disabled).to.equal(true);
  });

  it.each([
    ['', 'Enter your e-mail address'],
    ['ada', 'Enter your e-mail address'],
  ])('asks for an address instead of %j', async (text, sentence) => {
    const element = await show(mails());
    type(element, text);
    await waitUntil(() => alert(element).includes(sentence));
    expect(element.shadowRoot!.activeElement).to.equal(field(element));
  });

  it('asks for all digits, and for patience', async () => {
    const element = await show(tooManyRequests);
    type(element, 'ada@example.com');
    await waitUntil(() => alert(element).includes('Too many tries'));
    worker.resetHandlers();
    worker.use(...mails());
    await ask(element);
    type(element, '1234');
    await waitUntil(() => alert(element).includes('all eight digits'));
    const again = button(element, 'Send another code')!;
    expect([again.getAttribute('aria-disabled'), again.textContent!.trim().slice(0, 24)]).to.deep.equal([
      'true',
      'Send another code (in 0:',
    ]);
  });

  it('reads well in every state', async () => {
    const element = await show(missesFrom(4));
    await expect(element).to.be.accessible();
    await ask(element);
    await expect(element).to.be.accessible();
    expect(element.shadowRoot!.querySelector('[role=status]')!.textContent).to.equal('The code is on its way.');
    type(element, '1111 2222');
    await waitUntil(() => alert(element));
    await expect(element).to.be.accessible();
  });

  it('speaks Hebrew', async () => {
    document.documentElement.lang = 'he';
    const element = await show(hebrewMails);
    await waitUntil(() => words(element).includes('שליחת קוד'));
    expect(element.shadowRoot!.querySelector('form')!.dir).to.equal('rtl');
    expect(field(element).dir).to.equal('ltr');
  });
});

describe('<till-subscription-panel> with e-mail codes', () => {
  const panelWith = async (handlers: Handlers): Promise<HTMLElement> => {
    worker.use(...handlers);
    const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
    return page.querySelector('till-subscription-panel')!;
  };
  const form = async (panel: HTMLElement): Promise<HTMLElement> => {
    const find = (): HTMLElement | null => panel.shadowRoot!.querySelector('till-email-sign-in');
    await waitUntil(() => find()?.shadowRoot?.querySelector('input'));
    return find()!;
  };

  it('shows the subscription after the code, with the focus on it', async () => {
    const panel = await panelWith(mails(lifecycle.active));
    const element = await form(panel);
    await ask(element);
    type(element, '1234 5678');
    await waitUntil(() => words(panel).includes('Next payment: $99.00'));
    await waitUntil(() => panel.shadowRoot!.activeElement?.localName === 'h2');
    expect(words(panel)).to.contain('You are signed in.');
  });

  it('puts the focus on it also when it takes its time', async () => {
    const slowly = http.get(`*${paths.subscriptions}`, async () => {
      await delay(300);
    });
    const panel = await panelWith([slowly, ...mails(lifecycle.active)]);
    const element = await form(panel);
    await ask(element);
    type(element, '1234 5678');
    await waitUntil(() => words(panel).includes('Next payment: $99.00'));
    await waitUntil(() => panel.shadowRoot!.activeElement?.localName === 'h2');
  });

  it('asks again before a step that matters, and then takes it', async () => {
    signIn();
    const canceled = () => HttpResponse.json({ subscription: lifecycle.cancelPending });
    const panel = await panelWith(wantsStepUp(paths.cancel('sub_1'), [lifecycle.active], canceled));
    for (const name of ['Cancel', 'Cancel subscription']) {
      await waitUntil(() => button(panel, name));
      [...panel.shadowRoot!.querySelectorAll('button')].find(({ textContent }) => textContent!.trim() === name)!.click();
    }
    const element = await form(panel);
    expect(words(panel)).to.contain('show once more that it is you');
    const changed = oneEvent(panel, 'till-subscription-change');
    await ask(element);
    type(element, '1234 5678');
    await changed;
    await waitUntil(() => words(panel).includes('Ends soon'));
  });

  const press = async (panel: HTMLElement, name: string): Promise<void> => {
    const find = () =>
      [...panel.shadowRoot!.querySelectorAll('button')].find((one) => (one.ariaLabel ?? one.textContent!.trim()) === name && !one.disabled);
    await waitUntil(find, name);
    find()!.click();
  };
  const answerCode = async (panel: HTMLElement): Promise<void> => {
    const element = await form(panel);
    await ask(element);
    type(element, '1234 5678');
  };

  describe('and a step about cards that matters', () => {
    const [kept, gone] = [{ ...cards.visa, isDefault: true }, cards.mastercard];
    const removing = () => {
      let left = [kept, gone];
      return [
        http.get(`*${paymentMethodPaths.all}`, () => HttpResponse.json({ paymentMethods: left })),
        ...wantsStepUp(
          paymentMethodPaths.one(gone.id),
          [lifecycle.active],
          () => HttpResponse.json({ paymentMethods: (left = [kept]) }),
          'delete',
        ),
      ];
    };
    const removal = 'Remove: Mastercard ending in 4444';

    it('asks who it is, and then removes the card that was chosen', async () => {
      signIn();
      const panel = await panelWith(removing());
      await press(panel, removal);
      await press(panel, 'Remove');
      await form(panel);
      expect(words(panel)).to.contain('show once more that it is you');
      expect(panel.shadowRoot!.activeElement?.className).to.equal('step-up');
      await expect(panel).to.be.accessible();
      await answerCode(panel);
      await waitUntil(() => words(panel).includes('It is removed.'));
      expect(words(panel)).not.to.contain('4444');
    });

    it('goes back to the question about the same card', async () => {
      signIn();
      const panel = await panelWith(removing());
      await press(panel, removal);
      await press(panel, 'Remove');
      await form(panel);
      await press(panel, 'Back');
      await waitUntil(() => panel.shadowRoot!.activeElement?.classList.contains('asked'));
      expect(panel.shadowRoot!.activeElement!.textContent).to.contain('4444');
    });

    it('goes on to Stripe’s page with what it was asked for', async () => {
      signIn();
      const asked: unknown[] = [];
      const add = async (request: Request): Promise<Response> => {
        asked.push(await request.json());
        return HttpResponse.json(
          { type: 'about:blank', title: '', status: 502, code: 'stripe_unavailable', instance: '1' },
          { status: 502 },
        );
      };
      const panel = await panelWith(wantsStepUp(paymentMethodPaths.all, [lifecycle.active], add));
      await press(panel, 'Add a card');
      await answerCode(panel);
      await waitUntil(() => asked.length);
      expect(asked).to.deep.equal([{ returnUrl: location.href, locale: 'en' }]);
    });
  });

  it('forgets a step that waited when the one who wanted it signs out, and leads whoever signs in next to what is theirs', async () => {
    signIn();
    let steps = 0;
    const step = () => {
      steps += 1;
      return HttpResponse.json({ subscription: lifecycle.cancelPending });
    };
    const panel = await panelWith([
      http.delete(`*${paths.sessions}`, () => new HttpResponse(null, { status: 204 })),
      ...wantsStepUp(paths.cancel('sub_1'), [lifecycle.active], step),
    ]);
    await press(panel, 'Cancel');
    await press(panel, 'Cancel subscription');
    await waitUntil(() => words(panel).includes('show once more that it is you'));
    await press(panel, 'Sign out');
    await waitUntil(() => words(panel).includes('not signed in'));
    await answerCode(panel);
    await waitUntil(() => words(panel).includes('Next payment: $99.00'));
    await waitUntil(() => panel.shadowRoot!.activeElement?.localName === 'h2');
    expect([steps, words(panel).includes('show once more')]).to.deep.equal([0, false]);
  });

  it('tells the next one nothing of what comes late for the one before', async () => {
    signIn();
    let answer = (): void => undefined;
    const late = new Promise<void>((resolve) => (answer = resolve));
    let answered = 0;
    const panel = await panelWith([
      http.delete(`*${paths.sessions}`, () => new HttpResponse(null, { status: 204 })),
      http.post(`*${paths.cancel('sub_1')}`, async () => {
        await late;
        answered += 1;
        return HttpResponse.json({ subscription: lifecycle.cancelPending });
      }),
      ...mails(lifecycle.active),
    ]);
    await press(panel, 'Cancel');
    await press(panel, 'Cancel subscription');
    await press(panel, 'Sign out');
    await answerCode(panel);
    await waitUntil(() => words(panel).includes('Next payment: $99.00'));
    const refused: Event[] = [];
    panel.addEventListener('till-error', (event) => refused.push(event));
    answer();
    await waitUntil(() => answered);
    await delay(50);
    expect([refused.length, panel.shadowRoot!.querySelector('[role=alert]')]).to.deep.equal([0, null]);
  });

  it('tells the next one nothing of a card that the one before wanted to remove', async () => {
    signIn();
    let answer = (): void => undefined;
    const late = new Promise<void>((resolve) => (answer = resolve));
    let answered = 0;
    const panel = await panelWith([
      http.get(`*${paymentMethodPaths.all}`, () => HttpResponse.json({ paymentMethods: [cards.visa, cards.mastercard] })),
      http.delete(`*${paths.sessions}`, () => new HttpResponse(null, { status: 204 })),
      http.delete(`*${paymentMethodPaths.one(cards.mastercard.id)}`, async () => {
        await late;
        answered += 1;
        return HttpResponse.json({ type: 'about:blank', status: 409, code: 'last_payment_method' }, { status: 409 });
      }),
      ...mails(lifecycle.active),
    ]);
    await waitUntil(() => words(panel).includes('4444'));
    await press(panel, 'Remove: Mastercard ending in 4444');
    await press(panel, 'Remove');
    await press(panel, 'Sign out');
    await answerCode(panel);
    await waitUntil(() => words(panel).includes('4444'));
    const refused: Event[] = [];
    panel.addEventListener('till-error', (event) => refused.push(event));
    answer();
    await waitUntil(() => answered);
    await delay(50);
    expect([refused.length, panel.shadowRoot!.querySelector('[role=alert]')]).to.deep.equal([0, null]);
  });

  it('shows nobody the cards and invoices of the one who was signed in before', async () => {
    signIn();
    let person = 'ada';
    const of = <Answer>(ada: Answer, eve: Answer): Answer => (person === 'ada' ? ada : eve);
    const bill = { id: 'in_1', number: 'ADA-0001', status: 'paid', created: 1_800_000_000, total: 4242, currency: 'usd' };
    const panel = await panelWith([
      http.get(`*${paymentMethodPaths.all}`, () => HttpResponse.json({ paymentMethods: of([cards.visa], [cards.mastercard]) })),
      http.get(`*${paths.invoices}`, () => HttpResponse.json({ invoices: of([bill], []), hasMore: false })),
      http.delete(`*${paths.sessions}`, () => new HttpResponse(null, { status: 204 })),
      ...mails(lifecycle.active),
    ]);
    await waitUntil(() => words(panel).includes('4242') && words(panel).includes('$42.42'));
    await press(panel, 'Sign out');
    person = 'eve';
    await answerCode(panel);
    await waitUntil(() => words(panel).includes('4444'));
    expect(words(panel)).not.to.contain('4242');
    expect(words(panel)).not.to.contain('$42.42');
  });
});
