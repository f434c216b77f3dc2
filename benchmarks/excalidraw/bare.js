// Excalidraw in a bare page, with a drawing to show: the yardstick of the canvas.
import React from "react";
import { createRoot } from "react-dom/client";
import { Excalidraw, restoreElements } from "@excalidraw/excalidraw";
import "@excalidraw/excalidraw/index.css";

const elements = location.search === "?blank" ? [] : restoreElements((await (await fetch("drawing.json")).json()).elements, null);
const start = (api) => {
  window.api = api;
  // Called by the benchmark once all is drawn.
  window.showAll = () => api.scrollToContent(elements, { fitToContent: true, animate: false });
};
createRoot(document.getElementById("root")).render(React.createElement(Excalidraw, { initialData: { elements }, excalidrawAPI: start }));
