// The clock of an interview, to the second, and a gentle mark when a stage's time is over.
const clock = document.querySelector("#clock[data-clock-started]");
const left = clock?.querySelector("[data-left]");
const stages = [...document.querySelectorAll(".interview-stages li")];

const twoDigits = (value) => String(value).padStart(2, "0");

function said(seconds) {
  const gone = Math.abs(seconds);
  return `${Math.floor(gone / 60)}:${twoDigits(gone % 60)}`;
}

function tick() {
  const elapsed = Math.max(0, Math.round(Date.now() / 1000 - Number(clock.dataset.clockStarted)));
  const remaining = Number(clock.dataset.minutes) * 60 - elapsed;
  left.textContent = remaining < 0 ? `over by ${said(remaining)}` : `${said(remaining)} left`;
  clock.classList.toggle("is-over", remaining < 0);
  for (const stage of stages) {
    const isNow = elapsed >= Number(stage.dataset.begins) && elapsed < Number(stage.dataset.ends);
    if (isNow) stage.setAttribute("aria-current", "step");
    else stage.removeAttribute("aria-current");
    stage.classList.toggle("is-past", elapsed >= Number(stage.dataset.ends));
  }
}

if (clock) {
  tick();
  setInterval(tick, 1000);
}

// An answer that was read can be put away, so that it hides nothing; it stands under "Asked so far", and the next comes
// as ever.
const PUT_AWAY = "interview-put-away";

function hideWhatWasRead() {
  const read = sessionStorage.getItem(PUT_AWAY);
  for (const answer of document.querySelectorAll("[data-said]")) answer.hidden = answer.dataset.said === read;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-put-away]")) return;
  sessionStorage.setItem(PUT_AWAY, event.target.closest("[data-said]").dataset.said);
  hideWhatWasRead();
  document.getElementById("ask-question").focus();
});
document.addEventListener("htmx:afterSwap", hideWhatWasRead);
hideWhatWasRead();

// A question that was answered leaves the field free for the next; what was typed while the answer came stays.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id === "ask" && event.detail.successful) {
    const field = document.getElementById("ask-question");
    if (field.value === event.detail.requestConfig.formData.get(field.name)) event.target.reset();
    field.focus();
  }
});
