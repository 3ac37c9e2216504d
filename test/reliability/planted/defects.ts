/** Every defect that is planted; a new area is one more list. */
import { accessDefects } from './access-defects.ts';
import type { Defect } from './defect.ts';
import { webhookDefects } from './webhook-defects.ts';

export const defects: readonly Defect[] = [...webhookDefects, ...accessDefects];
