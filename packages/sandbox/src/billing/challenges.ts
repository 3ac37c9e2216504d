/**
 * Step checkout: 3D Secure challenges, which a page of the sandbox shows (`/_3ds/:id`).
 */
import { missing } from '../http/api-error.ts';
import type { Challenge } from '../objects/challenge.ts';
import type { NextAction } from '../objects/payment.ts';
import { change, insert, type World } from '../world.ts';

interface Demand {
  readonly amount: number;
  readonly currency: string | null;
  readonly returnUrl: string | null;
  /** The kind of payment has a page of its own: nothing that could happen inside the shop's. */
  readonly leavesPage?: boolean;
}

export const challengeUrl = (world: World, id: string): string => `${world.settings.publicUrl()}/_3ds/${id}`;

export function addChallenge(
  world: World,
  subject: Challenge['subject'],
  { amount, currency, returnUrl, leavesPage = false }: Demand,
): Challenge {
  const id = world.ids.next('tdsc');
  return insert(world, 'challenges', { id, object: 'challenge', status: 'open', subject, amount, currency, returnUrl, leavesPage });
}

/** Opens a challenge of an intent and says where it is. */
export function openChallenge(world: World, subject: Challenge['subject'], demand: Demand): NextAction {
  const { id } = addChallenge(world, subject, demand);
  const url = challengeUrl(world, id);
  return demand.returnUrl === null && !demand.leavesPage
    ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
    : { type: 'redirect_to_url', redirect_to_url: { return_url: demand.returnUrl, url } };
}

/** Closes an open challenge; one that is closed already is missing. */
export function closeChallenge(world: World, id: string, passed: boolean): Challenge {
  const challenge = world.tables.challenges.get(id);
  if (challenge?.status !== 'open') throw missing('challenge', id);
  return change(world, 'challenges', challenge, { status: passed ? 'passed' : 'failed' });
}
