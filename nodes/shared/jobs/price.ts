/** @param price in US dollars */
export const formatPrice = (price: number) => `$${price.toFixed(price < 1 ? 3 : 2)}`;
