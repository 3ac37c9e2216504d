/**
 * A pace that calls keep.
 *
 * Promise: in no second do more calls leave than allowed, whatever was saved up before, and they leave in the order in
 * which they asked.
 */
const second = 1000;

/** What events and sweeps may take of the 25 calls a second that Stripe allows a test account; the rest is for people who wait. */
export const backgroundCallsPerSecond = 12;

/** A function to await before each call; `Infinity` lets every call go at once. */
export function createPace(perSecond: number): () => Promise<void> {
  if (perSecond === Infinity) return () => Promise.resolve();
  /** When the last calls left, oldest first. */
  const left: number[] = [];
  let queue = Promise.resolve();

  async function wait(): Promise<void> {
    if (left.length >= perSecond) {
      const freeAt = left.shift()! + second;
      // a timer may fire a moment too early
      for (let early = freeAt - performance.now(); early > 0; early = freeAt - performance.now())
        await new Promise((resolve) => setTimeout(resolve, Math.ceil(early)));
    }
    left.push(performance.now());
  }

  return () => (queue = queue.then(wait));
}
