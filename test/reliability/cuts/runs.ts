/**
 * Cuts of the way to Stripe in the middle of what buyers ask for, as many as somebody asks for. A test and `npm run soak`
 * share it.
 *
 * The oracle is a history without a cut: people of the same world who asked for the same at the same moments. Whoever was
 * cut must end, to the minor unit, like one of those who were not.
 */
import type { Database } from '@tillkit/server/store/database';
import { startTill, type TestTill } from '../../support/till.ts';
import { Buyer } from './buyer.ts';
import { cutCatalog } from './catalog.ts';
import { judge, type Verdict } from './judge.ts';
import { askAgain, askFirst, histories, type CutCase, type Person } from './people.ts';
import { cutKinds, type Cut } from './process.ts';
import { scenarios, type Scenario } from './scenarios.ts';

const day = 86_400;
/** From the cut to the moment when the buyer presses again; longer than a dead request holds its checkout. */
const waitSeconds = 60;
/** People whose requests are under way at the same time. */
const atOnce = 32;

async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
}

const variants = cutKinds.flatMap((kind): Omit<Cut, 'call'>[] =>
  (kind === 'crash' ? [false] : [false, true]).map((lasting) => ({ kind, lasting })),
);

/** Every cut of one request: each call to Stripe × kind × what the buyer does then; those of writes first, otherwise in an order drawn by `random`. */
function cutsOf(scenario: Scenario, calls: readonly string[], random: () => number): CutCase[] {
  const retries = scenario.other ? (['same', 'other'] as const) : (['same'] as const);
  const found = calls.flatMap((call, at) =>
    variants.flatMap((variant) =>
      retries.map((retry) => ({
        case: { retry, cut: { ...variant, call: at + 1 } },
        order: (/^GET|create_preview/u.test(call) ? 1 : 0) + random(),
      })),
    ),
  );
  return found.toSorted((a, b) => a.order - b.order).map((one) => one.case);
}

interface World {
  readonly scenarios: readonly Scenario[];
  /** Cuts of each. */
  readonly each: number;
  /** Which cut of a scenario is next; undefined when it had all. */
  readonly draw: (scenario: Scenario, calls: readonly string[]) => CutCase | undefined;
  /** Withholds webhooks until all is over. */
  readonly hold: boolean;
}

function populate(till: TestTill, { scenarios: played, each: number }: World): Person[] {
  const somebody = (name: string) => ({ buyer: new Buyer(till, name), inHand: '', answers: [], misled: false, holds: false });
  return played.flatMap((scenario, at) => [
    ...histories
      .filter((history) => scenario.other || !/other|both/u.test(history))
      .map((history) => ({ ...somebody(`whole-${at}-${history.replaceAll(' ', '-')}`), scenario, history })),
    ...Array.from({ length: number }, (_, index) => ({ ...somebody(`cut-${at}-${index}`), scenario })),
  ]);
}

/** Those without a cut ask first: their calls say what there is to cut. */
async function askAll(people: readonly Person[], draw: World['draw']): Promise<void> {
  await each(
    people.filter(({ history }) => history),
    askFirst,
  );
  const whole = new Map(
    people.filter(({ history }) => history === 'wish then nothing').map((one) => [one.scenario, one.buyer.server.calls]),
  );
  const cut = people.filter(({ history }) => !history);
  for (const person of cut) {
    const drawn = draw(person.scenario, whole.get(person.scenario)!);
    if (drawn) person.case = drawn;
  }
  await each(
    cut.filter((person) => person.case),
    askFirst,
  );
}

async function playWorld(database: Database, world: World): Promise<Verdict> {
  const till = await startTill({ database, catalog: cutCatalog });
  await createCode(till);
  const people = populate(till, world);
  await each(people, async ({ scenario, buyer }) => scenario.early?.(buyer));
  await till.advance(31 * day);
  await each(people, async ({ scenario, buyer }) => scenario.prepare?.(buyer));
  await till.advance(10 * day);
  await each(people, ({ buyer }) => buyer.signIn());
  if (world.hold) till.sandbox.deliveries.hold();
  await askAll(people, world.draw);
  const asked = people.filter(({ history, case: cutCase }) => history ?? cutCase);
  const met = asked.filter(({ buyer }) => buyer.server.met);
  await till.sandbox.clock.advance(waitSeconds);
  await each(asked, askAgain);
  await each(asked, async ({ scenario, buyer }) => scenario.finish?.(buyer));
  if (world.hold) await till.sandbox.deliveries.release();
  await till.settle();
  const verdict = await judge(till, asked, met);
  await till.close();
  return verdict;
}

async function createCode(till: TestTill): Promise<void> {
  const client = await till.stripe();
  const coupon = await client.coupons.create({ percent_off: 10, duration: 'once' });
  await client.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'TENOFF' });
}

export interface CutsPlan {
  readonly openDatabase: () => Promise<Database>;
  /** Which of all requests; default every one. */
  readonly scenarios?: readonly Scenario[];
  /** Cuts of each request in one world, and worlds. */
  readonly each: number;
  readonly worlds: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Plays worlds one after the other, with webhooks at once and withheld by turns; no cut is played twice. */
export async function playCuts({ openDatabase, scenarios: played = scenarios, each: number, worlds, random }: CutsPlan): Promise<Verdict> {
  const left = new Map<Scenario, CutCase[]>();
  const draw: World['draw'] = (scenario, calls) => {
    if (!left.has(scenario)) left.set(scenario, cutsOf(scenario, calls, random));
    return left.get(scenario)!.shift();
  };
  let [cuts, wrong, faults]: [number, readonly string[], readonly string[]] = [0, [], []];
  for (let world = 0; world < worlds; world += 1) {
    const verdict = await playWorld(await openDatabase(), { scenarios: played, each: number, draw, hold: world % 2 === 1 });
    cuts += verdict.cuts;
    wrong = [...wrong, ...verdict.wrong];
    faults = [...faults, ...verdict.faults];
  }
  return { cuts, wrong, faults };
}
