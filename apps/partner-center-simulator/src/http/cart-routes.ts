import type { Cart, CartLine } from '../purchases/carts.ts';
import { readRequestedCart } from '../purchases/requested-cart.ts';
import { sevenDigits } from '../time/durations.ts';
import type { World } from '../world.ts';
import { relatedCustomer } from './customer-gate.ts';
import { link } from './links.ts';
import type { OutsideRoute } from './outside-route.ts';

/** Carts and their checkout count against the limit of orders (facts §1.6). */
export function cartRoutes(world: World): OutsideRoute[] {
  const shared = { api: 'partner-center', token: 'any', limit: 'orders' } as const;
  const { cartDesk, checkout } = world;
  return [
    {
      ...shared,
      method: 'POST',
      path: '/v1/customers/:customer/carts',
      handle: (call) => {
        const customer = relatedCustomer(world, call);
        return {
          status: 201,
          body: cartBody(cartDesk.create(customer, readRequestedCart(call.body), call.requestId, call.ordinal, call.at)),
        };
      },
    },
    {
      ...shared,
      method: 'GET',
      path: '/v1/customers/:customer/carts/:cart',
      handle: (call) => ({ status: 200, body: cartBody(cartDesk.find(relatedCustomer(world, call).tenant, call.params.cart!, call.at)) }),
    },
    {
      ...shared,
      method: 'PUT',
      path: '/v1/customers/:customer/carts/:cart',
      handle: (call) => {
        const customer = relatedCustomer(world, call);
        return { status: 200, body: cartBody(cartDesk.replace(customer, call.params.cart!, readRequestedCart(call.body), call.at)) };
      },
    },
    {
      ...shared,
      method: 'POST',
      path: '/v1/customers/:customer/carts/:cart/checkout',
      handle: (call) => {
        const customer = relatedCustomer(world, call);
        return checkout.checkout(cartDesk.find(customer.tenant, call.params.cart!, call.at), call);
      },
    },
  ];
}

function cartBody(cart: Cart): object {
  return {
    id: cart.id,
    creationTimestamp: sevenDigits(cart.createdAt),
    lastModifiedTimestamp: sevenDigits(cart.modifiedAt),
    expirationTimestamp: sevenDigits(cart.expiresAt),
    status: cart.status,
    lineItems: cart.lines.map(cartLineBody),
    partnerOnRecordAttestationAccepted: true,
    links: { self: link(`/customers/${cart.tenant}/carts/${cart.id}`) },
    attributes: { objectType: 'Cart' },
  };
}

function cartLineBody(line: CartLine): object {
  const { seatPrice: price, error } = line;
  return {
    id: line.id,
    catalogItemId: line.catalogItem,
    ...(line.friendlyName === null ? {} : { friendlyName: line.friendlyName }),
    quantity: line.quantity,
    currencyCode: line.currency,
    billingCycle: line.billingCycle,
    termDuration: line.term,
    ...(line.participants === null ? {} : { participants: line.participants }),
    provisioningContext: {},
    orderGroup: line.orderGroup,
    ...(price === null ? {} : { pricing: pricing(price, line.quantity) }),
    ...(error === null
      ? {}
      : {
          error: {
            errorCode: error.errorCode,
            errorDescription: error.errorDescription,
            additionalInformation: error.additionalInformation ?? {},
          },
        }),
  };
}

function pricing(price: number, quantity: number): object {
  return { listPrice: price, discountedPrice: price, proratedPrice: price, price, extendedPrice: Math.round(price * quantity * 100) / 100 };
}
