/** Paths that only the panel calls; apart, so that the script's first request does not carry them. */
export const paymentMethodPaths = {
  all: '/v1/payment-methods',
  added: '/v1/payment-methods/added',
  one: (id: string) => `/v1/payment-methods/${encodeURIComponent(id)}` as const,
  default: (id: string) => `/v1/payment-methods/${encodeURIComponent(id)}/default` as const,
} as const;
