// The drawing as a PNG: its SVG with all looks written into it, drawn onto a canvas by the browser.
const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "paint-order", "color"];
const MARGIN = 24;
const MOST_PIXELS = 8000;

export async function png(svg, viewport, { scale = 2 } = {}) {
  const frame = viewport.getBBox();
  const [width, height] = [frame.width + 2 * MARGIN, frame.height + 2 * MARGIN];
  const copy = await standalone(svg, viewport, { x: frame.x - MARGIN, y: frame.y - MARGIN, width, height });
  const image = new Image();
  // A data address, because the page's policy lets pictures in from nowhere else.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const fits = Math.min(scale, MOST_PIXELS / Math.max(width, height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.ceil(width * fits), height: Math.ceil(height * fits) });
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(svg.closest(".canvas-stage")).backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

async function standalone(svg, viewport, { x, y, width, height }) {
  const copy = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: `${x} ${y} ${width} ${height}`, width, height, xmlns: "http://www.w3.org/2000/svg" })) copy.setAttribute(name, value);
  for (const defs of svg.querySelectorAll(":scope > defs")) copy.append(inked(defs));
  const layer = viewport.querySelector(".djs-group, .djs-children") ? inked(viewport) : viewport.cloneNode(true);
  layer.removeAttribute("transform");
  copy.append(layer);
  for (const extra of copy.querySelectorAll(".djs-outline, .djs-hit, .djs-bendpoints, .djs-resizer, .layer-resizers, .layer-bendpoints, .djs-dragger")) extra.remove();
  await takeIn(copy);
  return copy;
}

// Icons of the sprite, which a picture cannot ask for, become parts of it.
async function takeIn(copy) {
  const sprites = new Map();
  for (const use of copy.querySelectorAll("use")) {
    const [address, name] = use.getAttribute("href").split("#");
    if (!sprites.has(address)) sprites.set(address, new DOMParser().parseFromString(await (await fetch(address)).text(), "image/svg+xml"));
    const symbol = sprites.get(address).getElementById(name);
    if (symbol && !copy.getElementById(name)) copy.prepend(document.importNode(symbol, true));
    use.setAttribute("href", `#${name}`);
  }
}

// A copy whose looks are attributes.
function inked(original) {
  const copy = original.cloneNode(true);
  const [from, to] = [[original, ...original.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
  from.forEach((element, index) => {
    const style = getComputedStyle(element);
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value) to[index].setAttribute(name, value);
    }
    to[index].removeAttribute("class");
    to[index].removeAttribute("tabindex");
    // Classes are how helpers are told from the drawing; those are kept for the sweep that follows.
    if (element.matches("[class*=djs-], [class*=layer-]")) to[index].setAttribute("class", element.getAttribute("class"));
  });
  return copy;
}

export function download(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
