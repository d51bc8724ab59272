/** Asks for a file as it is: the length of a compressed answer would not be that of the file. */
export const PLAIN = { 'accept-encoding': 'identity' };
