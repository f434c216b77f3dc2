// The comment bank while marking: a click, or Alt with a digit, inserts words where somebody last typed.
const bank = document.querySelector("[data-saved-comments]");
const buttons = bank ? [...bank.querySelectorAll("[data-words]")] : [];
const comment = document.querySelector("[data-comment-form] textarea");
let typedIn = comment;

function isText(field) {
  return field.matches("main textarea, main input[name^=note-]");
}

function insert(button) {
  const field = typedIn?.isConnected ? typedIn : comment;
  const before = field.value.slice(0, field.selectionStart);
  const gap = before && !/\s$/.test(before) ? " " : "";
  field.focus();
  field.setRangeText(gap + button.dataset.words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const used = document.createElement("input");
  Object.assign(used, { type: "hidden", name: "used", value: button.value });
  field.form.append(used);
}

if (bank) {
  document.addEventListener("focusin", (event) => {
    if (isText(event.target)) typedIn = event.target;
  });
  document.addEventListener("keydown", (event) => {
    const digit = /^Digit([1-9])$/.exec(event.code);
    const button = digit && buttons[Number(digit[1]) - 1];
    if (!event.altKey || event.ctrlKey || event.metaKey || !button) return;
    event.preventDefault();
    insert(button);
  });
  for (const button of buttons) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      insert(button);
    });
  }
}
