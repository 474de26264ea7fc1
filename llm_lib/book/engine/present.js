// What must be there, and an Error in words where it is not.

/**
 * A value that must be there. Throws an Error that names it if it is not.
 * @template T
 * @param {T} value
 * @param {string} what
 * @returns {NonNullable<T>}
 */
export function present(value, what) {
  if (value === null || value === undefined) throw new Error(`${what} is missing`);
  return value;
}

/**
 * What a map holds under a key. Throws an Error that names the key if it holds nothing there.
 * @template Key, Value
 * @param {ReadonlyMap<Key, Value>} map
 * @param {Key} key
 * @returns {NonNullable<Value>}
 */
export const entryOf = (map, key) => present(map.get(key), String(key));

/**
 * The last entry of a list. Throws an Error if the list is empty.
 * @template T
 * @param {ArrayLike<T>} list
 * @returns {T}
 */
export function lastOf(list) {
  if (!list.length) throw new Error("the last entry of an empty list is missing");
  return list[list.length - 1];
}

/**
 * Those entries of a list that are there.
 * @template T
 * @param {(T | null | undefined)[]} list
 * @returns {T[]}
 */
export const withoutGaps = (list) => list.filter((entry) => entry !== null && entry !== undefined);
