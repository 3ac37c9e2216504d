/** Step checkout: what every element has in common inside its frame. */
import type { FrameAnswer, FrameSettings, Json, StripeJsError } from '../frame-channel.ts';
import type { StripeApi } from '../page/stripe-api.ts';

export interface FrameContext {
  readonly api: StripeApi;
  readonly settings: FrameSettings;
  /** An event for the page. */
  readonly say: (name: string, event: Json) => void;
}

/** What an element shows, and how it answers. */
export interface FramePart {
  readonly root: HTMLElement;
  answer(question: 'validate' | 'collect' | 'value', details: Json): Promise<FrameAnswer>;
  /** Tells the page what is typed now. */
  announce(): void;
  collapse?(): void;
}

export const validationError = (code: string, message: string): StripeJsError => ({ type: 'validation_error', code, message });

/** `{ a: { b: value } }` of an unknown option, or undefined where the way ends. */
export function optionAt(options: Json, ...path: readonly string[]): unknown {
  let at: unknown = options;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return at;
    at = (at as Json)[name];
  }
  return at;
}

export const textAt = (options: Json, ...path: readonly string[]): string => {
  const found = optionAt(options, ...path);
  return typeof found === 'string' ? found : '';
};
