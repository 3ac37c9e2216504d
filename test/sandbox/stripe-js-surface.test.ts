/** The Stripe.js stand-in as strangers meet it: Stripe's own loader, the whole surface, accessibility, fonts, other shops' ways. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BrowserStand, browserStand, fieldsOf } from './stripe-js-stand.ts';

let shop: BrowserStand;
beforeAll(async () => {
  shop = await browserStand();
});
afterAll(() => shop.close());

it("satisfies Stripe's own loader, which says nothing", async () => {
  const page = await shop.open();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  const found = await page.evaluate(`(async () => {
    const { loadStripe } = await import('/stripe-loader.mjs');
    const stripe = await loadStripe('pk_test_1', { locale: 'de' });
    stripe.registerAppInfo({ name: 'shop' });
    const elements = stripe.elements({ mode: 'setup' });
    elements.create('linkAuthentication').mount('#a');
    return document.querySelectorAll('script[src^="https://js.stripe.com"]').length;
  })()`);
  expect(found).toBe(0);
  await fieldsOf(page, 'E-Mail').getByLabel('E-Mail').waitFor();
  expect(said).toEqual([]);
});

it('serves as the script that the loader fetches', async () => {
  const page = await shop.open({ path: '/bare' });
  const script = await (await shop.sandbox.fetch(new Request('http://sandbox.localhost/stripe.js'))).text();
  await page.route('https://js.stripe.com/**', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  const version = await page.evaluate(`(async () => {
    const { loadStripe } = await import('/stripe-loader.mjs');
    await loadStripe('pk_test_1');
    return Stripe.version;
  })()`);
  expect(version).toBe('endive');
});

it('has every method that it promises', async () => {
  const page = await shop.open();
  const missing = await page.evaluate(`{
    const stripe = Stripe('pk_test_1');
    const elements = stripe.elements({ mode: 'setup' });
    const checkout = stripe.initCheckoutElementsSdk({ clientSecret: 'cs_test_1_secret_1' });
    const lacks = (name, object, methods) => methods.split(' ').filter((method) => typeof object[method] !== 'function').map((method) => name + '.' + method);
    [
      ...lacks('stripe', stripe, 'elements confirmPayment confirmSetup confirmCardPayment confirmCardSetup handleCardAction handleNextAction createPaymentMethod createToken createConfirmationToken retrievePaymentIntent retrieveSetupIntent initCheckoutElementsSdk initCheckoutFormSdk createEmbeddedCheckoutPage registerAppInfo _registerWrapper'),
      ...lacks('elements', elements, 'create getElement update submit fetchUpdates on'),
      ...lacks('element', elements.create('payment'), 'mount unmount destroy update focus blur clear collapse on once off'),
      ...lacks('checkout', checkout, 'on loadActions changeAppearance loadFonts'),
      ...'Payment BillingAddress ShippingAddress ExpressCheckout TaxId ContactDetails Terms LinkSignup CurrencySelector'
        .split(' ')
        .flatMap((name) => lacks('checkout', checkout, 'create' + name + 'Element get' + name + 'Element')),
    ];
  }`);
  expect(missing).toEqual([]);
});

it.each(['stripe', 'night', 'flat'])('has no fault that axe finds in its elements, theme %s', async (theme) => {
  const page = await shop.open();
  await page.evaluate(
    `{
    const elements = Stripe('pk_test_1').elements({ mode: 'payment', amount: 900, currency: 'eur', setupFutureUsage: 'off_session', appearance: { theme: '${theme}' } });
    document.body.style.background = '${theme === 'night' ? '#14161c' : '#fff'}';
    for (const [type, place, options] of [['payment', '#a'], ['address', '#b', { mode: 'billing' }], ['expressCheckout', '#c'], ['taxId', '#d']]) {
      elements.create(type, options).mount(place);
    }
    window.elements = elements;
  }`,
  );
  await fieldsOf(page).getByLabel('Card number').fill('4242');
  await fieldsOf(page, 'Tax ID').getByText('I am buying as a business').waitFor();
  await page.evaluate('elements.submit()');
  if (theme === 'night') {
    // axe does not see the page through the frames
    for (const frame of page.frames()) await frame.evaluate(`document.documentElement.style.background = '#14161c'`);
  }
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

it("loads the page's fonts into the frame and nothing else through its Appearance", async () => {
  const page = await shop.open();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.evaluate(`{
    const elements = Stripe('pk_test_1').elements({
      mode: 'setup',
      fonts: [{ family: 'Shop', src: 'url(${shop.site}/font.woff2)', weight: '400' }],
      appearance: {
        variables: { fontFamily: 'Shop, serif', colorText: 'url(${shop.site}/spy-1)' },
        rules: { '.Input': { backgroundImage: 'url(${shop.site}/spy-2)', letterSpacing: '1px' }, 'input[value^="4"]': { color: 'red' } },
      },
    });
    elements.create('linkAuthentication').mount('#a');
  }`);
  const email = fieldsOf(page, 'Email').getByLabel('Email');
  expect(await email.evaluate((input) => [getComputedStyle(input).fontFamily, getComputedStyle(input).letterSpacing])).toEqual([
    'Shop, serif',
    '1px',
  ]);
  await expect.poll(() => asked.some((url) => url.endsWith('/font.woff2'))).toBe(true);
  expect(asked.filter((url) => url.includes('/spy-'))).toEqual([]);
});

it('hears no other window', async () => {
  const page = await shop.open();
  await page.evaluate(`{
    window.heard = [];
    const element = Stripe('pk_test_1').elements({ mode: 'setup' }).create('payment');
    element.on('ready', () => heard.push('ready'));
    element.on('change', (event) => heard.push(event));
    element.mount('#a');
  }`);
  await fieldsOf(page).getByLabel('Card number').waitFor();
  await page.evaluate(`postMessage({ type: 'event', name: 'change', event: { complete: true } }, '*')`);
  const frame = page.frames().find((one) => one.url().includes('/_elements/frame'));
  await frame?.evaluate(`postMessage({ type: 'ask', id: 1, question: 'collect', details: {} }, '*')`);
  await fieldsOf(page).getByLabel('CVC').fill('1');
  await expect.poll(() => page.evaluate('heard.length')).toBe(2);
  expect(await page.evaluate('heard[1]')).toMatchObject({ elementType: 'payment', complete: false });
  expect(await fieldsOf(page).getByText('Your card number is incomplete.').count()).toBe(0);
});
