// All that the page of the drawing runs, in one module, which is sent as one file.
import "./canvas/basis.js";
import "./faces.js";
import "./fields.js";
import "./workspace.js";
import "./canvas-findings.js";
