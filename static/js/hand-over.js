// Sends the one form of the page as soon as it is there; its button does the same without scripts.
document.querySelector("form[data-hand-over]")?.requestSubmit();
