/** Step subscription: features, the products they come with, and who may use them (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';
import type { memory } from './memory.ts';

export interface Feature {
  readonly id: string;
  readonly object: 'entitlements.feature';
  readonly active: boolean;
  readonly livemode: false;
  readonly lookup_key: string;
  readonly metadata: Metadata;
  readonly name: string;
}

export interface ProductFeature {
  readonly id: string;
  readonly object: 'product_feature';
  readonly entitlement_feature: Feature;
  readonly livemode: false;
  readonly [memory]: { readonly product: string };
}

export interface ActiveEntitlement {
  readonly id: string;
  readonly object: 'entitlements.active_entitlement';
  readonly feature: string;
  readonly livemode: false;
  readonly lookup_key: string;
  readonly [memory]: { readonly customer: string };
}
