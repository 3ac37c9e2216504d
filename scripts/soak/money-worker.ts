import { parentPort, workerData } from 'node:worker_threads';
import { compareChanges, comparePurchases } from '../../test/money/compare.ts';
import type { Share } from './money.ts';

const { kind, first, count } = workerData as Share;
parentPort?.postMessage(await (kind === 'purchases' ? comparePurchases : compareChanges)(first, count), []);
