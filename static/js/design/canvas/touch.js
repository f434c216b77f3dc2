// Fingers: one on a box or the title of a zone moves it, one anywhere else moves the view, two pinch. What diagram-js knows are mice, so a finger
// on a box speaks to it as one.
const SLOP = 8;

export function bindTouch({ container, svg, canvas, view }) {
  const fingers = new Map();
  let gesture;

  svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    fingers.set(event.pointerId, point(event));
    svg.setPointerCapture(event.pointerId);
    if (fingers.size === 2) {
      gesture?.cancel?.();
      gesture = pinch(fingers, canvas, view, container);
    } else if (fingers.size === 1) {
      gesture = onElement(event.target) ? mouse(event) : pan(event, canvas);
    }
  });
  svg.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, point(event));
    gesture?.move(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    svg.addEventListener(end, (event) => {
      if (!fingers.delete(event.pointerId)) return;
      gesture?.end(event);
      gesture = fingers.size === 1 && gesture?.isPinch ? pan({ clientX: [...fingers.values()][0].x, clientY: [...fingers.values()][0].y }, canvas) : undefined;
    });
  }
}

const point = ({ clientX, clientY }) => ({ x: clientX, y: clientY });
const onElement = (target) => target.closest?.(".djs-shape, .djs-connection, .djs-resizer, .djs-bendpoint, .djs-segment-dragger") !== null;

function pan(start, canvas) {
  let last = point(start);
  return {
    move(event) {
      canvas.scroll({ dx: event.clientX - last.x, dy: event.clientY - last.y });
      last = point(event);
    },
    end() {},
  };
}

function pinch(fingers, canvas, view, container) {
  const spread = () => {
    const [one, other] = [...fingers.values()];
    return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, length: Math.hypot(one.x - other.x, one.y - other.y) };
  };
  let last = spread();
  return {
    isPinch: true,
    move() {
      if (fingers.size < 2) return;
      const now = spread();
      const frame = container.getBoundingClientRect();
      canvas.scroll({ dx: now.x - last.x, dy: now.y - last.y });
      if (last.length > 0) view.zoomTo((canvas.zoom() * now.length) / last.length, { x: now.x - frame.left, y: now.y - frame.top });
      last = now;
    },
    end() {},
  };
}

// A finger as a mouse: pressed once it has moved, so that a tap stays a click.
function mouse(start) {
  const begun = point(start);
  let [pressed, over] = [false, start.target];
  const speak = (type, target, { clientX, clientY }) => {
    target.dispatchEvent(new MouseEvent(type, { clientX, clientY, button: 0, buttons: type === "mouseup" ? 0 : 1, bubbles: true, cancelable: true, view: window }));
  };
  return {
    move(event) {
      if (!pressed) {
        if (Math.hypot(event.clientX - begun.x, event.clientY - begun.y) < SLOP) return;
        pressed = true;
        speak("mousedown", start.target, start);
      }
      const under = document.elementFromPoint(event.clientX, event.clientY) ?? over;
      if (under !== over) {
        speak("mouseout", over, event);
        speak("mouseover", under, event);
        over = under;
      }
      speak("mousemove", document.contains(over) ? over : document, event);
    },
    end(event) {
      if (pressed) speak("mouseup", document.contains(over) ? over : document, event);
    },
    cancel() {
      if (pressed) document.dispatchEvent(new KeyboardEvent("keyup", { key: "Escape", bubbles: true }));
      pressed = false;
    },
  };
}
