// Breaks labels into lines that fit, measured once per word.
const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();

function width(text, font) {
  const name = `${font}\n${text}`;
  let found = widths.get(name);
  if (found === undefined) {
    pen.font = font;
    found = pen.measureText(text).width;
    if (widths.size > 20_000) widths.clear();
    widths.set(name, found);
  }
  return found;
}

export const SMALL = '11.5px system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif';
const [LABEL_ROOM, LABEL_LINES, LABEL_LINE] = [150, 4, 14];

// The lines of an arrow's label and how much room they take: narrower on a short arrow, if no word and no line is lost by it.
export function labelLines(label, along = Infinity) {
  const widest = Math.max(...label.split(/\s+/).map((word) => width(word, SMALL)));
  const found = lines(label, { font: SMALL, room: Math.min(LABEL_ROOM, Math.max(along, widest)), most: LABEL_LINES + 1 });
  return found.length <= LABEL_LINES ? found : lines(label, { font: SMALL, room: LABEL_ROOM, most: LABEL_LINES });
}
export const labelSize = (found) => [Math.ceil(Math.max(...found.map((line) => width(line, SMALL)))) + 4, found.length * LABEL_LINE];
export const LABEL_HEIGHT = LABEL_LINE;

// The size of a box that holds a name whole: as it is if that is enough, or else wider, then higher, and widest for long words.
export const LABEL = '550 13.5px system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif';
const [BOX_WIDTHS, BOX_HEIGHT, BOX_LINE, BESIDE, LID] = [[140, 180, 220], 64, 16, 54, 8];

export function sizeFor(label, { hasSecond = false, form = "box" } = {}) {
  const longest = Math.max(...label.split(/\s+/).map((word) => width(word, LABEL)));
  const fitting = BOX_WIDTHS.filter((wide) => longest <= wide - BESIDE);
  let found;
  for (const wide of fitting.length ? fitting.slice(0, 2) : BOX_WIDTHS.slice(-1)) {
    const wanted = lines(label, { font: LABEL, room: wide - BESIDE, most: 40 });
    found = { width: wide, height: Math.max(BOX_HEIGHT, (wanted.length + (hasSecond ? 1 : 0)) * BOX_LINE + 12 + (form === "drum" ? LID : 0)) };
    if (found.height === BOX_HEIGHT) break;
  }
  return found;
}

// At most `most` lines of at most `room` pixels; what does not fit ends in an ellipsis.
export function lines(text, { font, room, most }) {
  const found = [""];
  for (const word of text.split(/\s+/).flatMap((each) => pieces(each, font, room))) {
    const longer = found.at(-1) ? `${found.at(-1)} ${word}` : word;
    if (!found.at(-1) || width(longer, font) <= room) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found.length <= most ? found : [...found.slice(0, most - 1), shortened(found.slice(most - 1).join(" "), font, room)];
}

export function shortened(text, font, room) {
  if (width(text, font) <= room) return text;
  let [short, long] = [0, text.length];
  while (short < long) {
    const half = Math.ceil((short + long) / 2);
    if (width(`${text.slice(0, half)}…`, font) <= room) short = half;
    else long = half - 1;
  }
  return `${text.slice(0, short)}…`;
}

// A word that is too long for a line, in parts.
function pieces(word, font, room) {
  const found = [];
  let rest = word;
  while (width(rest, font) > room && rest.length > 1) {
    let length = rest.length - 1;
    while (length > 1 && width(rest.slice(0, length), font) > room) length = Math.floor(length * 0.8);
    found.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return [...found, rest];
}
