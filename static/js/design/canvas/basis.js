// What the parts of the canvas that come with the page share with those that are imported when they are wanted: sent as
// one file, which imports none of them, so that the name of each file can be made from its content.
import "../../../vendor/diagram.js";
import "./edits.js";
import "./editor.js";
import "./names.js";
import "./text.js";
