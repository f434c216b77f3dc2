// Merge patches (RFC 7396), as designs/document/patches.py has them. Nothing here changes its arguments; what did not
// change is shared between documents, so that comparing two of them costs what their difference costs.

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isEmpty(patch) {
  return isObject(patch) && Object.keys(patch).length === 0;
}

export function apply(target, patch) {
  if (!isObject(patch)) return patch;
  const result = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = apply(Object.hasOwn(result, key) ? result[key] : undefined, value);
  }
  return result;
}

// The smallest patch from one document to the other.
export function diff(before, after) {
  if (!isObject(before) || !isObject(after)) return after;
  const patch = {};
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, key)) patch[key] = value;
    else if (!same(before[key], value)) patch[key] = diff(before[key], value);
  }
  return patch;
}

// The parts of the patch that change the document.
export function effective(document, patch) {
  return diff(document, apply(document, patch));
}

// The patch that undoes `patch` once it was applied to `document`.
export function invert(document, patch) {
  return diff(apply(document, patch), document);
}

// Paths at which two patches do not merge: one place changed differently, or changed and deleted.
export function overlap(ours, theirs, path = []) {
  if (isObject(ours) && isObject(theirs)) {
    return Object.keys(ours).filter((key) => Object.hasOwn(theirs, key)).flatMap((key) => overlap(ours[key], theirs[key], [...path, key]));
  }
  return same(ours, theirs) ? [] : [path];
}

// Paths at which two patches touch the same place, whether or not with the same value.
export function meeting(ours, theirs, path = []) {
  if (!isObject(ours) || !isObject(theirs)) return [path];
  return Object.keys(ours).filter((key) => Object.hasOwn(theirs, key)).flatMap((key) => meeting(ours[key], theirs[key], [...path, key]));
}

export function lookUp(document, path) {
  let value = document;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

// The patch that sets one place; null deletes it.
export function at(path, value) {
  return path.reduceRight((inner, key) => ({ [key]: inner }), value);
}

// The patch without what it does at the path, and without what that leaves empty.
export function without(patch, [key, ...rest]) {
  if (!isObject(patch) || !Object.hasOwn(patch, key)) return patch;
  const { [key]: value, ...others } = patch;
  const inner = rest.length ? without(value, rest) : {};
  return rest.length && !isEmpty(inner) ? { ...others, [key]: inner } : others;
}

export function pointer(path) {
  return path.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

export function parts(text) {
  return text.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function same(one, other) {
  if (one === other) return true;
  if (isObject(one) && isObject(other)) {
    const keys = Object.keys(one);
    return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => same(value, other[index]));
  }
  return false;
}
