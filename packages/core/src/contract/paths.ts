/** Every path of the companion server that a page calls. No schema here: this file reaches the browser. */
export const paths = {
  catalog: '/v1/catalog',
  previews: '/v1/previews',
  discounts: '/v1/discounts',
  checkoutSessions: '/v1/checkout-sessions',
  sessions: '/v1/sessions',
  subscriptions: '/v1/subscriptions',
  subscription: (id: string) => `/v1/subscriptions/${encodeURIComponent(id)}` as const,
  changes: (id: string) => `/v1/subscriptions/${encodeURIComponent(id)}/changes` as const,
  cancel: (id: string) => `/v1/subscriptions/${encodeURIComponent(id)}/cancel` as const,
  resume: (id: string) => `/v1/subscriptions/${encodeURIComponent(id)}/resume` as const,
  pause: (id: string) => `/v1/subscriptions/${encodeURIComponent(id)}/pause` as const,
  pay: (id: string) => `/v1/subscriptions/${encodeURIComponent(id)}/pay` as const,
  invoices: '/v1/invoices',
} as const;
