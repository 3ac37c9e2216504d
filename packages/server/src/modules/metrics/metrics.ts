/**
 * Module metrics: how the server fares, for Prometheus.
 *
 * Promise: nobody reads it without the owner's token, nothing in it names a person, and the number of its lines is
 * bounded by the routes of this server, whatever anybody asks for.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { BillingError } from '../../http/billing-error.ts';
import type { ReadModule, TillModule } from '../../module.ts';
import type { AnsweredRequest } from '../../ops/request-log.ts';
import type { Till, TillEnv } from '../../till.ts';
import { Histogram, metric } from './exposition.ts';
import { createProcessReading, readTables, readTraffic } from './readings.ts';

const minTokenLength = 32;
/** Upper limits in seconds. */
const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const methods = new Set(['GET', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);
const webhookRoute = '/webhooks/stripe';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The module with a token that whoever scrapes has to send as a bearer. */
export function metrics(token: string): TillModule {
  const expected = digest(`Bearer ${token}`);
  return {
    name: 'metrics',
    introduction: 'Prometheus text at /metrics',
    install(till) {
      const requests = countRequests();
      const readProcess = createProcessReading();
      const routes = new Hono<TillEnv>().get('/metrics', async (c) => {
        // both are of one length, whatever was sent
        if (!timingSafeEqual(digest(c.req.header('authorization') ?? ''), expected))
          throw new BillingError('signed_out', { detail: 'The metrics are for the bearer of TILL_METRICS_TOKEN.' });
        c.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
        return c.body(await exposition(till, requests.toText(), readProcess()));
      });
      return {
        routes,
        onRequest: requests.note,
        operations: [
          {
            method: 'get',
            path: '/metrics',
            summary: 'How the server fares, for Prometheus.',
            success: 200,
            access: 'public',
            refusals: ['signed_out'],
          },
        ],
      };
    },
  };
}

const exposition = async (till: Till, requests: string, process: string): Promise<string> =>
  requests + (await readTables(till)) + readTraffic(till) + process;

interface RequestCounts {
  readonly note: (request: AnsweredRequest) => void;
  toText(): string;
}

function countRequests(): RequestCounts {
  const counts = new Map<string, number>();
  const times = new Histogram(durations);
  const totals = { acknowledged: 0, rateLimited: 0 };
  return {
    note({ method, route, status, milliseconds }) {
      const key = JSON.stringify({ method: methods.has(method) ? method : 'other', route, status: String(status) });
      counts.set(key, (counts.get(key) ?? 0) + 1);
      times.observe(route, milliseconds / 1000);
      if (route === webhookRoute && status === 200) totals.acknowledged += 1;
      if (status === 429) totals.rateLimited += 1;
    },
    toText: () =>
      metric(
        'counter',
        'till_http_requests_total',
        'Requests, by route and answer.',
        [...counts].map(([key, count]) => [JSON.parse(key) as Record<string, string>, count]),
      ) +
      times.toText('till_http_request_duration_seconds', 'How long requests took, by route.', 'route') +
      metric('counter', 'till_webhook_acknowledged_total', 'Deliveries from Stripe that were answered with 200.', [
        [{}, totals.acknowledged],
      ]) +
      metric('counter', 'till_rate_limited_total', 'Requests that were answered with 429.', [[{}, totals.rateLimited]]),
  };
}

export const readModule: ReadModule = (environment, faults) => {
  const token = environment.TILL_METRICS_TOKEN?.trim() ?? '';
  if (token.length < minTokenLength) faults.push(`TILL_METRICS_TOKEN must have at least ${minTokenLength} characters.`);
  return metrics(token);
};
