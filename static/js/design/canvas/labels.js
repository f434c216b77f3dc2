// Where the labels of arrows stand: on their own arrow, clear of boxes and of each other as far as there is room. The same,
// line by line, as designs/pictures/labels.py. Points are [x, y]; a box is {x, y, width, height}.
const PLACES = [0.5, 0.3, 0.7, 0.15, 0.85];
const GAP = 3;
const [OVER_BOX, OVER_LABEL, OVER_LINE] = [3, 3, 400];

// `wanted` lists [key, width, height] in order; answers with a Map of the middle of each label.
export function labelSpots(boxes, paths, wanted) {
  const found = new Map();
  const taken = [];
  const all = [...paths].flatMap(([key, points]) => segmentsOf(points).map((segment) => [key, segment]));
  for (const [key, width, height] of wanted) {
    const points = paths.get(key);
    if (!points || points.length < 2) continue;
    let [best, least] = [undefined, Infinity];
    const near = nearBy(points, width + height, boxes, all);
    for (const [x, y] of candidates(points, width, height)) {
      const frame = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
      const cost = costOf(frame, key, near, taken);
      if (cost < least) [best, least] = [[x, y, frame], cost];
      if (cost === 0) break;
    }
    found.set(key, [best[0], best[1]]);
    taken.push(best[2]);
  }
  return found;
}

// How wide a label may be so that it stays between the boxes at both ends of its arrow.
export function roomAlong(points) {
  const [x1, y1, x2, y2] = segmentsOf(points).reduce((one, other) => (lengthOf(other) > lengthOf(one) ? other : one));
  return y1 === y2 ? Math.abs(x2 - x1) : Infinity;
}

function candidates(points, width, height) {
  const segments = segmentsOf(points).map((segment, index) => [lengthOf(segment), index, segment]);
  segments.sort((one, other) => other[0] - one[0] || one[1] - other[1]);
  const found = [];
  for (const [, , [x1, y1, x2, y2]] of segments) {
    for (const part of PLACES) {
      const [x, y] = [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part];
      if (y1 === y2) found.push([x, y - height / 2 - GAP], [x, y + height / 2 + GAP]);
      else if (x1 === x2) found.push([x + width / 2 + 2 * GAP, y], [x - width / 2 - 2 * GAP, y], [x, y]);
      else found.push([x, y]);
    }
  }
  return found;
}

function nearBy(points, out, boxes, all) {
  const [xs, ys] = [points.map((point) => point[0]), points.map((point) => point[1])];
  const frame = [Math.min(...xs) - out, Math.min(...ys) - out, Math.max(...xs) + out, Math.max(...ys) + out];
  return {
    boxes: [...boxes.values()].map((box) => [box.x, box.y, box.x + box.width, box.y + box.height]).filter((each) => areaOf(frame, each) > 0),
    segments: all.filter(([, segment]) => touches(frame, segment)),
  };
}

function costOf(frame, key, near, taken) {
  let cost = 0;
  for (const each of near.boxes) cost += OVER_BOX * areaOf(frame, each);
  for (const each of taken) cost += OVER_LABEL * areaOf(frame, each);
  for (const [other, segment] of near.segments) if (other !== key && touches(frame, segment)) cost += OVER_LINE;
  return cost;
}

function areaOf(one, other) {
  const width = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const height = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

const touches = (frame, [x1, y1, x2, y2]) => Math.max(x1, x2) > frame[0] && Math.min(x1, x2) < frame[2] && Math.max(y1, y2) > frame[1] && Math.min(y1, y2) < frame[3];
const lengthOf = ([x1, y1, x2, y2]) => Math.abs(x2 - x1) + Math.abs(y2 - y1);

function segmentsOf(points) {
  return points.slice(1).map((point, index) => [points[index][0], points[index][1], point[0], point[1]]);
}
