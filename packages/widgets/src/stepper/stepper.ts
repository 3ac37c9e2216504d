import { nearestQuantity } from '@tillkit/core/selection/choose';
import type { QuantityRule } from '@tillkit/core/catalog/catalog';
import { css, html, type TemplateResult } from 'lit';
import type { Texts } from '../text/texts.ts';

export interface Stepper {
  readonly texts: Texts;
  /** What is counted, for its accessible name. */
  readonly name: string;
  readonly rule: QuantityRule;
  readonly quantity: number;
  /** Whether it may go to 0 below `rule.min`. */
  readonly optional: boolean;
  /** Id of a text that explains it. */
  readonly describedBy: string;
  readonly disabled?: boolean;
  /** A quantity that the rule allows, or 0; `adjusted` when something else had been typed. */
  readonly onChoose: (quantity: number, adjusted: boolean) => void;
}

/** A real number input between two buttons; it moves in its step and snaps what is typed to what can be bought. */
export function stepper({ texts, name, rule, quantity, optional, describedBy, disabled = false, onChoose }: Stepper): TemplateResult {
  const lowest = optional ? 0 : rule.min;
  const fewer = quantity > rule.min ? quantity - rule.step : lowest;
  const more = quantity < rule.min ? Math.max(rule.min, 1) : quantity + rule.step;
  const typed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const wished = input.valueAsNumber;
    const none = optional && !(wished > 0);
    const allowed = none ? 0 : nearestQuantity(rule, wished);
    input.value = String(allowed);
    onChoose(allowed, !none && allowed !== wished);
  };
  return html`<span class="stepper" part="stepper">
    <button type="button" aria-label=${texts.fewer(name)} ?disabled=${disabled || quantity <= lowest} @click=${() => onChoose(fewer, false)}>
      −
    </button>
    <input
      type="number"
      inputmode="numeric"
      aria-label=${name}
      aria-describedby=${describedBy}
      min=${lowest}
      max=${rule.max}
      .value=${String(quantity)}
      ?disabled=${disabled}
      @change=${typed}
    />
    <button type="button" aria-label=${texts.more(name)} ?disabled=${disabled || more > rule.max} @click=${() => onChoose(more, false)}>
      +
    </button>
  </span>`;
}

export const stepperStyles = css`
  .stepper {
    display: inline-grid;
    grid-template-columns: 2.75em 3.5em 2.75em;
    block-size: 2.75em;
    min-block-size: 44px;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.84);
    overflow: hidden;
  }
  .stepper:focus-within {
    border-color: var(--_accent);
  }
  .stepper button,
  .stepper input {
    min-inline-size: 0;
    padding: 0;
    border: 0;
    border-radius: 0;
    background: none;
    text-align: center;
  }
  .stepper button {
    font-size: 1.2em;
  }
  .stepper button:hover:enabled {
    background: var(--_raised);
  }
  .stepper button:disabled {
    color: var(--_muted);
    opacity: 0.5;
    cursor: default;
  }
  .stepper input {
    border-inline: 1px solid var(--_border);
    font-weight: 600;
    appearance: textfield;
  }
  .stepper input::-webkit-inner-spin-button {
    appearance: none;
  }
  .stepper :focus-visible {
    outline-offset: -3px;
  }
`;
