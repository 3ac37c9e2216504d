import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '@tillkit/sandbox';
import { runCli } from '@tillkit/server/command-line';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { observe } from '../contract/observer.ts';

const example = (name: string) => new URL(`../../examples/catalogs/${name}.json`, import.meta.url);
interface File {
  plans: { id: string; name: unknown; prices: { amounts: Record<string, number> }[] }[];
}

describe('till', () => {
  let sandbox: Sandbox;
  let folder: string;
  let lines: string[];
  beforeEach(() => {
    sandbox = createSandbox({ now: 1_809_172_800, observe });
    folder = mkdtempSync(join(tmpdir(), 'till-cli-'));
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const stripeFetch: typeof globalThis.fetch = (input, init) => sandbox.fetch(new Request(input, init));
  const till = async (command: string, environment: Record<string, string> = { STRIPE_SECRET_KEY: 'sk_test_till' }) => {
    lines = [];
    await runCli(command.split(' '), { environment, write: (line) => lines.push(line), stripeFetch });
    return lines;
  };
  const write = (change: (file: File) => void): string => {
    const file = JSON.parse(readFileSync(example('team-suite'), 'utf8')) as File;
    change(file);
    const path = join(folder, 'till.catalog.json');
    writeFileSync(path, JSON.stringify(file));
    return path;
  };
  const prices = async () => {
    const stripe = await createStripeGateway({ secretKey: 'sk_test_till' }, stripeFetch)();
    return (await stripe.prices.list({ limit: 100 })).data;
  };

  it('puts a catalog into Stripe, and does nothing the second time', async () => {
    const path = write(() => undefined);
    const shown = await till(`catalog plan --file ${path}`);
    expect(shown.every((line) => line.startsWith('would ') || line.includes('steps') || line.startsWith('note id: '))).toBe(true);
    expect(await prices()).toEqual([]);
    expect((await till(`catalog apply --file ${path}`)).at(-1)).toMatch(/^Stripe matches the catalog now: \d+ steps taken\.$/u);
    const before = await prices();
    expect(await till(`catalog apply --file ${path}`)).toEqual(['Stripe matches the catalog: nothing to do.']);
    expect(await prices()).toEqual(before);
  });

  it('shows with --dry-run and changes nothing', async () => {
    await till(`catalog apply --dry-run --file ${write(() => undefined)}`);
    expect(await prices()).toEqual([]);
  });

  it('replaces the prices of a file that says otherwise whether they include tax, and says so', async () => {
    const taxed = (tax: string) => write((file) => Object.assign(file, { tax }));
    await till(`catalog apply --file ${taxed('exclusive')}`);
    const lines = await till(`catalog apply --file ${taxed('inclusive')}`);
    expect(lines).toContainEqual(
      expect.stringMatching(/^done replace price team_month: .*\$29\.00.*, tax included; who pays the old one keeps it$/u),
    );
    const sold = (await prices()).filter(({ lookup_key }) => lookup_key !== null);
    expect(new Set(sold.map(({ tax_behavior }) => tax_behavior))).toEqual(new Set(['inclusive']));
    expect(await till(`catalog apply --file ${taxed('inclusive')}`)).toEqual(['Stripe matches the catalog: nothing to do.']);
  });

  it('replaces a changed price and leaves the old one to those who pay it', async () => {
    await till(`catalog apply --file ${write(() => undefined)}`);
    const [old] = (await prices()).filter((price) => price.lookup_key === 'starter_month');
    const dearer = write((file) => {
      file.plans[0]!.prices[0]!.amounts.usd = 1100;
    });
    expect((await till(`catalog apply --file ${dearer}`)).filter((line) => !line.startsWith('note '))).toHaveLength(2);
    const now = await prices();
    expect(now.find((price) => price.lookup_key === 'starter_month')?.unit_amount).toBe(1100);
    expect(now.find((price) => price.id === old!.id)).toMatchObject({ active: true, lookup_key: null, unit_amount: 900 });
    expect(await till(`catalog apply --file ${dearer}`)).toHaveLength(1);
  });

  it('takes no lookup key from a price that no catalog made, unless told to take it over', async () => {
    const stripe = await createStripeGateway({ secretKey: 'sk_test_till' }, stripeFetch)();
    const { id: product } = await stripe.products.create({ name: 'By hand' });
    const theirs = await stripe.prices.create({ product, currency: 'usd', unit_amount: 500, lookup_key: 'starter_month' });
    const path = write(() => undefined);
    for (const command of ['plan', 'apply'])
      await expect(till(`catalog ${command} --file ${path}`)).rejects.toThrow(
        `The lookup key starter_month is on the price ${theirs.id}, which no catalog of Tillkit made.`,
      );
    expect(await prices()).toEqual([theirs]);
    await till(`catalog apply --take-over --file ${path}`);
    expect((await prices()).find((price) => price.id === theirs.id)).toMatchObject({ active: true, lookup_key: null });
    expect(await till(`catalog apply --file ${path}`)).toEqual(['Stripe matches the catalog: nothing to do.']);
  });

  it('names a price that was made by hand on one of its products, and leaves it alone unless told to take it over', async () => {
    const path = write(() => undefined);
    await till(`catalog apply --file ${path}`);
    const stripe = await createStripeGateway({ secretKey: 'sk_test_till' }, stripeFetch)();
    const ours = (await prices()).find(({ lookup_key: key }) => key === 'starter_month')!;
    const byHand = await stripe.prices.create({
      product: String(ours.product),
      currency: 'usd',
      unit_amount: 500,
      recurring: { interval: 'month' },
      lookup_key: 'starter_month',
      transfer_lookup_key: true,
    });
    for (const command of ['plan', 'apply'])
      await expect(till(`catalog ${command} --file ${path}`)).rejects.toThrow(
        `The lookup key starter_month is on the price ${byHand.id}, which was made by hand.`,
      );
    expect((await prices()).find(({ id }) => id === byHand.id)).toMatchObject({ lookup_key: 'starter_month' });
    await till(`catalog apply --take-over --file ${path}`);
    expect((await prices()).find(({ id }) => id === byHand.id)).toMatchObject({ active: true, lookup_key: null });
    expect(await till(`catalog apply --file ${path}`)).toEqual(['Stripe matches the catalog: nothing to do.']);
  });

  it('leaves what another catalog of the account sells alone, unless told to take it over', async () => {
    const file = JSON.parse(readFileSync(example('team-suite'), 'utf8')) as object;
    const named = (name: string, more: object): string => {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify({ ...file, ...more }));
      return path;
    };
    const [first, second] = [named('first.json', {}), named('second.json', { id: 'second' })];
    await till(`catalog apply --file ${first}`);
    const before = await prices();
    await expect(till(`catalog apply --file ${second}`)).rejects.toThrow(
      /^The product ".*" \(prod_\w+\) belongs to the catalog "till"\.$/mu,
    );
    expect(await prices()).toEqual(before);
    await till(`catalog apply --take-over --file ${second}`);
    expect(await till(`catalog apply --file ${second}`)).toEqual(['Stripe matches the catalog: nothing to do.']);
    await expect(till(`catalog apply --file ${first}`)).rejects.toThrow('belongs to the catalog "second"');
  });

  it('says of a file without an id that a second one needs it, while there is something to do', async () => {
    const path = write(() => undefined);
    const note = expect.stringMatching(/^note id: This file has no "id". A second catalog on the same Stripe account needs one/u);
    for (const command of ['plan', 'apply']) expect(await till(`catalog ${command} --file ${path}`)).toContainEqual(note);
    expect(await till(`catalog plan --file ${path}`)).toEqual(['Stripe matches the catalog: nothing to do.']);
    const solo = write((file) => {
      file.plans[0]!.id = 'solo';
    });
    const lines = await till(`catalog plan --file ${solo}`);
    expect(lines).toContain('note id: Stripe has products of a catalog without an "id" that this file does not name: "Starter".');
    expect(lines).toContainEqual(note);
    const named = join(folder, 'named.json');
    writeFileSync(named, JSON.stringify({ ...(JSON.parse(readFileSync(solo, 'utf8')) as object), id: 'named' }));
    expect((await till(`catalog apply --dry-run --take-over --file ${named}`)).join()).not.toContain('note id');
  });

  it.each([true, false])('takes no file without an id for another one, unless told to: an older one: %s', async (older) => {
    const other = join(folder, 'other.json');
    const plan = { id: 'solo', name: 'Solo', prices: [{ interval: 'month', amounts: { usd: 1000 } }] };
    writeFileSync(other, JSON.stringify({ locales: ['en'], defaultCurrency: 'usd', currencies: ['usd'], plans: [plan] }));
    await till(`catalog apply --file ${write(() => undefined)}`);
    const stripe = await createStripeGateway({ secretKey: 'sk_test_till' }, stripeFetch)();
    const products = async () => (await stripe.products.list({ limit: 100 })).data;
    for (const { id } of older ? await products() : []) await stripe.products.update(id, { metadata: { till_catalog: '' } });
    const before = [await products(), await prices()];
    for (const command of ['plan', 'apply'])
      await expect(till(`catalog ${command} --file ${other}`)).rejects.toThrow(
        /^Stripe has products of a catalog without an "id" \(.*"Starter".*\), .*\n.*another catalog, give it an "id"; .* with --take-over/u,
      );
    expect([await products(), await prices()]).toEqual(before);
    await till(`catalog apply --take-over --file ${other}`);
    expect(await till(`catalog apply --file ${other}`)).toEqual(['Stripe matches the catalog: nothing to do.']);
    // both are known by now: an owner who goes on with the new one is asked no more
    expect(await till(`catalog apply --file ${write(() => undefined)}`)).toEqual(['Stripe matches the catalog: nothing to do.']);
  });

  it('says which fields of the file no widget shows yet', async () => {
    const file = JSON.parse(readFileSync(example('team-suite'), 'utf8')) as { plans: object[] };
    const [first, ...others] = file.plans;
    const path = join(folder, 'silent.json');
    writeFileSync(path, JSON.stringify({ ...file, plans: [{ ...first, callToAction: 'Go' }, ...others] }));
    for (const command of ['plan', 'apply', 'check'])
      expect(await till(`catalog ${command} --file ${path}`)).toContainEqual(
        expect.stringMatching(/^note plans\[0\]\.callToAction: Only the link of a contact plan says this/u),
      );
  });

  it('counts products of older versions, which name no catalog, as its own', async () => {
    const path = write(() => undefined);
    await till(`catalog apply --file ${path}`);
    const stripe = await createStripeGateway({ secretKey: 'sk_test_till' }, stripeFetch)();
    for (const { id } of (await stripe.products.list({ limit: 100 })).data)
      await stripe.products.update(id, { metadata: { till_catalog: '' } });
    expect(await till(`catalog apply --file ${path}`)).toEqual(['Stripe matches the catalog: nothing to do.']);
  });

  it('renames a product without making another', async () => {
    await till(`catalog apply --file ${write(() => undefined)}`);
    const renamed = write((file) => {
      file.plans[0]!.name = 'Solo';
    });
    expect(await till(`catalog apply --file ${renamed}`)).toContainEqual(expect.stringContaining('update name of product "Solo"'));
    expect(await till(`catalog plan --file ${renamed}`)).toHaveLength(1);
  });

  it('prints the HTML to paste, with the height reserved', async () => {
    const [html] = await till(`snippet --file ${write(() => undefined)} --server https://billing.example/x`);
    expect(html).toContain('<script type="module" src="https://billing.example/till.js"></script>');
    expect(html).toContain('<till-checkout></till-checkout>');
    expect(html).toMatch(/min-height: \d+px/u);
  });

  it.each([
    ['catalog apply --file nowhere.json', 'cannot be read'],
    ['catalog burn', 'is not a command'],
    ['serve --nonsense', "Unknown option '--nonsense'"],
    ['serve', 'The server cannot start'],
  ])('says in a sentence why "till %s" does not work', async (command, sentence) => {
    await expect(till(command)).rejects.toThrow(sentence);
  });

  it('names the faulty places of a catalog file', async () => {
    const path = write((file) => {
      file.plans[1]!.prices[0]!.amounts.usd = 0.5;
    });
    await expect(till(`catalog plan --file ${path}`)).rejects.toThrow('plans[1].prices[0].amounts.usd');
  });

  it('shows money as money, and what the file leaves open', async () => {
    const path = write((file) => {
      delete file.plans[0]!.prices[0]!.amounts.eur;
    });
    const lines = await till(`catalog plan --file ${path}`);
    expect(lines).toContainEqual(
      expect.stringMatching(/^would create price starter_month: \$9\.00, TRY\s299\.00, .*, ¥1,300, KWD\s2\.750$/u),
    );
    expect(lines.filter((line) => line.startsWith('note ')).join()).toContain(
      'note plans[0].prices[0].amounts.eur: There is no amount in eur',
    );
    expect((await till(`catalog check --file ${path}`, {})).at(-1)).toContain('can be sold as it is');
    await expect(till('catalog check --file nowhere.json', {})).rejects.toThrow('cannot be read');
  });

  it('asks for a key before anything else', async () => {
    await expect(till(`catalog plan --file ${write(() => undefined)}`, {})).rejects.toThrow('STRIPE_SECRET_KEY is missing');
  });

  it('lists its commands', async () => {
    expect((await till('--help')).join('\n')).toContain('till catalog apply');
  });
});
