/** Where a page asks what its visitor may use; apart from the other paths, which the script's first request carries. */
export const entitlementsPath = '/v1/entitlements';
/** Where it gets the same signed, for the owner's backend. */
export const entitlementTokensPath = '/v1/entitlement-tokens';
