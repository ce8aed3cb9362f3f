/** Cart line errors come as a number or as the SDK's enum name in snake case (facts §4.3, Appendix A). Ours: */
const BY_NUMBER: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '10000': 'currency-not-supported',
    '10001': 'catalog-item-gone',
    '10002': 'quota-not-available',
    '10003': 'inventory-not-available',
    '10004': 'participants-not-supported',
    '10006': 'line-not-processed',
    '10007': 'subscription-invalid',
    '10008': 'subscription-invalid',
    '10009': 'sandbox-limit',
    '10010': 'invalid-input',
    '10011': 'subscription-invalid',
    '10012': 'attestation-required',
    '10013': 'billing-plan-not-supported',
    '10014': 'promotion-invalid',
    '10015': 'seat-limit',
    '10016': 'term-end-invalid',
    '10017': 'term-end-invalid',
    '10018': 'seat-limit',
    '10019': 'seat-limit',
    '500600': 'legacy-offer-not-sold',
  }),
);

const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries({
    currency_is_not_supported: 'currency-not-supported',
    catalog_item_id_is_not_valid: 'catalog-item-gone',
    participants_is_not_supported_for_partner: 'participants-not-supported',
    unable_to_process_cart_line_item: 'line-not-processed',
    subscription_is_not_valid: 'subscription-invalid',
    subscription_is_not_enabled_for_ri: 'subscription-invalid',
    subscription_not_registered: 'subscription-invalid',
    sandbox_limit_exceeded: 'sandbox-limit',
    quota_not_available: 'quota-not-available',
    inventory_not_available: 'inventory-not-available',
    invalid_input: 'invalid-input',
    attestation_not_accepted: 'attestation-required',
    max_allowed_seats_per_subscription_exceeded: 'seat-limit',
  }),
);

/** A stable code of ours; a name that is not known keeps its own words: `some_name` becomes `cart-line-some-name`. */
export function cartLineCode(outside: number | string): string {
  const name = String(outside);
  return BY_NUMBER.get(name) ?? BY_NAME.get(name.toLowerCase()) ?? `cart-line-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
}
