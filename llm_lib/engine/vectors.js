// Arithmetic of short vectors: lists, or typed arrays.

/** The dot product of two vectors of one length. */
export const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** The sum of a list of numbers. */
export const total = (numbers) => numbers.reduce((sum, value) => sum + value, 0);

/** The mean of a list of numbers. */
export const mean = (numbers) => total(numbers) / numbers.length;
